"""Jobs: trainings, comparisons, changes of the model that answers, and long work on what is enrolled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .job import Job, JobEnd
from .wire.operations import answers, downloads, lists, watches
from .wire.requests import Message


@dataclass(frozen=True)
class JobEvent:
    """A line of a job's events."""

    event: str
    """What happened: ``launch``, ``epoch``, ``progress``, …"""
    fields: Mapping[str, Any]
    """All that the line says beside."""


@dataclass(frozen=True)
class PrunedJobs:
    """Jobs that were removed."""

    removed: int
    """How many."""
    bytes: int
    """The size of the files that were removed with them."""


class JobOperations:
    """Jobs: trainings, comparisons, changes of the model that answers, and long work on what is enrolled."""

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
        self, kind: str, arguments: Iterable[str] = (), *, name: str | None = None, from_registry: bool = False,
        idempotency_key: str | None = None
    ) -> Message:
        """Queues a training or a comparison. ``arguments`` are the command's options; paths in them must be absolute.

        With ``from_registry``, a transfer-train or compare job trains on the enrolled pictures. A comparison takes no ``name``. The same request with the same ``idempotency_key``
        answers the job that the first one queued.
        """
        return Message(
            json={"kind": str(kind), "name": name, "arguments": list(arguments), "from_registry": from_registry},
            idempotency_key=idempotency_key)

    @watches("/v1/jobs/{id}/events", JobEvent, JobEnd)
    def watch_job(self, id: int) -> Message:
        """All events of a job from the first, until the job ends."""
        return Message(path={"id": id})

    @downloads("/v1/jobs/{id}/report")
    def job_report(self, id: int) -> Message:
        """The report of a comparison, as it is by now: a page of HTML that needs no other file."""
        return Message(path={"id": id})

    @answers("POST", "/v1/jobs/{id}/cancel", Job)
    def cancel_job(self, id: int) -> Message:
        """Cancels a job that waits or runs."""
        return Message(path={"id": id})

    @answers("POST", "/v1/jobs/prune", PrunedJobs)
    def prune_jobs(self, *, older_than_days: int) -> Message:
        """Removes jobs that ended so many days ago, with their folders. What they made stays."""
        return Message(json={"older_than_days": older_than_days})
