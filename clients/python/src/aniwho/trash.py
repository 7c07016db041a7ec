"""The trash: changes that can be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .wire.enums import OpenEnum
from .wire.operations import answers, answers_many, lists
from .wire.requests import Message


class TrashKind(OpenEnum):
    """What a change in the trash did."""

    IMAGE_REMOVE = "image.remove"
    """Images of characters were removed."""
    IMAGE_MOVE = "image.move"
    """Images were given to another character."""
    CHARACTER_REMOVE = "character.remove"
    """A character was removed with its images."""
    CHARACTER_MERGE = "character.merge"
    """All that a character had was given to another, and the character was removed."""
    CHARACTER_SPLIT = "character.split"
    """Some of a character's images were given to a new one."""
    PACK_REMOVE = "pack.remove"
    """What a cast pack had brought was removed."""
    INBOX_DISCARD = "inbox.discard"
    """Pictures were taken out of the inbox."""
    INBOX_IGNORE = "inbox.ignore"
    """Pictures of the inbox are ignored for good."""
    INBOX_NAME = "inbox.name"
    """Pictures of the inbox were enrolled under a character."""


@dataclass(frozen=True)
class TrashedChange:
    """A change that can be taken back."""

    id: int
    """Its number, which grows with every change."""
    at: datetime
    """When it was made."""
    who: str
    """Who made it, as in the log of changes."""
    kind: TrashKind
    """What it did."""
    character: str | None
    """The character that was removed, merged or split, or whose images they were, or the cast pack; None for several, and for the inbox."""
    into: str | None
    """The character that got the images; None if none did."""
    pictures: int
    """The pictures that it removed."""
    moved: int
    """The images that it gave to another character, or enrolled."""
    bytes: int
    """The size of the pictures that lie in the trash for it."""
    expires_at: datetime | None
    """When the daemon removes it for good; None for never."""


@dataclass(frozen=True)
class TrashSize:
    """How much lies in the trash."""

    changes: int
    """The changes that can be taken back."""
    pictures: int
    """The pictures in the trash."""
    bytes: int
    """Their size."""


@dataclass(frozen=True)
class RestoredChange:
    """A change that was taken back."""

    change: TrashedChange
    """The change as it was in the trash."""
    pictures: int
    """The pictures that came back."""
    moved: int
    """The images that went back to their character, or that are enrolled no more."""
    warnings: tuple[str, ...]
    """Sentences about what has changed since and stays as it is now."""


class TrashOperations:
    """The trash: changes that can be taken back."""

    @lists("/v1/trash", "changes", TrashedChange)
    def trash(self, *, limit: int | None = None) -> Message:
        """The changes that can be taken back, newest first."""
        return Message(query={"limit": limit})

    @answers("POST", "/v1/undo", RestoredChange)
    def undo(self, change: int | None = None) -> Message:
        """Takes the newest change back. If ``change`` is another one than the newest, the daemon refuses."""
        return Message(json={"change": change})

    @answers_many("POST", "/v1/trash/restore", "restored", RestoredChange)
    def restore(self, changes: Iterable[int]) -> Message:
        """Takes changes back, newest first; all or none."""
        return Message(json={"changes": list(changes)})

    @answers("DELETE", "/v1/trash", TrashSize)
    def empty_trash(self) -> Message:
        """Removes everything in the trash for good, except for ignored pictures. Answers what was removed."""
        return Message()
