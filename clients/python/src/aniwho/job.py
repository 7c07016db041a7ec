"""A job as lists show it. The operations are in jobs.py, and the jobs that operations queue themselves in work.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .errors import ErrorCode
from .wire.enums import OpenEnum


class JobKind(OpenEnum):
    """What a job does."""

    BACK_UP = "back-up"
    """Writes everything in the registry to one file."""
    CALIBRATE = "calibrate"
    """Fits probabilities and the threshold on the enrolled pictures."""
    COMPARE = "compare"
    """Runs a grid of transfer trainings and reports on it. It makes no model."""
    COMPARE_HEADS = "compare-heads"
    """Compares all heads on the enrolled pictures."""
    EXPORT_BUNDLE = "export-bundle"
    """Writes a bundle or a cast pack."""
    IMPORT_BUNDLE = "import-bundle"
    """Enrolls what a bundle or a cast pack holds."""
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
    """A training, a comparison, a change of the model, or long work on what is enrolled. It goes on when nobody waits for it."""

    id: int
    """Its number, which is never used again."""
    kind: JobKind
    """What it does."""
    name: str
    """The name of the model or classifier to make, or of the model that is to answer. Of others, the kind and the number."""
    arguments: tuple[str, ...]
    """The command's options. Of work on what is enrolled, what it was asked for."""
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
    error_code: ErrorCode | None
    """What went wrong, for programs; None unless work on what is enrolled failed."""
    result: Mapping[str, Any] | None
    """What work on what is enrolled gave; None until it has finished, and for other kinds."""
    model: str | None
    """The identity of the model or classifier that it made, or of the model that it worked with."""
    warnings: tuple[str, ...]
    """What its owner should know, a sentence each."""
    folder: str
    """Its folder on the daemon's machine."""


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
    """The job's name."""
    error: str | None
    """Why it failed; None if it did not."""
    error_code: ErrorCode | None
    """What went wrong, for programs; None unless work on what is enrolled failed."""
    result: Mapping[str, Any] | None
    """What work on what is enrolled gave; None until it has finished, and for other kinds."""
