"""Bad input, and daemons that are not there."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from conftest import NAMES, SAMPLES, Daemon, pictures

from aniwho import (
    AsyncClient, BadRequest, Client, ErrorCode, NotAllowed, Retries, TryLater, Unreachable, default_socket)


def test_a_broken_picture_is_refused_and_named(client: Client) -> None:
    content = pictures("ask", NAMES[0])[0].read_bytes()
    for broken in (b"", b"no picture", content[:200]):
        with pytest.raises(BadRequest) as refused:
            client.classify(broken)
        assert refused.value.code in (ErrorCode.BAD_IMAGE, ErrorCode.BAD_REQUEST) and refused.value.message
    before = client.status().images
    with pytest.raises(BadRequest):
        client.enroll(NAMES[0], content, b"no picture")
    assert client.status().images == before


def test_several_faces_are_refused(client: Client) -> None:
    with pytest.raises(BadRequest) as refused:
        client.enroll("Somebody", SAMPLES / "scene.png")
    assert refused.value.code is ErrorCode.SEVERAL_FACES and refused.value.status == 422


def test_a_missing_file_is_an_error_of_the_file(client: Client) -> None:
    with pytest.raises(FileNotFoundError, match="nothing.png"):
        client.classify("nothing.png")


def test_values_out_of_range(client: Client) -> None:
    with pytest.raises(BadRequest, match="top must be"):
        client.classify(pictures("strangers")[0], top=0)
    with pytest.raises(BadRequest, match="no image"):
        client.classify()


def test_no_daemon(tmp_path: Path) -> None:
    with Client(tmp_path / "none.sock") as client, pytest.raises(Unreachable, match="Is aniwhod running"):
        client.status()

    async def later() -> None:
        async with AsyncClient(url="http://127.0.0.1:9", token="none") as client:
            await client.status()

    with pytest.raises(Unreachable, match="127.0.0.1:9"):
        asyncio.run(later())


def test_wrong_and_revoked_tokens(cast: Daemon) -> None:
    with Client(url=cast.url, token="wrong") as client, pytest.raises(NotAllowed) as refused:
        client.status()
    assert refused.value.status == 401 and refused.value.code is ErrorCode.UNAUTHORIZED
    with Client(url=cast.url, token=cast.token("short")) as remote, Client(cast.socket) as local:
        assert remote.status().images
        local.revoke_token("short")
        with pytest.raises(NotAllowed):
            remote.status()


def test_a_reader_may_not_enroll(cast: Daemon) -> None:
    with Client(url=cast.url, token=cast.token("reader", "reader")) as client, pytest.raises(NotAllowed) as refused:
        client.enroll("Somebody", pictures("strangers")[0])
    assert refused.value.code is ErrorCode.FORBIDDEN


def test_a_restart_between_two_calls(fresh: Daemon) -> None:
    async def later() -> None:
        async with AsyncClient(fresh.socket) as client:
            assert (await client.status()).characters == 1
            fresh.stop()
            with pytest.raises(Unreachable):
                await client.status()
            fresh.start()
            assert (await client.status()).characters == 1

    with Client(fresh.socket) as client:
        client.create_character("Rei")
        asyncio.run(later())
        assert client.remove_character("Rei").images == 0


def test_a_request_over_the_limit_waits_as_long_as_the_daemon_says(fresh: Daemon) -> None:
    token = fresh.token("busy")
    with Client(url=fresh.url, token=token, retries=Retries(most=0)) as hasty, pytest.raises(TryLater) as refused:
        for _ in range(60):
            hasty.status()
    assert refused.value.code is ErrorCode.RATE_LIMITED and refused.value.retry_after
    with Client(url=fresh.url, token=token) as patient:
        assert patient.status().characters == 0


def test_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="not both"):
        Client("a.sock", url="http://127.0.0.1")
    with pytest.raises(ValueError, match="url"):
        Client(token="secret")
    assert default_socket({"ANIWHO_SOCKET": "", "XDG_RUNTIME_DIR": "/run/user/1"}) == "/run/user/1/aniwho.sock"
    assert default_socket({}) == "/run/aniwho/aniwho.sock"
    monkeypatch.setenv("ANIWHO_SOCKET", "/run/none.sock")
    with pytest.raises(Unreachable, match="/run/none.sock"):
        Client().status()
