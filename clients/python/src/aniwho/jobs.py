"""Jobs: trainings, and changes of the model that answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .wire.enums import OpenEnum
from .wire.operations import answers, lists, watches
from .wire.requests import Message


class JobKind(OpenEnum):
    """What a job does."""

    META_TRAIN = "meta-train"
    """Trains a model in episodes."""
    PRETRAIN = "pretrain"
    """Trains a model as a classifier."""
    ROLL_BACK_MODEL = "roll-back-model"
    """Goes back to the former model."""
    TRANSFER_TRAIN = "transfer-train"
    """Trains a classifier."""
    TRY_MODEL = "try-model"
    """Reports which answers another model would change."""
    USE_MODEL = "use-model"
    """Changes the model that answers."""


class JobState(OpenEnum):
    """How far a job is."""

    QUEUED = "queued"
    """It waits for its turn."""
    RUNNING = "running"
    """It works."""
    FINISHED = "finished"
    """It has succeeded."""
    FAILED = "failed"
    """It has failed."""
    CANCELLED = "cancelled"
    """Somebody cancelled it."""


@dataclass(frozen=True)
class Job:
    """A training, or a change of the model."""

    id: int
    """Its number, which is never used again."""
    kind: JobKind
    """What it does."""
    name: str
    """The name of the model or classifier to make, or of the model that is to answer."""
    arguments: tuple[str, ...]
    """The command's options."""
    from_registry: bool
    """Whether it trains on the pictures that are enrolled when it starts."""
    state: JobState
    """How far it is."""
    created_at: datetime
    """When it was queued."""
    started_at: datetime | None
    """When it started for the first time; None while it waits."""
    ended_at: datetime | None
    """When it ended; None before."""
    progress: Mapping[str, Any] | None
    """The last of its events; None before the first."""
    error: str | None
    """Why it failed; None if it did not."""
    model: str | None
    """The identity of the model or classifier that it made, or of the model that it worked with."""
    warnings: tuple[str, ...]
    """What its owner should know, a sentence each."""
    folder: str
    """Its folder on the daemon's machine."""


@dataclass(frozen=True)
class JobEvent:
    """A line of a job's events."""

    event: str
    """What happened: ``launch``, ``epoch``, ``progress``, …"""
    fields: Mapping[str, Any]
    """All that the line says beside."""


@dataclass(frozen=True)
class JobEnd:
    """How far a job is when its events end. If it is queued or running, the daemon is stopping; the job goes on when it starts again."""

    id: int
    """The job's number."""
    kind: JobKind | None
    """What it does; None for a kind that the daemon does not know."""
    state: JobState
    """How far it is."""
    name: str
    """The name of the model or classifier that it made, or is to make."""
    error: str | None
    """Why it failed; None if it did not."""


@dataclass(frozen=True)
class PrunedJobs:
    """Jobs that were removed."""

    removed: int
    """How many."""
    bytes: int
    """The size of the files that were removed with them."""


class JobOperations:
    """Jobs: trainings, and changes of the model that answers."""

    @lists("/v1/jobs", "jobs", Job)
    def jobs(self, *, limit: int | None = None) -> Message:
        """All jobs, oldest first."""
        return Message(query={"limit": limit})

    @answers("GET", "/v1/jobs/{id}", Job)
    def job(self, id: int) -> Message:
        """One job."""
        return Message(path={"id": id})

    @answers("POST", "/v1/jobs", Job)
    def start_job(
        self, kind: str, arguments: Iterable[str] = (), *, name: str | None = None, from_registry: bool = False
    ) -> Message:
        """Queues a training. ``arguments`` are the command's options; paths in them must be absolute.

        With ``from_registry``, a transfer-train job trains on the enrolled pictures.
        """
        return Message(
            json={"kind": str(kind), "name": name, "arguments": list(arguments), "from_registry": from_registry})

    @watches("/v1/jobs/{id}/events", JobEvent, JobEnd)
    def watch_job(self, id: int) -> Message:
        """All events of a job from the first, until the job ends."""
        return Message(path={"id": id})

    @answers("POST", "/v1/jobs/{id}/cancel", Job)
    def cancel_job(self, id: int) -> Message:
        """Cancels a job that waits or runs."""
        return Message(path={"id": id})

    @answers("POST", "/v1/jobs/prune", PrunedJobs)
    def prune_jobs(self, *, older_than_days: int) -> Message:
        """Removes jobs that ended so many days ago, with their folders. What they made stays."""
        return Message(json={"older_than_days": older_than_days})
