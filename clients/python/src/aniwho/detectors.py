"""Face detectors."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .wire.operations import answers, lists
from .wire.requests import Message


@dataclass(frozen=True)
class Detector:
    """A face detector in the registry."""

    name: str
    """Its name."""
    identity: str
    """SHA-256 of the file, in hexadecimal."""
    threshold: float
    """The lowest score of a face."""
    long_side: int
    """The long side that pictures are resized to, in pixels."""
    bytes: int
    """The size of the file."""
    added_at: datetime
    """When it was imported."""
    active: bool
    """Whether this is the detector that finds faces now."""


class DetectorOperations:
    """Face detectors."""

    @lists("/v1/detectors", "detectors", Detector)
    def detectors(self, *, limit: int | None = None) -> Message:
        """The face detectors in the registry."""
        return Message(query={"limit": limit})

    @answers("POST", "/v1/detectors", Detector, is_long=True)
    def import_detector(self, name: str, file: str | os.PathLike[str]) -> Message:
        """Imports a face detector's file, without using it yet."""
        return Message(query={"name": name}, content=Path(file).read_bytes())

    @answers("POST", "/v1/detectors/{name}/use", Detector)
    def use_detector(self, name: str) -> Message:
        """Finds faces with this detector from now on."""
        return Message(path={"name": name})

    @answers("POST", "/v1/detectors/rollback", Detector)
    def roll_back_detector(self) -> Message:
        """Finds faces with the former detector again."""
        return Message()

    @answers("DELETE", "/v1/detectors/{name}", Detector)
    def remove_detector(self, name: str) -> Message:
        """Removes a face detector that is not in use. Answers it as it was."""
        return Message(path={"name": name})
