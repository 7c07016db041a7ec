"""Cast packs: characters that answers name without anybody's pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .wire.operations import answers, lists
from .wire.requests import Message


@dataclass(frozen=True)
class CastPack:
    """A cast pack that was imported: vectors of characters, made by one model."""

    id: int
    """Its number, which is never used again."""
    name: str
    """Its name, as its maker gave it."""
    model: str
    """The identity of the model that made its vectors."""
    model_name: str
    """The name of that model here."""
    active: bool
    """Whether that model answers now, so that the vectors count."""
    signer: str | None
    """Whose signature was checked at the import; None if none was demanded."""
    sha256: str
    """SHA-256 of its manifest: the same for the same pack everywhere."""
    characters: tuple[str, ...]
    """The characters that have vectors of it, sorted."""
    vectors: int
    """How many vectors it has."""
    added_at: datetime
    """When it was imported."""


@dataclass(frozen=True)
class RemovedPack:
    """What the removal of a cast pack took away."""

    pack: CastPack
    """The pack as it was."""
    removed: tuple[str, ...]
    """The characters that were removed with it: those that have nothing else of their owner's."""


class PackOperations:
    """Cast packs. ``write_bundle`` and ``import_bundle`` make and import them."""

    @lists("/v1/packs", "packs", CastPack)
    def packs(self, *, limit: int | None = None) -> Message:
        """The cast packs that characters have vectors of, oldest first."""
        return Message(query={"limit": limit})

    @answers("DELETE", "/v1/packs/{id}", RemovedPack)
    def remove_pack(self, id: int) -> Message:
        """Removes all vectors of a cast pack, and the characters that have nothing else. ``undo`` takes it back."""
        return Message(path={"id": id})
