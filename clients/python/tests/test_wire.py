"""What no real daemon does on request: a server that answers as a test tells it to."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from aniwho import (
    AnswerTimeout, AsyncClient, BadRequest, Client, Conflict, DaemonFailed, ErrorCode, Inbox, JobCancelled, JobKind, JobState, NotFound,
    Progress, Retries, Timeouts, TryLater, UnexpectedAnswer, Unreachable)
from aniwho.errors import refusal
from aniwho.wire.answers import LineReader

Reply = tuple[int, dict[str, str], bytes]


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the test."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        """Answers with what the test gives; breaks the connection if that is nothing."""
        length = int(self.headers.get("Content-Length", 0))
        reply: Reply | None = self.server.reply(self, self.rfile.read(length))  # type: ignore[attr-defined]
        if reply is None:
            self.close_connection = True
            return
        status, headers, body = reply
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        # A client that has not waited is gone.
        with contextlib.suppress(BrokenPipeError):
            self.end_headers()
            self.wfile.write(body)

    do_GET = do_POST = do_DELETE = answer

    def log_message(self, format: str, *arguments: Any) -> None:
        """Prints nothing."""


@contextlib.contextmanager
def server(reply: Callable[[Handler, bytes], Reply | None]) -> Iterator[str]:
    """The URL of a server."""
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    running.reply = reply  # type: ignore[attr-defined]
    threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{running.server_port}"
    finally:
        running.shutdown()
        running.server_close()


def reply(value: object, status: int = 200, **headers: str) -> Reply:
    """An answer of JSON."""
    return status, {name.replace("_", "-"): text for name, text in headers.items()}, json.dumps(value).encode()


def error(status: int, code: str, **headers: str) -> Reply:
    """An answer that is an error."""
    return reply({"error": {"code": code, "message": "a reason"}}, status, **headers)


def test_ten_thousand_things_come_page_by_page() -> None:
    asked: list[str] = []

    def pages(request: Handler, body: bytes) -> Reply:
        asked.append(request.path)
        first = int(request.path.partition("after=")[2] or 0)
        tags = [{"name": f"{number}", "characters": 1} for number in range(first, first + 1000)]
        return reply({"tags": tags, **({"next": str(first + 1000)} if first < 9000 else {})})

    with server(pages) as url, Client(url=url) as client:
        tags = client.tags(limit=1000)
        assert next(tags).name == "0" and asked == ["/v1/tags?limit=1000"]
        assert sum(1 for _ in tags) == 9999 and len(asked) == 10 and asked[1] == "/v1/tags?limit=1000&after=1000"
        asked.clear()

        async def later() -> int:
            async with AsyncClient(url=url) as client:
                return len([tag async for tag in client.tags()])

        assert asyncio.run(later()) == 10_000 and asked[0] == "/v1/tags"


def test_the_inbox_is_whole_whatever_its_pages() -> None:
    asked: list[str] = []

    def pages(request: Handler, body: bytes) -> Reply:
        asked.append(f"{request.command} {request.path}")
        first = int(request.path.partition("after=1-")[2] or 0)
        face = {
            "id": first + 1, "sha256": "", "format": "png", "bytes": 1, "width": 1, "height": 1, "source": "",
            "added_at": "2026-01-02T03:04:05Z", "box": None}
        groups = [{"pictures": [face], "nearest": None}]
        return reply({"threshold": 0.5, "threshold_from": "model", "groups": groups, "next": f"1-{first + 1}" if first < 2 else None})

    with server(pages) as url, Client(url=url) as client:
        inbox = client.inbox(limit=1)

        async def later() -> Inbox:
            async with AsyncClient(url=url) as client:
                return await client.inbox()

        again = asyncio.run(later())
    assert [picture.id for picture in inbox.pictures] == [1, 2, 3] and inbox == again and inbox.threshold == 0.5
    assert asked[:3] == [f"POST /v1/inbox/groups?limit=1{place}" for place in ("", "&after=1-1", "&after=1-2")]
    assert asked[3:] == [f"POST /v1/inbox/groups{place}" for place in ("", "?after=1-1", "?after=1-2")]


def test_values_and_members_of_a_newer_daemon() -> None:
    newer = job(kind="fine-tune", state="paused", color={"new": [1]})
    with server(lambda request, body: reply(newer)) as url, Client(url=url) as client:
        got = client.job(1)
    assert got.kind == "fine-tune" and not got.kind.is_known and got.state.name == "paused" and str(got.kind) == "fine-tune"
    assert got.started_at is None and got.created_at.year == 2026
    assert JobKind("use-model") is JobKind.USE_MODEL and JobState.QUEUED.is_known
    assert refusal(418, "teapot", "m").code == "teapot" and not refusal(418, "teapot", "m").code.is_known


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"version": 1}', b'{"version": "1"}'])
def test_another_program_at_the_address(body: bytes) -> None:
    with server(lambda request, sent: (200, {}, body)) as url, Client(url=url) as client:
        with pytest.raises(UnexpectedAnswer):
            client.status()


def test_refusals_are_repeated_within_bounds() -> None:
    answers: list[Reply] = []
    with server(lambda request, body: answers.pop(0)) as url, Client(url=url, retries=Retries(most=2, longest=5)) as client:
        answers[:] = [error(503, "overloaded", Retry_After="0"), error(429, "rate_limited", Retry_After="0"), reply({"status": "ok"})]
        assert client.health() == "ok"
        answers[:] = [error(503, "overloaded", Retry_After="0")] * 3
        with pytest.raises(TryLater) as refused:
            client.health()
        assert refused.value.code is ErrorCode.OVERLOADED and answers == []
        started = time.monotonic()
        answers[:] = [error(503, "not_ready", Retry_After="6")]
        with pytest.raises(TryLater):
            client.health()
        assert time.monotonic() - started < 1
        answers[:] = [error(507, "storage_full", Retry_After="0")]
        with pytest.raises(DaemonFailed):
            client.health()

        async def later() -> str:
            async with AsyncClient(url=url) as client:
                return await client.health()

        answers[:] = [error(503, "overloaded", Retry_After="0"), reply({"status": "ok"})]
        assert asyncio.run(later()) == "ok"
    with server(lambda request, body: (500, {}, b"oops")) as url, Client(url=url) as client:
        with pytest.raises(DaemonFailed, match="status 500"):
            client.health()


def test_a_connection_that_breaks() -> None:
    counts = {"GET": 0, "POST": 0}

    def broken(request: Handler, body: bytes) -> Reply | None:
        counts[request.command] += 1
        return reply({"status": "ok"}) if counts[request.command] == 2 else None

    with server(broken) as url, Client(url=url) as client:
        assert client.health() == "ok" and counts["GET"] == 2
        with pytest.raises(Unreachable, match="broke"):
            client.health()
        # It may have been carried out, so it is not sent again.
        with pytest.raises(Unreachable, match="broke"):
            client.undo()
        assert counts["POST"] == 1
        counts["POST"] = 0
        with pytest.raises(UnexpectedAnswer):
            client.start_job("pretrain", idempotency_key="monday")
        assert counts["POST"] == 2


def test_a_daemon_that_does_not_answer() -> None:
    def slow(request: Handler, body: bytes) -> Reply:
        time.sleep(0.5)
        return reply({})

    with server(slow) as url, Client(url=url, timeouts=Timeouts(answer=0.05)) as client:
        with pytest.raises(AnswerTimeout):
            client.status()


def job(**members: object) -> dict[str, object]:
    """A job as the daemon answers it."""
    return {
        "id": 7, "kind": "back-up", "name": "n", "arguments": [], "from_registry": False, "state": "queued",
        "created_at": "2026-01-02T03:04:05Z", "folder": "/f", "warnings": [], **members}


def lines(*events: object) -> Reply:
    """The events of a job, each followed by an empty line."""
    return 200, {}, b"".join(json.dumps(event).encode() + b"\n\n" for event in events)


def progress(done: int) -> dict[str, object]:
    """An event of a job."""
    return {"event": "progress", "step": "copying", "done": done, "total": 4}


def end(state: str, **members: object) -> dict[str, object]:
    """The last event of a job, or the last before the daemon stops."""
    return {"event": "end", "id": 7, "kind": "back-up", "name": "n", "state": state, **members}


DONE = end("finished", result={"file": "/b", "bytes": 5})
LAUNCH = {"event": "launch"}


class Stage:
    """A daemon that answers with a job, and then with the given events, a list for each connection."""

    def __init__(self) -> None:
        self.events: list[Reply | None] = []
        self.asked: list[str] = []

    def __call__(self, request: Handler, body: bytes) -> Reply | None:
        """Answers a request."""
        self.asked.append(f"{request.command} {request.path} {request.headers['Idempotency-Key']}")
        return reply(job(), 202) if request.command == "POST" else self.events.pop(0)


def test_work_is_followed_over_all_connections() -> None:
    stage = Stage()
    # A connection that breaks in the middle of a line, a daemon that stops, one that is not back, one that is not ready, and one that
    # began the work again.
    whole = lines(LAUNCH, progress(1))
    half: Reply = (200, {"Content-Length": "1000", "Connection": "close"}, whole[2] + b'{"event":"pro')
    connections: list[Reply | None] = [
        half, lines(LAUNCH, progress(1), progress(2), end("running")), None, None, error(503, "not_ready", Retry_After="0"),
        lines(LAUNCH, progress(1), progress(2), LAUNCH, progress(3), DONE)]
    with server(stage) as url:
        with Client(url=url) as client:
            stage.events = list(connections)
            work = client.write_backup("/b", idempotency_key="monday")
            assert work.job is None and stage.asked == []
            assert [report.done for report in work] == [1, 2, 3]
            assert work.result().bytes == 5 and work.job and work.job.id == 7
            assert stage.asked[0] == "POST /v1/backups monday" and stage.events == []
            assert set(stage.asked[1:]) == {"GET /v1/jobs/7/events None"}

        async def later() -> list[int]:
            async with AsyncClient(url=url) as client:
                work = client.write_backup("/b")
                assert (await work.start()).id == 7
                done = [report.done async for report in work]
                assert (await work.result()).file == "/b"
                return done

        stage.events = list(connections)
        assert asyncio.run(later()) == [1, 2, 3] and stage.events == []


def test_work_ends_with_its_error() -> None:
    stage = Stage()
    with server(stage) as url, Client(url=url) as client:
        for code, kind in [("storage_full", DaemonFailed), ("target_exists", Conflict), ("bad_bundle", BadRequest),
                           ("job_not_found", NotFound), ("melted", DaemonFailed), (None, DaemonFailed)]:
            stage.events = [lines(LAUNCH, end("failed", error="no room", error_code=code))]
            work = client.write_backup("/b")
            for _ in range(2):
                with pytest.raises(kind, match="no room") as refused:
                    work.result()
                assert refused.value.code == (code or ErrorCode.JOB_FAILED)
        stage.events = [lines(LAUNCH, progress(1), end("cancelled"))]
        work = client.write_backup("/b")
        assert next(work) == Progress("copying", 1, 4)
        with pytest.raises(JobCancelled, match="job 7 was cancelled"):
            next(work)
        for wrong in (lines([1]), lines(end("finished", result={"file": "/b"})), lines(end("finished"))):
            stage.events = [wrong]
            with pytest.raises(UnexpectedAnswer):
                client.write_backup("/b").result()
        stage.events = [error(404, "job_not_found")]
        with pytest.raises(NotFound):
            client.write_backup("/b").result()


def test_a_daemon_that_does_not_come_back() -> None:
    stage = Stage()
    with server(stage) as url, Client(url=url, timeouts=Timeouts(restart=0.3)) as client:
        stage.events = [lines(LAUNCH, progress(1), end("running"))] * 4
        work = client.write_backup("/b")
        assert next(work).done == 1
        started = time.monotonic()
        with pytest.raises(Unreachable, match="0.3 seconds; job 7 goes on"):
            next(work)
        assert 0.3 <= time.monotonic() - started < 5

        async def later() -> None:
            async with AsyncClient(url=url, timeouts=Timeouts(restart=0.1)) as client:
                await client.calibrate().result()

        stage.events = [None] * 10
        with pytest.raises(Unreachable, match="job 7 goes on"):
            asyncio.run(later())


def test_who_stops_to_listen_does_not_stop_the_work() -> None:
    stage = Stage()
    with server(stage) as url, Client(url=url) as client:
        stage.events = [lines(LAUNCH, progress(1), DONE)]
        with client.write_backup("/b") as work:
            next(work)
        assert [asked.split()[0] for asked in stage.asked] == ["POST", "GET"]
        client.write_backup("/b").close()
        assert len(stage.asked) == 2

        async def later() -> None:
            async with AsyncClient(url=url) as client:
                async with client.write_backup("/b") as work:
                    assert (await work.__anext__()).done == 1
                # The connection is free again, not only after a garbage collection.
                assert all(one.is_closed for one in gc.get_objects() if isinstance(one, httpx.Response))

        stage.events = [lines(LAUNCH, progress(1), DONE)]
        asyncio.run(later())
        assert [asked.split()[0] for asked in stage.asked] == ["POST", "GET"] * 2


def test_a_stream_that_stops() -> None:
    with server(lambda request, body: lines(LAUNCH)) as url, Client(url=url) as client:
        watch = client.watch_job(7)
        assert next(watch).event == "launch"
        with pytest.raises(Unreachable, match="before its last line"):
            next(watch)


def test_lines_arrive_in_any_pieces() -> None:
    text = '{"event":"a","x":"\u2028 \u0085"}\n\n{"event":"b"}\n'.encode()
    for size in range(1, len(text)):
        reader = LineReader()
        lines = [line for at in range(0, len(text), size) for line in reader.lines(text[at:at + size])]
        assert [line["event"] for line in lines] == ["a", "b"] and lines[0]["x"] == "\u2028 \u0085"
