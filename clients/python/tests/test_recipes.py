"""The recipes, as a reader would run them."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from conftest import NAMES, SAMPLES, Daemon, pictures
from test_wire import Reply, server

from aniwho import AsyncClient, Client

RECIPES = Path(__file__).resolve().parents[1] / "recipes"
sys.path.insert(0, str(RECIPES))

import chat_bot  # noqa: E402
import folder_watcher  # noqa: E402


def replies(socket: str, *attachments: tuple[str, bytes], sure: float = chat_bot.SURE) -> list[str]:
    """What the bot says to attachments."""
    async def run() -> list[str]:
        async with AsyncClient(socket) as aniwho:
            return [await chat_bot.reply_to(aniwho, name, content, sure=sure) for name, content in attachments]

    return asyncio.run(run())


def test_the_bot_names_and_asks(cast: Daemon, client: Client) -> None:
    known, stranger = pictures("ask", NAMES[0])[0].read_bytes(), pictures("strangers")[0].read_bytes()
    first, second = replies(cast.socket, ("a.png", known), ("b.png", stranger), sure=0.5)
    assert first.startswith(f"{NAMES[0]} (") and first.endswith("%)")
    assert second.startswith("Who is this?") and second.endswith("?")
    assert replies(cast.socket, ("a.png", known), sure=1.1)[0].startswith(f"Probably {NAMES[0]} (")
    scene = replies(cast.socket, ("scene.png", (SAMPLES / "scene.png").read_bytes()))[0].splitlines()
    assert len(scene) == len(client.classify(SAMPLES / "scene.png").results[0].faces) and scene[1].startswith("2. ")


def test_the_bot_always_answers(cast: Daemon, empty: Client, bench: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, = replies(cast.socket, ("a.png", b"no picture"))
    assert broken.startswith("I cannot read this picture: ") and "a.png" in broken
    assert replies("/nowhere.sock", ("a.png", b"x")) == ["I cannot look at pictures right now. Please try again later."]
    nobody, = replies(bench.socket, ("a.png", pictures("strangers")[0].read_bytes()))
    assert nobody == "Who is this? I do not know anybody yet."
    monkeypatch.setattr(chat_bot, "LARGEST", 1 << 20)
    assert "up to 1 MiB" in replies(cast.socket, ("a.png", bytes((1 << 20) + 1)))[0]


def test_the_watcher_reports_each_picture_once(client: Client, tmp_path: Path) -> None:
    reports: list[folder_watcher.Report] = []
    watcher = folder_watcher.Watcher(client, tmp_path, reports.append)
    (tmp_path / "old.png").write_bytes(b"old")
    watcher.skip_existing()
    picture = pictures("ask", NAMES[0])[0]
    (tmp_path / "new").mkdir()
    target = tmp_path / "new" / "a.PNG"
    target.write_bytes(picture.read_bytes()[:100])
    assert watcher.look() == 0
    shutil.copyfile(picture, target)
    assert watcher.look() == 0
    (tmp_path / "b.jpg").write_bytes(b"broken")
    (tmp_path / "notes.txt").write_text("no picture")
    assert watcher.look() == 1 and watcher.look() == 1 and watcher.look() == 0
    face = reports[0]["faces"]
    assert reports[0]["picture"] == str(target) and isinstance(face, list) and face[0]["character"] == NAMES[0]
    assert reports[1]["picture"] == str(tmp_path / "b.jpg") and reports[1]["error"]


def test_the_watcher_posts_and_tries_again(client: Client, tmp_path: Path) -> None:
    posted: list[dict[str, object]] = []
    statuses = [500, 204]

    def receive(request: BaseHTTPRequestHandler, body: bytes) -> Reply:
        posted.append(json.loads(body))
        return statuses.pop(0), {}, b""

    shutil.copyfile(pictures("ask", NAMES[0])[0], tmp_path / "a.png")
    with server(receive) as url:
        watcher = folder_watcher.Watcher(client, tmp_path, folder_watcher.post(url))
        assert [watcher.look() for _ in range(4)] == [0, 0, 1, 0]
    assert len(posted) == 2 and posted[0] == posted[1]
    with Client("/nowhere.sock") as nobody:
        lost = folder_watcher.Watcher(nobody, tmp_path, folder_watcher.show)
        assert [lost.look() for _ in range(3)] == [0, 0, 0]


def test_the_watcher_as_a_program(cast: Daemon, tmp_path: Path) -> None:
    shutil.copyfile(pictures("ask", NAMES[0])[0], tmp_path / "a.png")
    program = [sys.executable, str(RECIPES / "folder_watcher.py"), "--existing", "--every", "0.1"]
    running = subprocess.Popen(
        [*program, str(tmp_path)], env={"ANIWHO_SOCKET": cast.socket}, stdout=subprocess.PIPE, text=True)
    assert running.stdout
    line = json.loads(running.stdout.readline())
    running.terminate()
    running.communicate()
    assert line["faces"][0]["character"] == NAMES[0]
    refused = subprocess.run([*program, str(tmp_path / "none")], capture_output=True, text=True, check=False)
    assert refused.returncode == 1 and "is no folder" in refused.stderr


def test_the_notebook(
    bench: Daemon, empty: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANIWHO_SOCKET", bench.socket)
    monkeypatch.setenv("ANIWHO_SAMPLES", str(SAMPLES))
    book = json.loads((RECIPES / "cast.ipynb").read_text())
    namespace: dict[str, object] = {}
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            exec(compile("".join(cell["source"]), "cast.ipynb", "exec"), namespace)
    lines = capsys.readouterr().out.splitlines()
    table = lines[lines.index(next(line for line in lines if line.startswith("picture of"))) + 1:][:len(NAMES) + 2]
    assert sum(line.count(name) == 2 for line, name in zip(table, NAMES)) >= len(NAMES) - 2
    assert [line.split("  ")[0].strip() for line in table[-2:]] == ["strangers"] * 2
    assert any("likeliest to show their own character" in line for line in lines)
    assert empty.status().characters == len(NAMES)
