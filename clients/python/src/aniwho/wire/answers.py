"""What becomes of an answer that is an error, and of a request that got none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from ..errors import AniWhoError, AnswerTimeout, RequestRefused, Unreachable, UnexpectedAnswer, refusal
from .requests import Message, Route


@dataclass(frozen=True)
class Retries:
    """How often a request is sent again that the daemon refused with status 429 or 503, before it carried out anything."""

    most: int = 3
    """So many times in all; 0 for never."""
    longest: float = 30
    """So many seconds are waited in all, at most. ``Retry-After`` says how long each pause is."""


class Attempts:
    """The attempts of one request."""

    def __init__(self, retries: Retries, route: Route, message: Message) -> None:
        self._left = retries.most
        self._seconds = retries.longest
        # A connection that the daemon closed while it was idle breaks at the next request. What only reads, and what the daemon
        # recognizes by its key, can be sent again.
        self._may_reconnect = route.method == "GET" or message.idempotency_key is not None

    def pause(self, refused: RequestRefused) -> float:
        """The seconds to wait before the next attempt.

        Raises the error itself if there is none.
        """
        seconds = 1.0 if refused.retry_after is None else refused.retry_after
        if refused.status not in (429, 503) or self._left == 0 or seconds > self._seconds:
            raise refused
        self._left -= 1
        self._seconds -= seconds
        return seconds

    def reconnects(self, error: httpx.TransportError) -> bool:
        """Whether to send the request again over a new connection."""
        broken = isinstance(error, (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError))
        reconnects, self._may_reconnect = broken and self._may_reconnect, False
        return reconnects


def refused(response: httpx.Response) -> RequestRefused:
    """The error in an answer that has been read."""
    try:
        error = response.json()["error"]
        code, message = str(error["code"]), str(error["message"])
    except (ValueError, KeyError, TypeError):
        code, message = "internal", f"the answer has status {response.status_code} and says no more"
    seconds = response.headers.get("Retry-After", "")
    return refusal(response.status_code, code, message, float(seconds) if seconds.isascii() and seconds.isdigit() else None)


def parsed(response: httpx.Response, member: str | None = None) -> Any:
    """The JSON of an answer that has been read, or one member of it."""
    return _loaded(response.content, member)


def _loaded(text: bytes, member: str | None = None) -> Any:
    try:
        value = json.loads(text)
        return value if member is None else value[member]
    except (ValueError, KeyError, TypeError):
        raise UnexpectedAnswer(f"the answer is no JSON of AniWho: {text[:80]!r}") from None


def described(error: httpx.TransportError, address: str) -> AniWhoError:
    """The error of this package for one of the connection."""
    reason = str(error) or type(error).__name__
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
        return Unreachable(f"no daemon answers at {address}: {reason}. Is aniwhod running, and is this its address?")
    if isinstance(error, httpx.TimeoutException):
        return AnswerTimeout(f"the daemon at {address} has not answered in time")
    return Unreachable(f"the connection to the daemon at {address} broke: {reason}")


@contextmanager
def translated(address: str) -> Iterator[None]:
    """Errors of the connection inside become those of this package."""
    try:
        yield
    except httpx.TransportError as error:
        raise described(error, address) from error


class LineReader:
    """Reads the lines of a stream, whose bytes come in pieces.

    Only a line feed ends a line: a JSON text may hold other characters that Python takes for line ends.
    """

    def __init__(self) -> None:
        self._rest = b""

    def lines(self, piece: bytes) -> list[dict[str, Any]]:
        """The objects of the lines that a piece completes. Empty lines keep the connection alive and mean nothing."""
        *whole, self._rest = (self._rest + piece).split(b"\n")
        lines = [_loaded(line) for line in whole if line.strip()]
        for line in lines:
            if not isinstance(line, dict) or "event" not in line:
                raise UnexpectedAnswer(f"the stream has a line without an event: {line!r}")
        return lines
