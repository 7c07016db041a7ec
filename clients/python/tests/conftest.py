"""A daemon of its own for the tests, with the sample characters. $ANIWHO_PROGRAMS is the folder of aniwhod."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from aniwho import AniWhoError, Client

PROJECT = Path(__file__).resolve().parents[3]
SAMPLES = PROJECT / "samples"
NAMES = sorted(folder.name for folder in (SAMPLES / "enroll").iterdir())


def pictures(kind: str, name: str = "") -> list[Path]:
    """The sample pictures of a character, or of the strangers."""
    return sorted((SAMPLES / kind / name).glob("*.png"))


class Daemon:
    """A daemon on a temporary folder, with its socket and a port."""

    def __init__(self, *options: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="aniwho-python-")
        self.folder = Path(self._folder.name)
        self.socket = str(self.folder / "aniwho.sock")
        self._options = options
        self.start()

    def start(self) -> None:
        """Starts it, and waits until it can classify."""
        programs = os.environ.get("ANIWHO_PROGRAMS")
        assert programs, "set ANIWHO_PROGRAMS to the folder of aniwhod, or run scripts/python-test"
        log = self.folder / "log"
        with log.open("w") as output:
            self._process = subprocess.Popen(
                [Path(programs) / "aniwhod", "--socket", self.socket, "--data", self.folder / "data", "--listen", "127.0.0.1:0",
                 *self._options],
                stderr=output, env={"ANIWHO_MODELS": str(PROJECT / "models"), **os.environ})
        for _ in range(600):
            assert self._process.poll() is None, log.read_text()
            try:
                with Client(self.socket) as client:
                    client.readiness()
                break
            except AniWhoError:
                time.sleep(0.05)
        else:
            raise AssertionError(f"the daemon does not become ready:\n{log.read_text()}")
        port = re.search(r"tcp=127\.0\.0\.1:(\d+)", log.read_text())
        assert port
        self.url = f"http://127.0.0.1:{port[1]}"

    def stop(self) -> None:
        """Ends it as its owner would."""
        self._process.send_signal(signal.SIGTERM)
        assert self._process.wait(60) == 0

    def token(self, name: str, role: str = "operator") -> str:
        """The text of a new token."""
        with Client(self.socket) as client:
            return client.create_token(name, role).token

    def close(self) -> None:
        """Ends it if it runs, and removes its folder."""
        if self._process.poll() is None:
            self.stop()
        self._folder.cleanup()


@pytest.fixture(scope="module")
def fresh() -> Iterator[Daemon]:
    """A daemon that a test may stop. Callers over TCP may send five requests a second."""
    daemon = Daemon("--rate-limit", "5")
    yield daemon
    daemon.close()


@pytest.fixture(scope="session")
def cast() -> Iterator[Daemon]:
    """A daemon with all sample characters, three pictures each. Tests leave its characters as they are."""
    daemon = Daemon()
    with Client(daemon.socket) as client:
        for name in NAMES:
            client.enroll(name, *pictures("enroll", name)[:3])
        client.calibrate().result()
    yield daemon
    daemon.close()


@pytest.fixture
def client(cast: Daemon) -> Iterator[Client]:
    """A client of the daemon with all sample characters, over its socket."""
    with Client(cast.socket) as client:
        yield client


@pytest.fixture(scope="session")
def bench() -> Iterator[Daemon]:
    """The daemon of ``empty``."""
    daemon = Daemon()
    yield daemon
    daemon.close()


@pytest.fixture
def empty(bench: Daemon) -> Iterator[Client]:
    """A client of a daemon without any character; what the test enrolls is removed after it."""
    with Client(bench.socket) as client:
        yield client
        for character in list(client.characters()):
            client.remove_character(character.name)
        client.empty_trash()
