"""A daemon of its own, on a temporary folder."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile

from .browser import wait_for

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "samples"


class Daemon:
    def __init__(self, programs):
        self.programs = pathlib.Path(programs).resolve()
        self.folder = tempfile.TemporaryDirectory(prefix="aniwho-page-")
        self.socket = f"{self.folder.name}/aniwho.sock"
        self.process = None
        self.start()

    def start(self):
        self.process = subprocess.Popen([
            self.programs / "aniwhod", "--socket", self.socket, "--data", f"{self.folder.name}/data",
            "--log-level", "warning"])
        wait_for(self.is_ready, 120, "the daemon does not become ready")

    def is_ready(self):
        assert self.process.poll() is None, "the daemon has ended"
        answer = subprocess.run(
            [self.programs / "aniwho", "status", "--json", "--socket", self.socket], capture_output=True, text=True, check=False)
        return answer.returncode == 0 and json.loads(answer.stdout)["model"] is not None

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def ask(self, *arguments):
        """Runs a command of aniwho and gives its JSON."""
        answer = subprocess.run(
            [self.programs / "aniwho", *arguments, "--json", "--socket", self.socket], capture_output=True, text=True,
            check=False, env={**os.environ, "DISPLAY": "", "WAYLAND_DISPLAY": ""})
        assert answer.returncode == 0, f"aniwho {' '.join(map(str, arguments))}: {answer.stderr}"
        return json.loads(answer.stdout)

    def link(self):
        """A link to the page that works once."""
        return self.ask("web", "--no-browser")["url"]

    def faces(self, name):
        """How many faces a character has; none if there is no such character."""
        return {one["name"]: one["images"] for one in self.ask("characters", "list")}.get(name, 0)

    def inbox(self):
        return sum(len(group["pictures"]) for group in self.ask("inbox", "list"))

    def close(self):
        if self.process.poll() is None:
            self.stop()
        self.folder.cleanup()
