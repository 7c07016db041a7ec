"""What a receiver of webhooks needs."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler

import pytest
from conftest import pictures
from test_wire import Reply, server

from aniwho import BadSignature, Client, UnexpectedAnswer, WebhookEvent, read_webhook, verify_signature

KEY = "whsec_secret"


def headers(body: bytes, stamp: int, key: str = KEY) -> dict[str, str]:
    """The headers of a call, signed here without the package."""
    signature = hmac.new(key.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"aniwho-timestamp": str(stamp), "AniWho-Signature": f"sha256={signature}"}


def test_signatures() -> None:
    body = b'{"event":"test"}'
    right = headers(body, 1000)
    assert verify_signature(KEY, right, body, now=1000) and verify_signature(KEY, right, body, now=1299)
    assert not verify_signature(KEY, right, body, now=1301) and not verify_signature(KEY, right, body, now=699)
    assert not verify_signature(KEY, right, body + b" ", now=1000) and not verify_signature("whsec_other", right, body, now=1000)
    assert not verify_signature(KEY, {}, body, now=1000)
    assert not verify_signature(KEY, {**right, "aniwho-timestamp": "1001"}, body, now=1000)
    for stamp in ("", "soon", "-1", "\u0661"):
        signature = hmac.new(KEY.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        assert not verify_signature(KEY, {"AniWho-Timestamp": stamp, "AniWho-Signature": f"sha256={signature}"}, body, now=0)


def test_a_call_that_is_no_call() -> None:
    now = int(time.time())
    with pytest.raises(BadSignature):
        read_webhook(KEY, headers(b"{}", now, "whsec_other"), b"{}")
    for body in (b"[]", b"{", b'{"event": "named"}'):
        with pytest.raises(UnexpectedAnswer):
            read_webhook(KEY, headers(body, now), body)
    newer = json.dumps({"event": "merged", "at": "2026-01-02T03:04:05Z", "extra": 1}).encode()
    assert read_webhook(KEY, headers(newer, now), newer).event == "merged"


def test_a_real_daemon_calls(empty: Client) -> None:
    calls: list[tuple[dict[str, str], bytes]] = []
    arrived = threading.Event()

    def receive(request: BaseHTTPRequestHandler, body: bytes) -> Reply:
        calls.append((dict(request.headers), body))
        arrived.set()
        return 204, {}, b""

    with server(receive) as url:
        key = empty.add_webhook("receiver", url, events=[WebhookEvent.UNKNOWN]).secret
        try:
            assert empty.test_webhook("receiver").status == 204
            assert read_webhook(key, *calls.pop()).event is WebhookEvent.TEST
            arrived.clear()
            empty.classify(pictures("strangers")[0])
            assert arrived.wait(30)
            message = read_webhook(key, *calls.pop())
            assert message.event is WebhookEvent.UNKNOWN and message.answer and message.answer.results[0].unknown
        finally:
            empty.remove_webhook("receiver")
