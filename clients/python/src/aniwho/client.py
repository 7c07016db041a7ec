"""The client that waits for its answers."""

from __future__ import annotations

from types import TracebackType
from typing import TypeVar

from .operations import Operations
from .wire.senders import Sender

Self = TypeVar("Self", bound="Client")


class Client(Operations, Sender):
    """Asks a daemon, and waits for its answers.

    ``Client()`` uses the socket that ``aniwho`` uses, ``Client("/run/aniwho/aniwho.sock")`` another one, and
    ``Client(url="http://127.0.0.1:8642", token="…")`` TCP. Use it with ``with``, or close it.
    """

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
