"""Answers that come a line at a time.

A stream is iterated for its reports. The last line is the result; the request is sent with the first step.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from types import TracebackType
from typing import Any, Generic, TypeVar

from ..errors import Unreachable
from .answers import LineReader

Line = TypeVar("Line")
Result = TypeVar("Result")


class Reading(Generic[Line, Result]):
    """What the lines of one stream mean."""

    def __init__(self, line: Callable[[dict[str, Any]], Line], end: Callable[[dict[str, Any]], Result] | None) -> None:
        self._line = line
        self._end = end
        self._reader = LineReader()
        self._results: list[Result] = []

    def reports(self, piece: bytes) -> Iterator[Line]:
        """The reports in the next piece of the stream."""
        for fields in self._reader.lines(piece):
            if fields["event"] == "end" and self._end is not None:
                self._results.append(self._end(fields))
            else:
                yield self._line(fields)

    def result(self) -> Result:
        """The result, after the last piece."""
        if not self._results:
            raise Unreachable("the stream ended before its last line: the daemon was stopped, or the connection broke")
        return self._results[0]

    def check(self) -> None:
        """Raises an error if the stream has ended without a result that it should have."""
        if self._end is not None:
            self.result()


class Stream(Generic[Line, Result]):
    """A stream to iterate. ``result()`` reads what is left of it."""

    def __init__(self, reading: Reading[Line, Result], pieces: Generator[bytes, None, None]) -> None:
        self._reading = reading
        self._pieces = pieces
        self._lines = self._read()

    def _read(self) -> Iterator[Line]:
        with contextlib.closing(self._pieces):
            for piece in self._pieces:
                yield from self._reading.reports(piece)
            self._reading.check()

    def __iter__(self) -> Iterator[Line]:
        return self._lines

    def __next__(self) -> Line:
        return next(self._lines)

    def result(self) -> Result:
        """Waits for the end, and returns the result."""
        for _ in self:
            pass
        return self._reading.result()

    def close(self) -> None:
        """Stops listening."""
        self._pieces.close()

    def __enter__(self) -> Stream[Line, Result]:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class AsyncStream(Generic[Line, Result]):
    """A stream to iterate with ``async for``. ``await result()`` reads what is left of it."""

    def __init__(self, reading: Reading[Line, Result], pieces: AsyncGenerator[bytes, None]) -> None:
        self._reading = reading
        self._pieces = pieces
        self._lines = self._read()

    async def _read(self) -> AsyncIterator[Line]:
        async with contextlib.aclosing(self._pieces):
            async for piece in self._pieces:
                for line in self._reading.reports(piece):
                    yield line
            self._reading.check()

    def __aiter__(self) -> AsyncIterator[Line]:
        return self._lines

    async def __anext__(self) -> Line:
        return await self._lines.__anext__()

    async def result(self) -> Result:
        """Waits for the end, and returns the result."""
        async for _ in self:
            pass
        return self._reading.result()

    async def close(self) -> None:
        """Stops listening."""
        await self._pieces.aclose()

    async def __aenter__(self) -> AsyncStream[Line, Result]:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
