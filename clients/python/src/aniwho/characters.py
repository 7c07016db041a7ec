"""Characters with their names, series, tags and notes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .character import Character
from .estimates import Estimate
from .images import EnrolledImage, MovedImages
from .wire.operations import answers, downloads, lists
from .wire.requests import Message


@dataclass(frozen=True)
class Prototype:
    """What answers compare with: the mean of a character's embeddings, and the means of its appearances."""

    count: int
    """The number of images."""
    spread: float
    """The root mean squared distance of the embeddings to the mean."""
    appearances: tuple[int, ...]
    """How many images each appearance has, the largest first."""


@dataclass(frozen=True)
class CharacterDetail:
    """A character with its images and its prototype."""

    character: Character
    """The character."""
    prototype: Prototype | None
    """The prototype under the active model; None while no image is enrolled."""
    images: tuple[EnrolledImage, ...]
    """Its images, oldest first."""


@dataclass(frozen=True)
class Tag:
    """A tag of characters."""

    name: str
    """The tag."""
    characters: int
    """How many characters have it."""


@dataclass(frozen=True)
class SplitProposal:
    """The groups that a character's images form."""

    threshold: float
    """The distance that separates groups."""
    error: Estimate
    """The share of pairs on the wrong side of the threshold."""
    groups: tuple[tuple[int, ...], ...]
    """The images' numbers in each group, the largest group first; one group if there is nothing to split."""
    left: int
    """How many images were not compared, because the character has too many."""


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild of prototypes did."""

    characters: int
    """How many characters have a prototype now."""
    images: int
    """How many images these prototypes are made of."""
    seconds: float
    """How long it took."""


class CharacterOperations:
    """Characters with their names, series, tags and notes."""

    @lists("/v1/characters", "characters", Character)
    def characters(self, *, tag: str | None = None, series: str | None = None, limit: int | None = None) -> Message:
        """All characters by name, or those with a tag or of a series.

        The list comes in pages, each when the one before has been used up. ``limit`` is the size of a page, 1 to 1000.
        """
        return Message(query={"tag": tag, "series": series, "limit": limit})

    @answers("GET", "/v1/characters/{name}", CharacterDetail)
    def character(self, name: str) -> Message:
        """A character with its images and its prototype."""
        return Message(path={"name": name})

    @answers("POST", "/v1/characters", Character)
    def create_character(self, name: str) -> Message:
        """Creates a character without images."""
        return Message(json={"name": name})

    @answers("PATCH", "/v1/characters/{name}", Character)
    def rename_character(self, name: str, new_name: str) -> Message:
        """Gives a character another name."""
        return Message(path={"name": name}, json={"name": new_name})

    @answers("DELETE", "/v1/characters/{name}", Character)
    def remove_character(self, name: str) -> Message:
        """Removes a character with its images. Answers the character as it was. ``undo`` takes it back."""
        return Message(path={"name": name})

    @answers("POST", "/v1/characters/{name}/merge", MovedImages)
    def merge_character(self, name: str, into: str) -> Message:
        """Moves all that a character has to another one, and removes it. ``undo`` takes it back."""
        return Message(path={"name": name}, json={"into": into})

    @answers("POST", "/v1/characters/{name}/split", MovedImages)
    def split_character(self, name: str, into: str, images: Iterable[int]) -> Message:
        """Moves some of a character's images to a new character; all or none. ``undo`` takes it back."""
        return Message(path={"name": name}, json={"into": into, "images": list(images)})

    @answers("POST", "/v1/characters/{name}/split/proposal", SplitProposal, is_long=True)
    def propose_split(self, name: str) -> Message:
        """The groups that a character's images form. Changes nothing."""
        return Message(path={"name": name})

    @answers("POST", "/v1/characters/{name}/aliases", Character)
    def change_aliases(self, name: str, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Message:
        """Gives a character other names and takes others away; all or none."""
        return Message(path={"name": name}, json={"add": list(add), "remove": list(remove)})

    @answers("POST", "/v1/characters/{name}/tags", Character)
    def change_tags(self, name: str, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Message:
        """Adds tags to a character and removes others; all or none."""
        return Message(path={"name": name}, json={"add": list(add), "remove": list(remove)})

    @answers("POST", "/v1/characters/{name}/series", Character)
    def set_series(self, name: str, series: str) -> Message:
        """Says which series a character is from; an empty text removes it."""
        return Message(path={"name": name}, json={"series": series})

    @answers("POST", "/v1/characters/{name}/note", Character)
    def set_note(self, name: str, note: str) -> Message:
        """Replaces a character's note; an empty text removes it."""
        return Message(path={"name": name}, json={"note": note})

    @lists("/v1/tags", "tags", Tag)
    def tags(self, *, limit: int | None = None) -> Message:
        """All tags, sorted."""
        return Message(query={"limit": limit})

    @downloads("/v1/characters/{name}/thumbnail")
    def character_thumbnail(self, name: str, *, size: int | None = None, version: str | None = None) -> Message:
        """A small JPEG picture of a character's first image, whose longer side has about ``size`` pixels. A cache may keep the answer for a ``version``."""
        return Message(path={"name": name}, query={"size": size, "version": version})

    @answers("POST", "/v1/prototypes/rebuild", Rebuilt, is_long=True)
    def rebuild_prototypes(self, *, character: str | None = None) -> Message:
        """Computes the prototypes of all characters, or of one, again from the stored embeddings."""
        return Message(json={"character": character})
