"""Backups and bundles of the registry, and how cast packs are made and imported."""

from __future__ import annotations

import os
from dataclasses import dataclass

from .wire.requests import Message
from .work import works


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
    vectors: int
    """The vectors without pictures: all of a cast pack, and those that other cast packs brought."""
    left_out: int
    """The vectors of cast packs that were left out, because another model made them."""
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
    vectors: int
    """The vectors of cast packs that were added, without pictures."""
    left_out: int
    """The vectors of cast packs that were left out, because another model made them."""
    pack: int | None
    """The number of the cast pack that brought vectors; None if none did, or several in a bundle."""
    signer: str | None
    """Whose signature was checked; None if none was demanded."""


class BackupOperations:
    """Backups and bundles. Their paths are absolute, and on the daemon's machine. Over the socket only."""

    @works("POST", "/v1/backups", Backup)
    def write_backup(
        self, file: str | os.PathLike[str], *, replace: bool = False, idempotency_key: str | None = None
    ) -> Message:
        """Writes everything in the registry to one file. ``replace`` allows to replace an earlier backup of this name."""
        return Message(json={"file": os.fspath(file), "replace": replace}, idempotency_key=idempotency_key)

    @works("POST", "/v1/bundles", Bundle)
    def write_bundle(
        self, folder: str | os.PathLike[str], *, pictures: bool = True, name: str | None = None, tag: str | None = None,
        series: str | None = None, idempotency_key: str | None = None
    ) -> Message:
        """Writes everything enrolled to a new folder that another registry can import.

        Without ``pictures`` the folder is a cast pack, of use with the same model only. ``name`` names the pack, in place of the folder;
        ``tag`` and ``series`` choose its characters. To sign it: ``ssh-keygen -Y sign -n aniwho-cast-pack -f KEY FOLDER/manifest.json``.
        """
        return Message(
            json={"folder": os.fspath(folder), "pictures": pictures, "name": name, "tag": tag, "series": series},
            idempotency_key=idempotency_key)

    @works("POST", "/v1/bundles/import", ImportedBundle)
    def import_bundle(
        self, folder: str | os.PathLike[str], *, merge: bool = False, settings: bool = False,
        allowed_signers: str | None = None, signer: str | None = None, idempotency_key: str | None = None
    ) -> Message:
        """Enrolls everything that a bundle or a cast pack holds; all or none.

        ``merge`` adds images to characters that are enrolled already. ``settings`` takes over the bundle's head and false accept rate.
        ``signer`` demands a cast pack's signature by one of ``allowed_signers``, the text of a file as ``ssh-keygen`` reads it.
        """
        return Message(
            json={
                "folder": os.fspath(folder), "merge": merge, "settings": settings, "allowed_signers": allowed_signers,
                "signer": signer},
            idempotency_key=idempotency_key)
