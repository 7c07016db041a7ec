"""Webhooks: addresses that the daemon calls, and what a receiver needs."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from .answers import Answer
from .errors import AniWhoError, UnexpectedAnswer
from .job import Job
from .wire.decoding import decode
from .wire.enums import OpenEnum
from .wire.operations import answers, lists
from .wire.requests import Message


class WebhookEvent(OpenEnum):
    """What a webhook is called for."""

    NAMED = "named"
    """Pictures were classified, and some of them show a character."""
    UNKNOWN = "unknown"
    """Pictures were classified, and some of them are unknown."""
    JOB = "job"
    """A job ended."""
    TEST = "test"
    """Somebody tests the webhook."""


class DeliveryState(OpenEnum):
    """What became of a call."""

    WAITING = "waiting"
    """It waits for its first or next attempt."""
    DELIVERED = "delivered"
    """The address has answered with a status from 200 to 299."""
    FAILED = "failed"
    """There are no more attempts."""


@dataclass(frozen=True)
class Delivery:
    """One call of a webhook, with all its attempts."""

    id: int
    """Its number, the same for every attempt."""
    event: WebhookEvent
    """What it is for."""
    state: DeliveryState
    """What became of it."""
    created_at: datetime
    """When the event happened."""
    attempts: int
    """How often the daemon has tried."""
    attempted_at: datetime | None
    """When it last tried; None before the first attempt."""
    next_attempt_at: datetime | None
    """When it tries again; None if there are no more attempts."""
    status: int | None
    """The status that the address answered last; None if it did not answer."""
    error: str | None
    """Why the last attempt failed; None if it did not."""


@dataclass(frozen=True)
class Webhook:
    """An address that the daemon calls when something happens."""

    name: str
    """Its name."""
    url: str
    """The address."""
    events: tuple[WebhookEvent, ...]
    """What it is called for."""
    created_at: datetime
    """When it was added."""
    waiting: int
    """How many calls wait for their first or next attempt."""
    deliveries: tuple[Delivery, ...]
    """The last calls, newest first."""


@dataclass(frozen=True)
class AddedWebhook:
    """A new webhook with its key, which no other answer holds."""

    secret: str
    """The key that signs the calls. Keep it for the receiver."""
    webhook: Webhook
    """The webhook."""


@dataclass(frozen=True)
class WebhookMessage:
    """What a call says."""

    event: WebhookEvent
    """What happened."""
    at: datetime
    """When it happened."""
    answer: Answer | None
    """For ``named`` and ``unknown``, the answers of this kind; None for other events."""
    job: Job | None
    """For ``job``, the job as it ended; None for other events."""


class WebhookOperations:
    """Webhooks: addresses that the daemon calls when something happens. Over the socket only."""

    @lists("/v1/webhooks", "webhooks", Webhook)
    def webhooks(self, *, limit: int | None = None) -> Message:
        """All webhooks with their last calls, by name."""
        return Message(query={"limit": limit})

    @answers("POST", "/v1/webhooks", AddedWebhook)
    def add_webhook(self, name: str, url: str, *, events: Iterable[str] | None = None) -> Message:
        """Adds a webhook for some events, or for all. Only this answer holds its key."""
        return Message(json={"name": name, "url": url, "events": None if events is None else [str(event) for event in events]})

    @answers("DELETE", "/v1/webhooks/{name}", Webhook)
    def remove_webhook(self, name: str) -> Message:
        """Removes a webhook with its calls. Answers it as it was."""
        return Message(path={"name": name})

    @answers("POST", "/v1/webhooks/{name}/test", Delivery)
    def test_webhook(self, name: str) -> Message:
        """Calls a webhook once, now, and waits for its answer."""
        return Message(path={"name": name})


class BadSignature(AniWhoError):
    """A call is not the daemon's, or is an old one that somebody sends again."""


def verify_signature(key: str, headers: Mapping[str, str], body: bytes, *, tolerance: float = 300, now: float | None = None) -> bool:
    """Whether a call is the daemon's.

    ``headers`` are those of the request, ``body`` its bytes as they came. A call whose time stamp is more than ``tolerance`` seconds
    away is refused, so that nobody can send it again later.
    """
    names = {name.lower(): value for name, value in headers.items()}
    stamp, signature = names.get("aniwho-timestamp", ""), names.get("aniwho-signature", "")
    wanted = "sha256=" + hmac.new(key.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted.encode(), signature.encode()) or not (stamp.isascii() and stamp.isdigit()):
        return False
    return abs((time.time() if now is None else now) - int(stamp)) <= tolerance


def read_webhook(key: str, headers: Mapping[str, str], body: bytes) -> WebhookMessage:
    """What a call says, after its signature was checked. Raises ``BadSignature``."""
    if not verify_signature(key, headers, body):
        raise BadSignature("the call's signature is not made with this webhook's key, or its time stamp is old")
    try:
        return decode(WebhookMessage, json.loads(body), "the call")
    except ValueError:
        raise UnexpectedAnswer("the call's body is no JSON") from None
