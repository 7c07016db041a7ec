"""The client whose answers are awaited."""

from __future__ import annotations

from types import TracebackType
from typing import TypeVar

from .operations import Operations
from .wire.senders import AsyncSender

Self = TypeVar("Self", bound="AsyncClient")


class AsyncClient(Operations, AsyncSender):
    """Asks a daemon without blocking the event loop. It has the operations of ``Client``, to be awaited.

    Lists and streams are for ``async for``. Use it with ``async with``, or close it.
    """

    async def __aenter__(self: Self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
