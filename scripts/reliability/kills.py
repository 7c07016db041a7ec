"""Sends SIGKILL at random moments of work that changes the registry."""

import glob
import hashlib
import json
import os
import random
import subprocess
import threading
import time
import urllib.parse

from . import registry
from .service import Broken, Service, distinct, need, sample_pictures

MODELS = ("mobilenetv2", "resnet12")


class Work(threading.Thread):
    """Repeats a step until the daemon is gone or `end` is called."""

    def __init__(self, step):
        super().__init__(daemon=True)
        self.step = step
        self.steps = 0
        self.failure = None
        self._ends = threading.Event()

    def run(self):
        while not self._ends.is_set():
            try:
                if not self.step():
                    return
                self.steps += 1
            except OSError:
                return
            except Exception as error:  # `end` reports it
                self.failure = error
                return

    def end(self):
        self._ends.set()
        self.join(timeout=120)
        if self.failure is not None:
            raise Broken(f"the work failed by itself: {self.failure}")


def _command(service, *words):
    """Returns a step that runs one command. The command may only fail if the daemon is gone."""

    def step():
        done = service.aniwho(*words)
        if done.returncode == 0:
            return True
        daemon = service.process
        time.sleep(0.2)
        if daemon is None or daemon.poll() is not None or done.returncode == 3:
            return False
        raise Broken(f"aniwho {' '.join(words)}: {done.stderr.strip()}")

    return step


class Interrupted:
    """Work that SIGKILL interrupts. Unless a subclass overrides `interrupt`, the daemon is killed."""

    longest = 0.4

    def __init__(self, service, chance):
        self.service, self.chance = service, chance
        self.acknowledged = []

    def interrupt(self):
        """Kills the daemon at a random moment and starts it again. Returns how many steps were completed before."""
        doing = self.begin()
        doing.start()
        time.sleep(self.chance.uniform(0, self.longest))
        self.service.kill()
        doing.end()
        self.service.start()
        self.settle()
        return doing.steps

    def check(self):
        """Checks what must hold for this kind after each start. `run` checks what must hold for all."""

    def settle(self):
        """Waits until what goes on by itself after a start has ended."""


def wait_for_jobs(service):
    """Waits until the jobs have ended that the killed daemon left. They must succeed."""
    for job in service.json("jobs", "list"):
        if job["state"] in ("queued", "running"):
            service.do("jobs", "watch", str(job["id"]))


class Enrolling(Interrupted):
    """Enrolls one to three pictures per request, for characters that exist and new ones."""

    title = "enroll"

    def __init__(self, service, chance):
        super().__init__(service, chance)
        self.pictures = sample_pictures("enroll")
        self.number = 0

    def begin(self):
        return Work(self.step)

    def step(self):
        self.number += 1
        picture = self.chance.choice(self.pictures)
        name = self.chance.choice([os.path.basename(os.path.dirname(picture)), f"extra {self.number % 7}"])
        files = [distinct(picture, self.number * 10 + k) for k in range(self.chance.randint(1, 3))]
        boundary = "faults"
        body = b"".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="{self.number}.png"\r\n\r\n'.encode()
            + data + b"\r\n" for data in files) + f"--{boundary}--\r\n".encode()
        status, answer = self.service.ask(
            "POST", f"/v1/characters/{urllib.parse.quote(name)}/images", body,
            f"multipart/form-data; boundary={boundary}")
        need(status in (200, 201), f"enrolling was answered with {status}: {answer[:200]}")
        added = json.loads(answer)["added"]
        need(len(added) == len(files), "an answer leaves out an image")
        self.acknowledged += [(row["id"], hashlib.sha256(data).hexdigest()) for row, data in zip(added, files)]
        return True


class Rebuilding(Interrupted):
    title = "rebuild"

    def begin(self):
        return Work(_command(self.service, "rebuild"))


class ChangingModel(Interrupted):
    """Changes from one model to the other and back. The daemon resumes an interrupted change, and the next step waits for it."""

    title, longest = "model change", 2.0

    def __init__(self, service, chance):
        super().__init__(service, chance)
        self.turn = 0

    def begin(self):
        def step():
            done = self.service.aniwho("jobs", "list", "--json")
            for job in json.loads(done.stdout) if done.returncode == 0 else []:
                if job["state"] in ("queued", "running"):
                    return _command(self.service, "jobs", "watch", str(job["id"]))()
            self.turn += 1
            target = MODELS[self.turn % 2]
            # New pictures, so that the next model always has something to embed.
            name = f"turn {self.turn % 5}"
            path = f"/v1/characters/{urllib.parse.quote(name)}/images"
            for k in range(8):
                data = distinct("strangers/1.png", f"turn {self.turn} {k}")
                status, answer = self.service.ask("POST", path, data, "image/png")
                need(status in (200, 201), f"enrolling was answered with {status}")
                number = json.loads(answer)["added"][0]["id"]
                self.acknowledged.append((number, hashlib.sha256(data).hexdigest()))
            return _command(self.service, "models", "use", target)()

        return Work(step)


class BackingUp(Interrupted):
    """Writes backups that replace the one before, and in between backups under new names, which may replace nothing."""

    title, longest = "backup", 0.6

    def __init__(self, service, chance):
        super().__init__(service, chance)
        self.file = os.path.join(service.home, "backup")
        self.number = 0

    def begin(self):
        def step():
            self.number += 1
            return (_command(self.service, "backup", "create", self.file, "--force")()
                    and _command(self.service, "backup", "create", f"{self.file}-{self.number}")())

        return Work(step)

    def settle(self):
        if os.path.exists(self.file):
            self.service.do("backup", "verify", self.file)
        wait_for_jobs(self.service)
        # A backup that had its name before the kill is its job's own: the job has succeeded, and has replaced nothing.
        for file in glob.glob(glob.escape(self.file) + "-*"):
            self.service.do("backup", "verify", file)
            os.remove(file)

    def check(self):
        if self.service.json("jobs", "list"):
            self.service.do("backup", "verify", self.file)


