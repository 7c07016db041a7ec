"""Pictures to send, and which of their faces a request is about."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Union

from .enums import OpenEnum


class Box(NamedTuple):
    """A rectangle in whole pixels of an upright picture."""

    left: int
    """The pixels to the left of it."""
    top: int
    """The pixels above it."""
    width: int
    """Its width in pixels."""
    height: int
    """Its height in pixels."""


class FaceMode(OpenEnum):
    """Which faces of a picture a request is about."""

    AUTO = "auto"
    """The faces that the detector finds. A picture without any, or with one that fills most of it, is taken whole."""
    WHOLE = "whole"
    """The picture as it is."""
    FOUND = "found"
    """Only faces that the detector finds."""
    LARGEST = "largest"
    """As auto, and of several faces only the largest."""


@dataclass(frozen=True)
class Upload:
    """A picture in memory with the name that answers call it by."""

    name: str
    """A file name, or any other text."""
    content: bytes
    """The file's bytes, as they are: PNG, JPEG, WebP, …"""


Picture = Union[bytes, str, "os.PathLike[str]", Upload]
"""A picture: the path of a file, its bytes, or bytes with a name."""


def uploads(pictures: Iterable[Picture]) -> tuple[Upload | bytes, ...]:
    """Pictures with their bytes. Those from files have the path as their name."""
    return tuple(
        picture if isinstance(picture, (bytes, Upload)) else Upload(os.fspath(picture), Path(picture).read_bytes())
        for picture in pictures)


def selection(faces: str | None, face: int | None, boxes: Iterable[tuple[int, int, int, int]]) -> dict[str, object]:
    """The part of a query that chooses faces."""
    texts = [",".join(str(number) for number in box) for box in boxes]
    return {"faces": faces, "face": face, "boxes": ";".join(texts) or None}
