"""Backups and bundles of the registry."""

from __future__ import annotations

import os
from dataclasses import dataclass

from .wire.operations import works
from .wire.requests import Message


@dataclass(frozen=True)
class Backup:
    """A complete backup on the disk."""

    file: str
    """Its path on the daemon's machine."""
    bytes: int
    """Its size."""


@dataclass(frozen=True)
class Bundle:
    """A complete bundle on the disk."""

    folder: str
    """Its path on the daemon's machine."""
    characters: int
    """The characters in it."""
    images: int
    """The images in it."""
    rejections: int
    """The rejections in it."""
    bytes: int
    """The size of all its files."""


@dataclass(frozen=True)
class ImportedBundle:
    """What the import of a bundle added."""

    characters: int
    """The characters in the bundle."""
    created: int
    """Those that were not enrolled before."""
    images: int
    """The images that were added."""
    duplicates: int
    """The images that their character had already."""
    rejections: int
    """The rejections that were added."""
    embedded: int
    """The pictures that were embedded again, because another model made the bundle's vectors."""


class BackupOperations:
    """Backups and bundles. Their paths are absolute, and on the daemon's machine. Over the socket only."""

    @works("POST", "/v1/backups", Backup)
    def write_backup(
        self, file: str | os.PathLike[str], *, replace: bool = False, idempotency_key: str | None = None
    ) -> Message:
        """Writes everything in the registry to one file. ``replace`` allows to replace an earlier backup of this name."""
        return Message(json={"file": os.fspath(file), "replace": replace}, idempotency_key=idempotency_key)

    @works("POST", "/v1/bundles", Bundle)
    def write_bundle(self, folder: str | os.PathLike[str], *, idempotency_key: str | None = None) -> Message:
        """Writes everything enrolled to a new folder that another registry can import."""
        return Message(json={"folder": os.fspath(folder)}, idempotency_key=idempotency_key)

    @works("POST", "/v1/bundles/import", ImportedBundle)
    def import_bundle(
        self, folder: str | os.PathLike[str], *, merge: bool = False, settings: bool = False,
        idempotency_key: str | None = None
    ) -> Message:
        """Enrolls everything that a bundle holds; all or none.

        ``merge`` adds images to characters that are enrolled already. ``settings`` takes over the bundle's head and false accept rate.
        """
        return Message(
            json={"folder": os.fspath(folder), "merge": merge, "settings": settings}, idempotency_key=idempotency_key)
