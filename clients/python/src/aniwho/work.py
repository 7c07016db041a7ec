"""Long work that the daemon does as a job: backups, bundles, calibrations, and the comparison of heads.

The job goes on when nobody follows it, and after a restart of the daemon. So it is followed over as many connections as it takes.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, TypeVar, overload

from .errors import AniWhoError, AnswerTimeout, JobCancelled, TryLater, Unreachable, failure
from .job import Job, JobEnd, JobState
from .wire.answers import LineReader, parsed
from .wire.decoding import decode
from .wire.operations import Build, Described
from .wire.requests import Message, Route
from .wire.senders import AsyncSender, Sender
from .wire.streams import AsyncStream, Reading, Stream

P = ParamSpec("P")
Result = TypeVar("Result")

EVENTS = Route("GET", "/v1/jobs/{id}/events", is_stream=True)


@dataclass(frozen=True)
class Progress:
    """How far some work is."""

    step: str
    """What is being done, in a word: copying, writing, checking, reading, enrolling, comparing."""
    done: int
    """How much of the step is done, in files, pictures, pages or answers."""
    total: int
    """How much the step has in all."""


class Following(Reading[Progress, Result]):
    """What the events of one job mean, over several connections. Each of them brings all events from the first."""

    def __init__(self, kind: type[Result], longest: float) -> None:
        super().__init__(lambda fields: decode(Progress, fields), None)
        self._kind = kind
        self._longest = longest
        self._job: Job | None = None
        self._reports = 0
        self._error: AniWhoError | None = None
        self._connect()
        self._relax()

    @property
    def job(self) -> Job | None:
        """The job as it was when the daemon answered; None before."""
        return self._job

    def begin(self, answer: Any) -> Job:
        """Begins with the answer to the request that queued the job."""
        self._job = decode(Job, answer)
        return self._job

    def _connect(self) -> None:
        """Begins to read the first event again."""
        self._reader = LineReader()
        self._number = 0

    def _relax(self) -> None:
        """The job goes on, so all the time to wait for the daemon is left."""
        self._left, self._pause = self._longest, 0.1

    @property
    def is_over(self) -> bool:
        """Whether there is a result or an error."""
        return bool(self._results) or self._error is not None

    def reports(self, piece: bytes) -> Iterator[Progress]:
        """The reports in the next piece that no earlier connection has brought."""
        for fields in self._reader.lines(piece):
            if fields["event"] == "end":
                self._finish(decode(JobEnd, fields))
                continue
            self._number += 1
            if self._number > self._reports:
                self._reports = self._number
                self._relax()
                if fields["event"] == "progress":
                    yield self._line(fields)

    def _finish(self, end: JobEnd) -> None:
        if end.state is JobState.FINISHED:
            self._results.append(decode(self._kind, end.result, "the result"))
        elif end.state is JobState.FAILED:
            self._error = failure(end.error_code, end.error or "the work failed")
        elif end.state is JobState.CANCELLED:
            self._error = JobCancelled(f"job {end.id} was cancelled")

    def pause(self, error: AniWhoError | None) -> float:
        """The seconds to wait before the next connection, after one has ended or was not made.

        Raises an error if the daemon has been away for too long.
        """
        if self._left <= 0:
            number = self._job.id if self._job else "?"
            raise Unreachable(
                f"the daemon has stopped or cannot be reached, and was not back after {self._longest:g} seconds; "
                f"job {number} goes on when it starts again") from error
        seconds = min(self._pause, self._left)
        self._left -= seconds
        self._pause = min(2 * self._pause, 2)
        self._connect()
        return seconds

    def result(self) -> Result:
        """The result. Raises the error that ended the work."""
        if self._error is not None:
            raise self._error
        return super().result()

    def check(self) -> None:
        """Raises the error that ended the work."""
        self.result()


AWAY = (Unreachable, AnswerTimeout, TryLater)
"""The errors that a daemon causes while it starts again."""


class Work(Stream[Progress, Result]):
    """Work to iterate for its progress. ``result()`` waits for its end, and raises its error if it failed.

    The daemon begins with the first step, or with ``start()``. It does not stop when nobody listens any more.
    """

    def __init__(self, sender: Sender, route: Route, message: Message, kind: type[Result]) -> None:
        self._sender = sender
        self._request = (route, message)
        self._following = Following(kind, sender._timeouts.restart)
        super().__init__(self._following, self._follow())

    @property
    def job(self) -> Job | None:
        """The job that does the work, as it was when the daemon answered; None before the work has begun."""
        return self._following.job

    def start(self) -> Job:
        """Begins, without waiting for anything but the job. If the work has begun already, answers its job."""
        return self._following.job or self._following.begin(parsed(self._sender._exchange(*self._request)))

    def _follow(self) -> Generator[bytes, None, None]:
        job = self.start()
        while True:
            error: AniWhoError | None = None
            try:
                yield from self._sender._pieces(EVENTS, Message(path={"id": job.id}))
            except AWAY as away:
                error = away
            if self._following.is_over:
                return
            time.sleep(self._following.pause(error))


class AsyncWork(AsyncStream[Progress, Result]):
    """As ``Work``, to iterate with ``async for``; ``start()`` and ``result()`` are awaited."""

    def __init__(self, sender: AsyncSender, route: Route, message: Message, kind: type[Result]) -> None:
        self._sender = sender
        self._request = (route, message)
        self._following = Following(kind, sender._timeouts.restart)
        super().__init__(self._following, self._follow())

    @property
    def job(self) -> Job | None:
        """The job that does the work, as it was when the daemon answered; None before the work has begun."""
        return self._following.job

    async def start(self) -> Job:
        """Begins, without waiting for anything but the job. If the work has begun already, answers its job."""
        return self._following.job or self._following.begin(parsed(await self._sender._exchange(*self._request)))

    async def _follow(self) -> AsyncGenerator[bytes, None]:
        job = await self.start()
        while True:
            error: AniWhoError | None = None
            try:
                async with contextlib.aclosing(self._sender._pieces(EVENTS, Message(path={"id": job.id}))) as pieces:
                    async for piece in pieces:
                        yield piece
            except AWAY as away:
                error = away
            if self._following.is_over:
                return
            await asyncio.sleep(self._following.pause(error))


class Working(Described[P], Generic[P, Result]):
    """An operation that queues a job, and whose value is the job's result."""

    def __init__(self, route: Route, build: Build[P], end: type[Result]) -> None:
        super().__init__(route, build, f"Work[{end.__name__}]")
        self.end = end

    @overload
    def __get__(self, client: None, owner: type[Any]) -> Callable[..., Any]: ...
    @overload
    def __get__(self, client: Sender, owner: type[Any]) -> Callable[P, Work[Result]]: ...
    @overload
    def __get__(self, client: AsyncSender, owner: type[Any]) -> Callable[P, AsyncWork[Result]]: ...

    def __get__(self, client: Sender | AsyncSender | None, owner: type[Any]) -> Callable[..., Any]:
        if client is None:
            return self.unbound()
        opened = client

        def call(*arguments: P.args, **options: P.kwargs) -> Work[Result] | AsyncWork[Result]:
            message = self.build(opened, *arguments, **options)
            if isinstance(opened, Sender):
                return Work(opened, self.route, message, self.end)
            return AsyncWork(opened, self.route, message, self.end)

        return self.named(call, bound=True)


def works(method: str, path: str, end: type[Result]) -> Callable[[Build[P]], Working[P, Result]]:
    """Declares an operation that queues a job."""
    return lambda build: Working(Route(method, path), build, end)
