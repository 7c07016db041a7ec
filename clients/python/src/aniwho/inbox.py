"""The inbox: unknown faces that wait for a name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .images import Enrollment
from .review import NearCharacter
from .wire.enums import OpenEnum
from .wire.operations import answers, answers_many, downloads, gathers, lists
from .wire.pictures import Box, Picture, selection, uploads
from .wire.requests import Message


@dataclass(frozen=True)
class InboxPicture:
    """A face in the inbox, without the picture's bytes."""

    id: int
    """Its number in the inbox, which is never used again."""
    sha256: str
    """SHA-256 of the original bytes, in hexadecimal."""
    format: str
    """``png``, ``jpeg``, ``webp``, …"""
    bytes: int
    """The size of the original file."""
    width: int
    """The picture's width in pixels."""
    height: int
    """The picture's height in pixels."""
    source: str
    """Where it came from; may be empty."""
    added_at: datetime
    """When it was kept."""
    box: Box | None
    """Where the face is; None if the whole picture is the face."""


@dataclass(frozen=True)
class InboxGroup:
    """Faces in the inbox that look alike."""

    pictures: tuple[InboxPicture, ...]
    """The faces, oldest first; at least one."""
    nearest: NearCharacter | None
    """The enrolled character that is nearest to them; None if nobody is enrolled."""


class ThresholdOrigin(OpenEnum):
    """Where the threshold of the groups comes from."""

    REGISTRY = "registry"
    """From the enrolled pictures."""
    MODEL = "model"
    """From the model, because too few pictures are enrolled."""
    NONE = "none"
    """There is none: only pictures with the same embedding are alike."""


@dataclass(frozen=True)
class Inbox:
    """What is in the inbox, in groups of faces that look alike."""

    threshold: float
    """Two groups become one while the average distance between their pictures is within this."""
    threshold_from: ThresholdOrigin
    """Where the threshold comes from."""
    groups: tuple[InboxGroup, ...]
    """The groups, the largest first."""

    @property
    def pictures(self) -> tuple[InboxPicture, ...]:
        """The faces of all groups."""
        return tuple(picture for group in self.groups for picture in group.pictures)


@dataclass(frozen=True)
class Kept:
    """What was put into the inbox."""

    kept: tuple[InboxPicture, ...]
    """The faces that were put into the inbox."""
    known: int
    """How many were in the inbox already, or came twice."""
    enrolled: int
    """How many were left out because they are enrolled."""
    ignored: int
    """How many were left out because they are ignored for good."""


@dataclass(frozen=True)
class IgnoredPictures:
    """Faces of the inbox that were ignored at once."""

    change: int
    """The number of the change, for ``restore``."""
    at: datetime
    """When they were ignored."""
    who: str
    """Who ignored them."""
    pictures: tuple[int, ...]
    """Their numbers, smallest first."""


class InboxOperations:
    """The inbox: unknown faces that wait for a name."""

    @gathers("POST", "/v1/inbox/groups", "groups", Inbox, is_long=True)
    def inbox(self, *, limit: int | None = None) -> Message:
        """What is in the inbox, in groups of faces that look alike. They come in pages of ``limit`` groups, and all pages are fetched."""
        return Message(query={"limit": limit})

    @answers("POST", "/v1/inbox", Kept)
    def keep(
        self, *pictures: Picture, source: str | None = None, faces: str | None = None, face: int | None = None,
        boxes: Iterable[tuple[int, int, int, int]] = ()
    ) -> Message:
        """Puts pictures into the inbox; all or none. Each face is an entry of its own, unless ``faces``, ``face`` or ``boxes`` choose."""
        return Message(query={"source": source, **selection(faces, face, boxes)}, pictures=uploads(pictures))

    @answers("POST", "/v1/inbox/name", Enrollment)
    def name_pictures(self, pictures: Iterable[int], character: str) -> Message:
        """Enrolls faces of the inbox under a character, and creates it if there is none; all or none."""
        return Message(json={"pictures": list(pictures), "character": character})

    @answers_many("POST", "/v1/inbox/discard", "discarded", InboxPicture)
    def discard_pictures(self, pictures: Iterable[int]) -> Message:
        """Removes faces from the inbox; all or none. They may come again. ``undo`` takes it back."""
        return Message(json={"pictures": list(pictures)})

    @answers_many("POST", "/v1/inbox/ignore", "ignored", InboxPicture)
    def ignore_pictures(self, pictures: Iterable[int]) -> Message:
        """Takes faces out of the inbox for good; all or none. They never come again, unless the change is taken back."""
        return Message(json={"pictures": list(pictures)})

    @lists("/v1/inbox/ignored", "ignored", IgnoredPictures)
    def ignored_pictures(self, *, limit: int | None = None) -> Message:
        """The faces that are ignored for good, by the change that ignored them, newest first."""
        return Message(query={"limit": limit})

    @downloads("/v1/inbox/{id}")
    def inbox_picture(self, id: int) -> Message:
        """The original file of a picture in the inbox."""
        return Message(path={"id": id})

    @downloads("/v1/inbox/{id}/face")
    def inbox_face(self, id: int) -> Message:
        """The face of a picture in the inbox, as a PNG picture; the whole picture if it has no box."""
        return Message(path={"id": id})

    @downloads("/v1/inbox/{id}/thumbnail")
    def inbox_thumbnail(self, id: int, *, size: int | None = None, version: str | None = None) -> Message:
        """A small JPEG picture of a picture in the inbox, whose longer side has about ``size`` pixels. A cache may keep the answer for a ``version``."""
        return Message(path={"id": id}, query={"size": size, "version": version})
