"""Requests as data: a route, which is fixed, and a message, which holds what one call says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Union
from urllib.parse import quote

import httpx

from .pictures import Upload

AnyClient = Union[httpx.Client, httpx.AsyncClient]


@dataclass(frozen=True)
class Route:
    """A method and a path of the API."""

    method: str
    """The HTTP method."""
    path: str
    """The path with its parameters' names: ``/v1/characters/{name}``."""
    is_long: bool = False
    """Whether the answer may take minutes."""
    is_stream: bool = False
    """Whether the answer is a stream of lines."""


@dataclass(frozen=True)
class Message:
    """What a request says beside its route."""

    path: Mapping[str, object] = field(default_factory=dict)
    """The path's parameters."""
    query: Mapping[str, object] = field(default_factory=dict)
    """The query; values that are None are not sent."""
    json: Mapping[str, Any] | None = None
    """The body as JSON; values that are None are not sent."""
    pictures: Sequence[Upload | bytes] = ()
    """The pictures to send as the body."""
    content: bytes | None = None
    """The bytes of a file to send as the body."""
    idempotency_key: str | None = None
    """1 to 255 visible ASCII characters. The same request with the same key gets the job that the first one queued."""


@dataclass(frozen=True)
class Timeouts:
    """How long to wait, in seconds."""

    connect: float = 5
    """For a connection."""
    answer: float = 60
    """For the next bytes of an answer."""
    long_answer: float = 3600
    """The same for requests that may compute for minutes."""
    stream: float = 120
    """For the next line of a stream. The daemon sends an empty line every 15 seconds."""
    restart: float = 60
    """For a daemon to come back that stopped, or was lost, in the middle of work. Only the pauses between attempts count."""

    def of(self, route: Route) -> httpx.Timeout:
        """The timeouts of one request."""
        read = self.stream if route.is_stream else self.long_answer if route.is_long else self.answer
        return httpx.Timeout(read, connect=self.connect)


def build(
    http: AnyClient, route: Route, message: Message, timeouts: Timeouts, headers: Mapping[str, str] = {}
) -> httpx.Request:
    """The HTTP request of a call. ``headers`` are further ones."""
    # httpx removes segments of dots, so those are encoded too.
    path = {name: quote(str(value), safe="").replace(".", "%2E") for name, value in message.path.items()}
    headers = dict(headers) if message.idempotency_key is None else {**headers, "Idempotency-Key": message.idempotency_key}
    content, files = message.content, None
    if len(message.pictures) == 1 and isinstance(message.pictures[0], bytes):
        content, headers["Content-Type"] = message.pictures[0], "image/*"
    elif message.pictures:
        files = [("image", _part(picture, number)) for number, picture in enumerate(message.pictures, 1)]
    elif content is not None:
        headers["Content-Type"] = "application/octet-stream"
    return http.build_request(
        route.method, route.path.format(**path), headers=headers, content=content, files=files,
        params={name: _text(value) for name, value in message.query.items() if value is not None},
        json=None if message.json is None else {name: _plain(value) for name, value in message.json.items() if value is not None},
        timeout=timeouts.of(route))


def _part(picture: Upload | bytes, number: int) -> tuple[str, bytes, str]:
    upload = Upload(f"picture {number}", picture) if isinstance(picture, bytes) else picture
    return (upload.name, upload.content, "application/octet-stream")


def _text(value: object) -> str:
    plain = _plain(value)
    return str(plain).lower() if isinstance(plain, bool) else str(plain)


def _plain(value: object) -> object:
    """A value as JSON has it. A time without a zone is local, as everywhere in Python."""
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    return value
