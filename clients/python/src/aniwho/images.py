"""Enrolled images."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .character import Character
from .wire.operations import answers, answers_many, downloads, lists
from .wire.pictures import Box, Picture, selection, uploads
from .wire.requests import Message


@dataclass(frozen=True)
class EnrolledImage:
    """An enrolled image, without its bytes. A vector of a cast pack counts as an image without a picture."""

    id: int
    """Its number, which is never used again."""
    character: str
    """The name of the character that it is enrolled under."""
    sha256: str
    """SHA-256 of the original bytes, in hexadecimal; of the vector's bytes if there is no picture."""
    format: str
    """``png``, ``jpeg``, ``webp``, …; ``vector`` if there is no picture."""
    bytes: int
    """The size of the original file; 0 if there is no picture."""
    width: int
    """Its width in pixels."""
    height: int
    """Its height in pixels."""
    source: str
    """Where it came from, as given at enrollment; may be empty."""
    added_at: datetime
    """When it was enrolled."""
    box: Box | None
    """Where the character's face is; None if the whole picture is the face."""
    pack: str | None
    """The name of the cast pack that brought it; None for a picture."""


@dataclass(frozen=True)
class Duplicate:
    """A file and an enrolled image with the same bytes and the same face."""

    file: str | None
    """The file's name as sent; None for bytes without a name."""
    image: EnrolledImage
    """The image that is already there."""


@dataclass(frozen=True)
class Enrollment:
    """What an enrollment did."""

    character: Character
    """The character as it is now."""
    created: bool
    """Whether the character is new."""
    added: tuple[EnrolledImage, ...]
    """The images that were enrolled."""
    duplicates: tuple[Duplicate, ...]
    """Files whose face the character has already, or that came twice. They are not stored again."""
    conflicts: tuple[Duplicate, ...]
    """Files that were enrolled though another character has the same face of the same picture: probably a mistake."""


@dataclass(frozen=True)
class MovedImages:
    """The result of a move, a merge or a split."""

    character: Character
    """The character that has the images now."""
    created: bool
    """Whether the character is new."""
    moved: tuple[EnrolledImage, ...]
    """The images that it did not have before, as they are now."""
    duplicates: tuple[EnrolledImage, ...]
    """The images that were removed because it had their bytes already."""


@dataclass(frozen=True)
class ChangedBox:
    """An image whose face was marked anew."""

    image: EnrolledImage
    """The image as it is now."""
    before: Box | None
    """The box that it had before; None for the whole picture."""


class ImageOperations:
    """Enrolled images."""

    @lists("/v1/characters/{name}/images", "images", EnrolledImage)
    def images(self, character: str, *, limit: int | None = None) -> Message:
        """The images of a character, oldest first. ``limit`` is the size of a page; see ``characters``."""
        return Message(path={"name": character}, query={"limit": limit})

    @answers("POST", "/v1/characters/{name}/images", Enrollment)
    def enroll(
        self, character: str, *pictures: Picture, source: str | None = None, faces: str | None = None,
        face: int | None = None, boxes: Iterable[tuple[int, int, int, int]] = ()
    ) -> Message:
        """Enrolls pictures of a character, and creates it if there is none; all or none.

        A picture with several faces is refused with the code ``several_faces``, unless ``faces``, ``face`` or ``boxes`` choose one.
        ``source`` says where the pictures come from; without it, each picture's name does.
        """
        return Message(
            path={"name": character}, query={"source": source, **selection(faces, face, boxes)}, pictures=uploads(pictures))

    @downloads("/v1/images/{id}")
    def image(self, id: int) -> Message:
        """The original file of an image."""
        return Message(path={"id": id})

    @downloads("/v1/images/{id}/face")
    def image_face(self, id: int) -> Message:
        """The face of an image, as a PNG picture; the whole picture if it has no box."""
        return Message(path={"id": id})

    @downloads("/v1/images/{id}/thumbnail")
    def image_thumbnail(self, id: int, *, size: int | None = None, version: str | None = None) -> Message:
        """A small JPEG picture of an image, whose longer side has about ``size`` pixels. A cache may keep the answer for a ``version``."""
        return Message(path={"id": id}, query={"size": size, "version": version})

    @answers("POST", "/v1/images/{id}/box", ChangedBox)
    def change_box(self, id: int, *, box: tuple[int, int, int, int] | None = None, faces: str | None = None) -> Message:
        """Says where the character's face is in an image, and embeds it again. Without a box, the daemon finds it, as ``faces`` says."""
        return Message(path={"id": id}, json={"box": None if box is None else list(box), "faces": faces})

    @answers("POST", "/v1/images/move", MovedImages)
    def move_images(self, images: Iterable[int], character: str) -> Message:
        """Moves images to a character, and creates it if there is none; all or none."""
        return Message(json={"images": list(images), "character": character})

    @answers_many("POST", "/v1/images/remove", "images", EnrolledImage)
    def remove_images(self, images: Iterable[int]) -> Message:
        """Removes images; all or none. Answers the images as they were. ``undo`` takes it back."""
        return Message(json={"images": list(images)})

    @answers("DELETE", "/v1/images/{id}", EnrolledImage)
    def remove_image(self, id: int) -> Message:
        """Removes an image. Answers the image as it was. ``undo`` takes it back."""
        return Message(path={"id": id})