class Importing(Interrupted):
    """Imports a bundle, which adds all its characters or none, and removes the characters one by one."""

    title, longest = "import", 1.5

    def __init__(self, service, chance):
        super().__init__(service, chance)
        self.names = []
        for picture in sample_pictures("strangers") + sample_pictures("ask"):
            self.names.append(f"bundled {len(self.names) % 20}")
            service.do("enroll", self.names[-1], picture)
        self.names = sorted(set(self.names))
        self.bundle = os.path.join(service.home, "bundle")
        service.do("bundle", "export", self.bundle)
        self.remove()
        self.imports = False

    def enrolled(self):
        return [name for name in self.names if self.service.aniwho("characters", "show", name).returncode == 0]

    def remove(self):
        for name in self.enrolled():
            self.service.do("characters", "remove", name)

    def begin(self):
        def step():
            self.imports = True
            if not _command(self.service, "bundle", "import", self.bundle, "--merge")():
                return False
            self.imports = False
            return all(_command(self.service, "characters", "remove", name)() for name in self.names)

        return Work(step)

    def settle(self):
        wait_for_jobs(self.service)

    def check(self):
        there = len(self.enrolled())
        need(not self.imports or there in (0, len(self.names)), f"{there} characters of a bundle of {len(self.names)}")
        self.remove()
        self.imports = False


class Restoring(Interrupted):
    """Restores a backup. The daemon must not run meanwhile, so the command is killed instead."""

    title, longest = "restore", 0.5

    def __init__(self, service, chance):
        super().__init__(service, chance)
        self.file = os.path.join(service.home, "backup")
        service.do("backup", "create", self.file)
        self.saved = self.images()
        self.number = 0

    def images(self):
        return self.service.json("status")["images"]

    def interrupt(self):
        for _ in range(3):
            self.number += 1
            data = distinct("strangers/1.png", f"restore {self.number}")
            status, _ = self.service.ask("POST", "/v1/characters/later/images", data, "image/png")
            need(status in (200, 201), f"enrolling was answered with {status}")
        self.live = self.images()
        need(self.service.stop() == 0, "the daemon did not exit with status 0")
        command = subprocess.Popen(
            [self.service.programs + "/aniwho", "backup", "restore", self.file, self.service.data, "--force"],
            env=self.service.variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(self.chance.uniform(0, self.longest))
        command.kill()
        steps = int(command.wait() == 0)
        self.service.start()
        return steps

    def check(self):
        need(self.images() in (self.saved, self.live), "the registry is neither as before nor as in the backup")


class MetaTraining(Interrupted):
    """Runs training jobs on the samples. SIGKILL ends the daemon and its child; the daemon then resumes the job."""

    title, longest = "meta-training", 3.0

    def __init__(self, service, chance):
        super().__init__(service, chance)
        self.started = 0

    def begin(self):
        states = [job["state"] for job in self.service.json("jobs", "list")]
        if not any(state in ("queued", "running") for state in states):
            self.started += 1
            self.service.do(
                "jobs", "start", "meta-train", f"trained {self.started}", "--", "--data", "enroll",
                "--architecture", "resnet10", "--size", "32", "--way", "3", "--shot", "2", "--query", "2", "--tasks",
                "8", "--epochs", "4", "--split", "8/4/0", "--validation-tasks", "4",
                # Another seed gives another model: the registry refuses the same one under a second name.
                "--seed", str(self.started))
        return Work(lambda: time.sleep(0.05) or True)

    def check(self):
        for job in self.service.json("jobs", "list"):
            need(job["state"] in ("queued", "running", "finished"), f"job {job['id']} {job['state']}: {job.get('error')}")

    def finish(self):
        """Checks that all trainings finish."""
        for job in self.service.json("jobs", "list"):
            self.service.do("jobs", "watch", str(job["id"]))
        jobs = self.service.json("jobs", "list")
        need(jobs and all(job["state"] == "finished" for job in jobs), "a training did not finish")
        return f"{len(jobs)} trainings finished"


KINDS = ((Enrolling, 60), (Rebuilding, 30), (ChangingModel, 40), (BackingUp, 30), (Importing, 20), (Restoring, 20),
         (MetaTraining, 40))


def run(programs, moments, seed, titles):
    """Returns the rows of a table: kind, number of kills, what was checked."""
    rows = []
    whole = sum(share for _, share in KINDS)
    for kind, share in KINDS:
        if titles and kind.title not in titles:
            continue
        chance = random.Random(f"{seed} {kind.title}")
        count = max(1, round(moments * share / whole))
        with Service(programs) as service:
            service.start()
            service.prepare()
            probes = registry.Probes(service, MODELS)
            work = kind(service, chance)
            steps = images = answers = 0
            for moment in range(count):
                steps += work.interrupt()
                images = registry.check(service, work.acknowledged)
                answers += probes.check(service)
                work.check()
            note = work.finish() if hasattr(work, "finish") else f"{steps} whole steps"
            service.do("check", "--data", service.data)
            need(service.stop() == 0, "the daemon did not exit with status 0")
        rows.append((kind.title, count, f"{note}, {len(work.acknowledged)} images acknowledged and {images} there, "
                     f"{answers} answers right"))
        print(f"  {rows[-1][0]:14} {rows[-1][1]:4} kills: {rows[-1][2]}", flush=True)
    return rows
