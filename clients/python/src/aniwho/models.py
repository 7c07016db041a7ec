"""Models, and changes of the model that answers."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .job import Job
from .wire.operations import answers, downloads, lists
from .wire.requests import Message


@dataclass(frozen=True)
class Model:
    """A model in the registry."""

    name: str
    """Its name."""
    identity: str
    """SHA-256 of the model file, in hexadecimal."""
    architecture: str
    """The network's architecture."""
    dimensions: int
    """The length of an embedding."""
    radius: float | None
    """The scale of distances within a character; None if it was never fitted."""
    temperature: float
    """The temperature of the mean head's softmax over negative distances."""
    mirror: bool
    """Whether an embedding is the average of those of a picture and its mirror image."""
    bytes: int
    """The size of the model file."""
    added_at: datetime
    """When it was imported or made."""
    active: bool
    """Whether this is the model that answers."""


class ModelOperations:
    """Models, and changes of the model that answers."""

    @lists("/v1/models", "models", Model)
    def models(self, *, limit: int | None = None) -> Message:
        """The models in the registry."""
        return Message(query={"limit": limit})

    @answers("GET", "/v1/models/{name}", Model)
    def model(self, name: str) -> Message:
        """One model."""
        return Message(path={"name": name})

    @answers("POST", "/v1/models", Model, is_long=True)
    def import_model(self, name: str, file: str | os.PathLike[str], *, architecture: str | None = None) -> Message:
        """Imports a safetensors file, without using it yet. The architecture is needed if the file does not name it."""
        return Message(query={"name": name, "architecture": architecture}, content=Path(file).read_bytes())

    @downloads("/v1/models/{name}/file", is_long=True)
    def model_file(self, name: str) -> Message:
        """The model's safetensors file."""
        return Message(path={"name": name})

    @answers("POST", "/v1/models/{name}/use", Job)
    def use_model(
        self, name: str, *, dry_run: bool = False, without_packs: bool = False, idempotency_key: str | None = None
    ) -> Message:
        """Starts a job that embeds all images with a model and then answers with it; ``watch_job`` reports on it.

        With ``dry_run``, the job reports only which answers would change. If vectors of cast packs would count no more, the daemon
        refuses with the code ``packs_would_rest``, unless ``without_packs`` allows it. The same request with the same
        ``idempotency_key`` answers the job that the first one queued.
        """
        return Message(
            path={"name": name}, query={"dry_run": dry_run or None, "without_packs": without_packs or None},
            idempotency_key=idempotency_key)

    @answers("POST", "/v1/models/rollback", Job)
    def roll_back_model(self, *, idempotency_key: str | None = None) -> Message:
        """Starts a job that makes the former model active again."""
        return Message(idempotency_key=idempotency_key)

    @answers("DELETE", "/v1/models/{name}", type(None))
    def remove_model(self, name: str) -> Message:
        """Removes a model that is not in use, with its file and the vectors that it computed."""
        return Message(path={"name": name})
