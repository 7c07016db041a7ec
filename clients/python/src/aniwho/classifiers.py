"""Trained classifiers, which answer beside the prototypes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .wire.operations import answers, lists
from .wire.requests import Message


@dataclass(frozen=True)
class Classifier:
    """A trained classifier in the registry."""

    name: str
    """Its name, for ``classify``."""
    identity: str
    """SHA-256 of the file, in hexadecimal."""
    architecture: str
    """The network's architecture."""
    classes: tuple[str, ...]
    """The characters that it was trained on, in the order of its answers."""
    radius: float | None
    """The distance to the nearest class's mean beyond which a picture is unknown; None if it never says unknown."""
    temperature: float
    """The temperature of the softmax over the classes' logits."""
    bytes: int
    """The size of the file."""
    added_at: datetime
    """When it was imported or made."""


class ClassifierOperations:
    """Trained classifiers, which answer beside the prototypes."""

    @lists("/v1/classifiers", "classifiers", Classifier)
    def classifiers(self, *, limit: int | None = None) -> Message:
        """The trained classifiers in the registry."""
        return Message(query={"limit": limit})

    @answers("GET", "/v1/classifiers/{name}", Classifier)
    def classifier(self, name: str) -> Message:
        """One trained classifier."""
        return Message(path={"name": name})

    @answers("POST", "/v1/classifiers", Classifier, is_long=True)
    def import_classifier(self, name: str, file: str | os.PathLike[str]) -> Message:
        """Imports a trained classifier's file."""
        return Message(query={"name": name}, content=Path(file).read_bytes())

    @answers("DELETE", "/v1/classifiers/{name}", Classifier)
    def remove_classifier(self, name: str) -> Message:
        """Removes a trained classifier. Answers it as it was."""
        return Message(path={"name": name})
