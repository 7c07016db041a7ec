"""What the daemon runs with, and whether it can answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .models import Model
from .trash import TrashSize
from .wire.operations import answers, downloads
from .wire.requests import Message


@dataclass(frozen=True)
class DaemonRecord:
    """One of the daemons that serve a database together."""

    id: str
    """Of its data directory."""
    name: str
    """The name of its machine."""
    version: str
    """Its version."""
    started_at: datetime
    """When it started, by the database's clock."""
    silent_seconds: float
    """The seconds since it gave the last sign of life."""
    revision: int
    """The revision that its memory showed then."""
    prepared: str | None
    """Identity of the model that it has loaded to answer with next; None for none."""
    is_live: bool
    """Whether it counts as living: others take over the jobs of one that does not."""


@dataclass(frozen=True)
class Status:
    """What the daemon runs with, and how much it holds."""

    version: str
    """The daemon's version."""
    uptime_seconds: float
    """The seconds since it started."""
    socket: str
    """The path of its socket."""
    data_directory: str
    """The folder of the registry."""
    model: Model | None
    """The model that answers; None while none is ready."""
    head: str
    """The name of the head that answers."""
    characters: int
    """The enrolled characters."""
    images: int
    """The enrolled images: pictures, and vectors of cast packs."""
    pack_images: int
    """Those of the images that are vectors of cast packs, which have no picture."""
    prototypes: int
    """The characters that a search can find: those with an image."""
    classifiers: int
    """The trained classifiers."""
    trash: TrashSize
    """What can be taken back, and the room that it takes."""
    resident_bytes: int
    """The memory that the daemon uses."""
    revision: int
    """The revision of what answers rest on: it grows with every change of that."""
    daemons: tuple[DaemonRecord, ...]
    """The daemons that serve the registry's database; empty if the registry is a file, which one daemon serves."""


class StatusOperations:
    """What the daemon runs with, and whether it can answer."""

    @answers("GET", "/v1/status", Status)
    def status(self) -> Message:
        """What the daemon runs with, and how much it holds."""
        return Message()

    @answers("GET", "/healthz", str, member="status")
    def health(self) -> Message:
        """``ok`` if the daemon is alive."""
        return Message()

    @answers("GET", "/readyz", str, member="status")
    def readiness(self) -> Message:
        """``ready`` if the daemon can classify. Otherwise it waits as long as the client's retries allow, and raises ``TryLater``."""
        return Message()

    @downloads("/metrics")
    def metrics(self) -> Message:
        """The daemon's metrics as Prometheus reads them."""
        return Message()

    @answers("GET", "/openapi.json", Mapping[str, Any])  # type: ignore[type-abstract]
    def openapi(self) -> Message:
        """The description of the API, OpenAPI 3.1."""
        return Message()
