"""The two ways to send: wait for the answer, or await it. All else is the same for both."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Generator

import httpx

from .address import Address
from .answers import Attempts, Retries, described, refused, translated
from .requests import Message, Route, Timeouts, build
from .revisions import LatestRevision


class Sender:
    """Sends requests and waits for their answers. Threads may share one."""

    def __init__(
        self, socket: str | os.PathLike[str] | None = None, *, url: str | None = None, token: str | None = None,
        timeouts: Timeouts = Timeouts(), retries: Retries = Retries()
    ) -> None:
        self._address = Address.of(socket, url, token)
        self._timeouts = timeouts
        self._retries = retries
        self._latest = LatestRevision()
        # Without the proxies of the environment, which hardly lead to a daemon on this machine.
        self._http = httpx.Client(
            transport=httpx.HTTPTransport(uds=self._address.socket), base_url=self._address.url,
            headers=dict(self._address.headers), trust_env=False)

    def _open(self, route: Route, message: Message) -> httpx.Response:
        """An answer that is no error, and whose body is not read yet."""
        attempts = Attempts(self._retries, route, message)
        while True:
            request = build(self._http, route, message, self._timeouts, self._latest.headers)
            try:
                response = self._http.send(request, stream=True)
                self._latest.note(response)
                if response.is_success:
                    return response
                response.read()
            except httpx.TransportError as error:
                if attempts.reconnects(error):
                    continue
                raise described(error, str(self._address)) from error
            time.sleep(attempts.pause(refused(response)))

    def _exchange(self, route: Route, message: Message) -> httpx.Response:
        """A whole answer that is no error."""
        response = self._open(route, message)
        with translated(str(self._address)):
            response.read()
        return response

    def _pieces(self, route: Route, message: Message) -> Generator[bytes, None, None]:
        """The pieces of a streamed answer, as they come."""
        response = self._open(route, message)
        try:
            with translated(str(self._address)):
                yield from response.iter_bytes()
        finally:
            response.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()


class AsyncSender:
    """Sends requests and awaits their answers. Tasks of one event loop may share one."""

    def __init__(
        self, socket: str | os.PathLike[str] | None = None, *, url: str | None = None, token: str | None = None,
        timeouts: Timeouts = Timeouts(), retries: Retries = Retries()
    ) -> None:
        self._address = Address.of(socket, url, token)
        self._timeouts = timeouts
        self._retries = retries
        self._latest = LatestRevision()
        self._http = httpx.AsyncClient(
            transport=httpx.AsyncHTTPTransport(uds=self._address.socket), base_url=self._address.url,
            headers=dict(self._address.headers), trust_env=False)

    async def _open(self, route: Route, message: Message) -> httpx.Response:
        """An answer that is no error, and whose body is not read yet."""
        attempts = Attempts(self._retries, route, message)
        while True:
            request = build(self._http, route, message, self._timeouts, self._latest.headers)
            try:
                response = await self._http.send(request, stream=True)
                self._latest.note(response)
                if response.is_success:
                    return response
                await response.aread()
            except httpx.TransportError as error:
                if attempts.reconnects(error):
                    continue
                raise described(error, str(self._address)) from error
            await asyncio.sleep(attempts.pause(refused(response)))

    async def _exchange(self, route: Route, message: Message) -> httpx.Response:
        """A whole answer that is no error."""
        response = await self._open(route, message)
        with translated(str(self._address)):
            await response.aread()
        return response

    async def _pieces(self, route: Route, message: Message) -> AsyncGenerator[bytes, None]:
        """The pieces of a streamed answer, as they come."""
        response = await self._open(route, message)
        try:
            with translated(str(self._address)):
                async for piece in response.aiter_bytes():
                    yield piece
        finally:
            await response.aclose()

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()
