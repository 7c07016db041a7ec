"""Runs a real daemon in a temporary folder, and sends it commands of `aniwho` and requests over its socket."""

import http.client
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLES = os.path.join(ROOT, "samples")


class Broken(Exception):
    """A promise that the daemon broke."""


def need(holds, promise):
    if not holds:
        raise Broken(promise)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class Service:
    """A daemon in a temporary folder. The end of the `with` block stops the daemon and removes the folder."""

    def __init__(self, programs, data=None, variables=None, options=()):
        self.options = options
        #: A command that runs the daemon.
        self.prefix = []
        self.level = "warning"
        #: The seconds until it must be ready.
        self.patience = 30
        self.programs = os.path.abspath(programs)
        self.home = tempfile.mkdtemp(prefix="aniwho-", dir="/tmp")
        self.data = data or os.path.join(self.home, "data")
        self.socket = os.path.join(self.home, "s")
        self.variables = dict(os.environ, **(variables or {}))
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process is not None:
            self.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def launch(self):
        self.log = open(os.path.join(self.home, "log"), "ab")
        self.process = subprocess.Popen(
            [*self.prefix, self.programs + "/aniwhod", "--socket", self.socket, "--data", self.data, "--log-level", self.level,
             *self.options],
            env=self.variables, stdout=self.log, stderr=self.log, cwd=ROOT)

    def start(self):
        """Starts the daemon and waits until it is ready."""
        self.launch()
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise Broken(f"the daemon ended with status {self.process.returncode}: {self.log_tail()}")
            try:
                if self.ask("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.025)
        raise Broken(f"the daemon did not become ready in {self.patience} s")

    def log_text(self):
        with open(os.path.join(self.home, "log"), errors="replace") as log:
            return log.read()

    def log_tail(self):
        return " | ".join(self.log_text().splitlines()[-3:])

    def kill(self):
        """Kills the daemon with SIGKILL."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def stop(self):
        self.process.terminate()
        status = self.process.wait(timeout=60)
        self.process = None
        return status

    def ask(self, method, path, body=None, kind=None, timeout=60):
        """Sends a request. Returns the status and the body of the answer."""
        return self.ask_at(None, method, path, body, kind, timeout)[:2]

    def ask_at(self, revision, method, path, body=None, kind=None, timeout=60):
        """Sends a request to be answered from a revision of the registry or a later one; None: from any. Returns the status, the body and
        the revision of the answer."""
        connection = UnixConnection(self.socket, timeout)
        headers = {"Content-Type": kind} if kind else {}
        if revision is not None:
            headers["AniWho-Least-Revision"] = str(revision)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), int(answer.headers.get("AniWho-Revision", 0))
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()

    def aniwho(self, *words, timeout=120):
        """Runs a command. Returns its status, output and errors."""
        done = subprocess.run(
            [self.programs + "/aniwho", *words], env=dict(self.variables, ANIWHO_SOCKET=self.socket), cwd=SAMPLES,
            capture_output=True, text=True, timeout=timeout)
        return done

    def do(self, *words, timeout=120):
        """Runs a command that must succeed. Returns its output."""
        done = self.aniwho(*words, timeout=timeout)
        need(done.returncode == 0, f"aniwho {' '.join(words)} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def json(self, *words):
        return json.loads(self.do(*words, "--json"))

    def prepare(self):
        """Enrolls the sample characters and imports a second model."""
        self.do("enroll", "--from-folders", "enroll")
        self.do("models", "import", os.path.join(ROOT, "models", "resnet12.safetensors"), "--name", "resnet12")


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def distinct(path, number):
    """Returns a sample picture with a number in a text chunk: the same pixels, but other bytes."""
    with open(os.path.join(SAMPLES, path), "rb") as file:
        png = file.read()
    return png[:-12] + chunk(b"tEXt", b"Comment\0" + str(number).encode()) + png[-12:]


def sample_pictures(folder):
    """Returns the sorted paths of the pictures in a folder of the samples and its subfolders."""
    found = []
    for directory, _, files in os.walk(os.path.join(SAMPLES, folder)):
        found += [os.path.relpath(os.path.join(directory, name), SAMPLES) for name in files if name.endswith(".png")]
    return sorted(found)
