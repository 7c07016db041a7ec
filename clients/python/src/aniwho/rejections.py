"""Rejections: pictures that are not of a character."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .wire.operations import answers, answers_many, lists
from .wire.pictures import Box, Picture, selection, uploads
from .wire.requests import Message


@dataclass(frozen=True)
class Rejection:
    """The decision that a picture is not of a character."""

    id: int
    """Its number, which is never used again."""
    character: str
    """The name of the character that the picture is not."""
    sha256: str
    """SHA-256 of the picture's bytes, in hexadecimal."""
    source: str
    """Where the picture came from; may be empty."""
    added_at: datetime
    """When it was rejected."""
    box: Box | None
    """The face that does not show the character; None if no face of the picture does."""


@dataclass(frozen=True)
class Rejected:
    """What became of one face."""

    rejection: Rejection
    """The rejection that is stored."""
    created: bool
    """False if it was stored before, so that nothing has changed."""


class RejectionOperations:
    """Rejections: pictures that are not of a character."""

    @answers_many("POST", "/v1/characters/{name}/rejections", "results", Rejected)
    def reject(
        self, character: str, *pictures: Picture, source: str | None = None, faces: str | None = None,
        face: int | None = None, boxes: Iterable[tuple[int, int, int, int]] = ()
    ) -> Message:
        """Stores that pictures are not of a character; all or none. Answers never name it for them or copies of them."""
        return Message(
            path={"name": character}, query={"source": source, **selection(faces, face, boxes)}, pictures=uploads(pictures))

    @lists("/v1/rejections", "rejections", Rejection)
    def rejections(self, *, limit: int | None = None) -> Message:
        """All rejections, oldest first."""
        return Message(query={"limit": limit})

    @answers("DELETE", "/v1/rejections/{id}", Rejection)
    def remove_rejection(self, id: int) -> Message:
        """Removes a rejection. Answers the rejection as it was."""
        return Message(path={"id": id})
