"""`kill -9` at random moments of the work that changes things."""

import hashlib
import json
import os
import random
import threading
import time
import urllib.parse

from . import registry
from .service import Broken, Service, distinct, need, sample_pictures

MODELS = ("mobilenetv2", "resnet12")


class Work(threading.Thread):
    """Does one step after another until the daemon is gone or it is told to stop."""

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
            except Exception as error:  # told by the main thread
                self.failure = error
                return

    def end(self):
        self._ends.set()
        self.join(timeout=120)
        if self.failure is not None:
            raise Broken(f"the work failed by itself: {self.failure}")


def _command(service, *words):
    """A step that is one command. Its failure is one only while the daemon lives."""

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


class Enrolling:
    """Pictures go in one request after the other, one to three at a time, to old characters and new ones."""

    title, longest = "enrol", 0.4

    def __init__(self, service, chance):
        self.service, self.chance = service, chance
        self.pictures = sample_pictures("enroll")
        self.acknowledged = []
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

    def check(self):
        pass


class Rebuilding:
    title, longest = "rebuild", 0.4

    def __init__(self, service, chance):
        self.service = service
        self.acknowledged = []

    def begin(self):
        return Work(_command(self.service, "rebuild"))

    def check(self):
        pass


class ChangingModel:
    """From one model to the other and back. A change that a kill has interrupted goes on by itself, and is waited for."""

    title, longest = "model change", 2.0

    def __init__(self, service, chance):
        self.service = service
        self.acknowledged = []
        self.turn = 0

    def begin(self):
        def step():
            done = self.service.aniwho("jobs", "list", "--json")
            for job in json.loads(done.stdout) if done.returncode == 0 else []:
                if job["state"] in ("queued", "running"):
                    return _command(self.service, "jobs", "watch", str(job["id"]))()
            self.turn += 1
            target = MODELS[self.turn % 2]
            # A picture that the model to come has not seen, so that it always has something to embed.
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

    def check(self):
        pass


class BackingUp:
    title, longest = "backup", 0.6

    def __init__(self, service, chance):
        self.service = service
        self.acknowledged = []
        self.file = os.path.join(service.home, "backup")

    def begin(self):
        return Work(_command(self.service, "backup", self.file, "--force"))

    def check(self):
        if os.path.exists(self.file):
            self.service.do("verify-backup", self.file)


class MetaTraining:
    """One training after the other on the samples; a kill ends the daemon and its child in the midst, and it is resumed."""

    title, longest = "meta-training", 3.0

    def __init__(self, service, chance):
        self.service = service
        self.acknowledged = []
        self.started = 0

    def begin(self):
        states = [job["state"] for job in self.service.json("jobs", "list")]
        if not any(state in ("queued", "running") for state in states):
            self.started += 1
            self.service.do(
                "jobs", "start", "meta-train", "--name", f"trained {self.started}", "--", "--data", "enroll",
                "--architecture", "resnet10", "--size", "32", "--way", "3", "--shot", "2", "--query", "2", "--tasks",
                "8", "--epochs", "4", "--split", "8/4/0", "--validation-tasks", "4")
        return Work(lambda: time.sleep(0.05) or True)

    def check(self):
        for job in self.service.json("jobs", "list"):
            need(job["state"] in ("queued", "running", "finished"), f"job {job['id']} {job['state']}: {job.get('error')}")

    def finish(self):
        """All trainings that were begun end as if nothing had happened."""
        for job in self.service.json("jobs", "list"):
            self.service.do("jobs", "watch", str(job["id"]))
        jobs = self.service.json("jobs", "list")
        need(jobs and all(job["state"] == "finished" for job in jobs), "a training did not finish")
        return f"{len(jobs)} trainings finished"


KINDS = ((Enrolling, 60), (Rebuilding, 30), (ChangingModel, 40), (BackingUp, 30), (MetaTraining, 40))


def run(programs, moments, seed, titles):
    """Returns rows of a table: kind, moments, what was checked."""
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
                doing = work.begin()
                doing.start()
                time.sleep(chance.uniform(0, kind.longest))
                service.kill()
                doing.end()
                steps += doing.steps
                service.start()
                images = registry.check(service, work.acknowledged)
                answers += probes.check(service)
                work.check()
            note = work.finish() if hasattr(work, "finish") else f"{steps} whole steps"
            service.do("check", "--data", service.data)
            need(service.stop() == 0, "the daemon did not stop in order")
        rows.append((kind.title, count, f"{note}, {len(work.acknowledged)} images acknowledged and {images} there, "
                     f"{answers} answers right"))
        print(f"  {rows[-1][0]:14} {rows[-1][1]:4} kills: {rows[-1][2]}", flush=True)
    return rows
