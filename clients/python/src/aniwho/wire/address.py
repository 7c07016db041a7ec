"""Where the daemon is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


def default_socket(environment: Mapping[str, str] = os.environ) -> str:
    """``$ANIWHO_SOCKET``, else ``$XDG_RUNTIME_DIR/aniwho.sock``, else ``/run/aniwho/aniwho.sock``, as for the command line."""
    if path := environment.get("ANIWHO_SOCKET"):
        return path
    if folder := environment.get("XDG_RUNTIME_DIR"):
        return f"{folder}/aniwho.sock"
    return "/run/aniwho/aniwho.sock"


@dataclass(frozen=True)
class Address:
    """A Unix socket, or a URL with a token."""

    socket: str | None
    """The socket's path; None for TCP."""
    url: str
    """The beginning of all URLs; for a socket, it means nothing."""
    headers: Mapping[str, str]
    """The headers of all requests."""

    @staticmethod
    def of(socket: str | os.PathLike[str] | None, url: str | None, token: str | None) -> Address:
        """The address that the arguments of a client mean."""
        if url is None:
            if token is not None:
                raise ValueError("a token is for TCP: name the daemon's url too, or leave the token out")
            return Address(os.fspath(socket) if socket is not None else default_socket(), "http://aniwho", {})
        if socket is not None:
            raise ValueError("name a socket or a url, not both")
        return Address(None, url, {"Authorization": f"Bearer {token}"} if token is not None else {})

    def __str__(self) -> str:
        return self.socket or self.url
