"""Tokens, with which programs ask over TCP, and sessions of browsers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .wire.enums import OpenEnum
from .wire.operations import answers, lists
from .wire.requests import Message


class Role(OpenEnum):
    """What the bearer of a token, or a browser, may do."""

    READER = "reader"
    """May classify and look."""
    OPERATOR = "operator"
    """May also enroll and change."""


@dataclass(frozen=True)
class Token:
    """A token, without its text."""

    name: str
    """What it is for."""
    role: Role
    """What its bearer may do."""
    subjects: tuple[str, ...] | None
    """What it may ask about: the words after ``/v1`` in the paths of the API; None for everything."""
    created_at: datetime
    """When it was created."""
    expires_at: datetime | None
    """From when on it is refused; None for never."""
    last_used_at: datetime | None
    """When its last request began, to the minute; None before the first."""


@dataclass(frozen=True)
class NewToken:
    """A new token with its text, which no other answer holds."""

    token: str
    """The text, for ``Client(url=…, token=…)``."""
    info: Token
    """The token."""


@dataclass(frozen=True)
class Session:
    """A browser that has logged in."""

    id: int
    """Its number."""
    role: Role
    """What the browser may do."""
    uid: int
    """The number of the user who asked for the link."""
    created_at: datetime
    """When it logged in."""
    expires_at: datetime
    """Until when it may ask."""
    last_used_at: datetime | None
    """When its last request began, to the minute; None before the first."""


@dataclass(frozen=True)
class PageLink:
    """A link to the daemon's page that logs a browser in once."""

    url: str
    """The link."""
    role: Role
    """What the browser may do."""
    link_expires_at: datetime
    """Until when the link works."""
    expires_at: datetime
    """Until when the session lasts."""


class TokenOperations:
    """Tokens of programs and sessions of browsers. Over the socket only."""

    @lists("/v1/tokens", "tokens", Token)
    def tokens(self, *, limit: int | None = None) -> Message:
        """All tokens, by name."""
        return Message(query={"limit": limit})

    @answers("POST", "/v1/tokens", NewToken)
    def create_token(
        self, name: str, role: str, *, subjects: Iterable[str] | None = None, expires_at: datetime | None = None
    ) -> Message:
        """Creates a token. Only this answer holds its text."""
        return Message(json={
            "name": name, "role": str(role), "subjects": None if subjects is None else list(subjects), "expires_at": expires_at})

    @answers("DELETE", "/v1/tokens/{name}", Token)
    def revoke_token(self, name: str) -> Message:
        """Revokes a token. Answers it as it was."""
        return Message(path={"name": name})

    @answers("POST", "/v1/sessions/links", PageLink)
    def create_page_link(self, *, role: str | None = None, expires_at: datetime | None = None) -> Message:
        """Makes a link to the daemon's page that works once, as ``aniwho web`` does. Without a role, it has the caller's."""
        return Message(json={"role": None if role is None else str(role), "expires_at": expires_at})

    @lists("/v1/sessions", "sessions", Session)
    def sessions(self, *, limit: int | None = None) -> Message:
        """The browsers that have logged in."""
        return Message(query={"limit": limit})

    @answers("DELETE", "/v1/sessions/{id}", Session)
    def revoke_session(self, id: int) -> Message:
        """Logs a browser out. Answers its session as it was."""
        return Message(path={"id": id})
