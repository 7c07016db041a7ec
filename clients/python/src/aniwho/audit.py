"""The log of changes: when, who, what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .wire.operations import follows, lists
from .wire.requests import Message


@dataclass(frozen=True)
class AuditEntry:
    """One change of the registry."""

    id: int
    """Its number, which grows with every change."""
    at: datetime
    """When it was made."""
    who: str
    """Who made it: ``uid 1000``, ``token bot``, ``job 3``, or ``aniwhod`` for the daemon itself."""
    action: str
    """What was done: ``character.create``, ``image.remove``, …"""
    subject: str
    """The name or number of what was changed."""
    detail: Mapping[str, Any]
    """The particulars."""


@dataclass(frozen=True)
class ChangeEvent:
    """A change as it happens, without who made it."""

    id: int
    """Its number in the log of changes."""
    action: str
    """What was done: ``character.create``, ``image.remove``, …"""
    subject: str
    """The name or number of what was changed."""


class AuditOperations:
    """The log of changes: when, who, what."""

    @lists("/v1/audit", "changes", AuditEntry)
    def audit(self, *, since: datetime | None = None, limit: int | None = None) -> Message:
        """The changes of the registry, newest first, or those from a moment on. A time without a zone is local."""
        return Message(query={"since": since, "limit": limit})

    @follows("/v1/audit/events", ChangeEvent)
    def changes(self, *, after: int | None = None) -> Message:
        """The changes as they are made, for as long as the daemon runs: those after a number, or from now on."""
        return Message(query={"after": after})
