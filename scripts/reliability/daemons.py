"""Two daemons on one PostgreSQL database, under load, while daemons, connections and the database fail."""

import hashlib
import json
import math
import os
import random
import signal
import subprocess
import threading
import time
import urllib.parse

from .service import ROOT, Broken, Service, distinct, need, sample_pictures

#: A stopped daemon counts as gone after ten seconds.
LEASE = 10


class Database:
    """The server that scripts/with-postgresql runs."""

    def __init__(self):
        self.folder = os.environ.get("ANIWHO_TEST_POSTGRESQL")
        need(self.folder, "there is no server; run: scripts/with-postgresql scripts/faults BIN daemons")
        self.name = f"faults_{os.getpid()}"
        self._psql("CREATE DATABASE " + self.name, "postgres")
        self.address = f"postgresql://aniwho@/{self.name}?host={self.folder}"

    def _psql(self, sql, database):
        return subprocess.run(
            ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1", "--host", self.folder,
             "--username", "aniwho", "--dbname", database, "--command", sql], capture_output=True, text=True, check=True).stdout

    def rows(self, sql):
        return [line.split("|") for line in self._psql("SET search_path TO aniwho; " + sql, self.name).splitlines() if line]

    def vacuum(self):
        """Does at once what the server does some time after many changes."""
        self._psql("VACUUM ANALYZE", self.name)

    def cut(self):
        """Cuts all connections of the daemons."""
        self._psql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self.name}'", "postgres")

    def restart(self, mode):
        """Stops the server, `fast` or `immediate` as if its power had failed, and starts it again."""
        subprocess.run(
            [*os.environ["ANIWHO_TEST_PG_CTL"].split(), "restart", "-m", mode], check=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, cwd="/")

    def remove(self):
        subprocess.run(["dropdb", "--force", "--host", self.folder, "--username", "aniwho", self.name], check=False)


class Load(threading.Thread):
    """One client that repeats a step until the end. A step may fail because a daemon or the database is away."""

    def __init__(self, daemons, chance):
        super().__init__(daemon=True)
        self.daemons, self.chance = daemons, chance
        self.ends = threading.Event()
        self.failure = None
        self.steps, self.lost = 0, 0

    def run(self):
        while not self.ends.is_set():
            try:
                self.step()
                self.steps += 1
            except OSError:
                self.lost += 1
                time.sleep(0.05)
            except Exception as error:  # `end` reports it
                self.failure = error
                return

    def ask(self, daemon, revision, method, path, body=None, kind=None):
        """Asks, and takes an answer that says that the daemon or the database is away for none."""
        status, answer, revision = daemon.ask_at(revision, method, path, body, kind, timeout=40)
        if status in (429, 503):
            raise ConnectionError(answer.decode())
        return status, answer, revision

    def pair(self):
        """The two daemons in a random order."""
        return self.chance.sample(self.daemons, 2)

    def end(self):
        self.ends.set()
        self.join(timeout=120)
        if self.failure is not None:
            raise Broken(f"{type(self).__name__}: {self.failure}")


class Enrolling(Load):
    """Enrolls a new character at one daemon, and asks the other one for it."""

    def __init__(self, daemons, chance, number):
        super().__init__(daemons, chance)
        self.number = number
        self.acknowledged = []

    def step(self):
        one, other = self.pair()
        name = f"own {self.number} {self.steps + self.lost}"
        data = distinct(self.chance.choice(sample_pictures("enroll")), self.chance.randrange(10**12))
        status, answer, revision = self.ask(
            one, None, "POST", f"/v1/characters/{urllib.parse.quote(name)}/images", data, "image/png")
        need(status in (200, 201), f"enrolling was answered with {status}: {answer[:300]}")
        (added,) = json.loads(answer)["added"]
        self.acknowledged.append((added["id"], hashlib.sha256(data).hexdigest()))
        seen = named(self.ask(other, revision, "POST", "/v1/classify?faces=whole&top=1000", data, "image/png"))
        need(name in seen, f"{name} was enrolled at revision {revision}, and the other daemon does not know it")


class Moving(Load):
    """Gives the only picture of one character to another and back: at every moment one of the two has it."""

    names = ("left", "right")

    def __init__(self, daemons, chance):
        super().__init__(daemons, chance)
        data = distinct(sample_pictures("enroll")[0], "moving")
        status, answer = daemons[0].ask("POST", "/v1/characters/left/images", data, "image/png")
        need(status == 201, f"enrolling was answered with {status}")
        created = daemons[0].ask("POST", "/v1/characters", b'{"name": "right"}', "application/json")
        need(created[0] == 201, f"creating a character was answered with {created[0]}")
        self.image = json.loads(answer)["added"][0]["id"]
        self.acknowledged = [(self.image, hashlib.sha256(data).hexdigest())]

    def step(self):
        daemon = self.chance.choice(self.daemons)
        body = json.dumps({"images": [self.image], "character": self.chance.choice(self.names)}).encode()
        status, answer, _ = self.ask(daemon, None, "POST", "/v1/images/move", body, "application/json")
        need(status == 200 or b"already" in answer, f"moving was answered with {status}: {answer[:300]}")


class Asking(Load):
    """Asks either daemon, and looks for answers that no state of the registry gives."""

    def __init__(self, daemons, chance):
        super().__init__(daemons, chance)
        self.picture = distinct(sample_pictures("ask")[0], "asking")
        self.newest = 0

    def step(self):
        daemon = self.chance.choice(self.daemons)
        seen = named(self.ask(daemon, None, "POST", "/v1/classify?faces=whole&top=1000", self.picture, "image/png"))
        both = [name for name in Moving.names if name in seen]
        need(len(both) == 1, f"an answer knows {both or 'neither'} of {Moving.names}")


class Queuing(Load):
    """Queues jobs that take a second or two."""

    def step(self):
        body = json.dumps(
            {"kind": "compare", "arguments": ["--steps", "8", "--pause", "0.1"], "from_registry": False}).encode()
        status, answer, _ = self.ask(self.chance.choice(self.daemons), None, "POST", "/v1/jobs", body, "application/json")
        need(status in (200, 201, 202), f"queuing a job was answered with {status}: {answer[:300]}")
        self.ends.wait(1.5)


def named(answered):
    status, answer, _ = answered
    need(status == 200, f"a question was answered with {status}: {answer[:300]}")
    return {candidate["character"] for candidate in json.loads(answer)["results"][0]["faces"][0]["candidates"]}


class Trial:
    """The daemons, and what happens to them."""

    def __init__(self, daemons, database, chance):
        self.daemons, self.database, self.chance = daemons, database, chance
        self.counts = {}

    def kill(self):
        daemon = self.chance.choice(self.daemons)
        daemon.kill()
        time.sleep(self.chance.uniform(0, 0.3))
        daemon.start()

    def vacuum(self):
        """Does at once what the server does some time after many changes."""
        self._psql("VACUUM ANALYZE", self.name)

    def cut(self):
        self.database.cut()

    def restart(self):
        self.database.restart(self.chance.choice(["fast", "immediate"]))

    def stop(self):
        """Stops a daemon for longer than its lease, and lets it go on."""
        daemon = self.chance.choice(self.daemons)
        daemon.process.send_signal(signal.SIGSTOP)
        time.sleep(LEASE + 3)
        daemon.process.send_signal(signal.SIGCONT)

    def run(self, kinds):
        for kind in kinds:
            time.sleep(self.chance.uniform(0.1, 0.8))
            getattr(self, kind)()
            self.counts[kind] = self.counts.get(kind, 0) + 1


def settled(daemons):
    """Waits until both daemons are ready, all jobs have ended, and both show the same revision."""
    for _ in range(1200):
        try:
            ready = all(daemon.ask("GET", "/readyz")[0] == 200 for daemon in daemons)
            if ready:
                jobs = daemons[0].json("jobs", "list")
                states = [json.loads(daemon.ask("GET", "/v1/status")[1])["revision"] for daemon in daemons]
                if all(job["state"] not in ("queued", "running") for job in jobs) and len(set(states)) == 1:
                    return jobs
        except OSError:
            pass
        time.sleep(0.1)
    raise Broken("two minutes after the last fault the daemons are not in agreement, or a job has not ended")


def alike(one, other):
    """Whether two answers are the same but for the rounding of sums, whose order is that in which a daemon learned of the characters."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return math.isclose(one, other, rel_tol=1e-5) if isinstance(one, float) else one == other


def check(daemons, database, acknowledged):
    jobs = settled(daemons)
    stored = dict(database.rows("SELECT i.id, encode(sha256(f.bytes), 'hex') FROM images i JOIN image_files f ON f.image = i.id"))
    for number, digest in acknowledged:
        need(stored.get(str(number)) == digest, f"image {number} was acknowledged, and is lost or changed")
    ends = database.rows("SELECT subject, count(*) FROM audit WHERE action = 'job.finish' GROUP BY subject")
    need(all(count == "1" for _, count in ends), f"jobs were run twice to their end: {ends}")
    unfinished = [job["id"] for job in jobs if job["state"] != "finished"]
    need(not unfinished, f"jobs have not succeeded: {[job for job in jobs if job['id'] in unfinished][:2]}")
    pictures = sample_pictures("ask") + sample_pictures("strangers")
    answers = [daemon.json("classify", *pictures) for daemon in daemons]
    for face in (face for both in answers for answer in both for face in answer.get("faces", [answer])):
        face.pop("milliseconds", None)
    for one, other in zip(*answers, strict=True):
        need(alike(one, other), f"the two daemons answer differently: {one} and {other}")
    daemons[0].do("check", "--registry", database.address)
    return len(stored), len(jobs)


def run(programs, kills, seed):
    """Kills daemons so many times, and lets connections and the database fail now and then in between."""
    chance = random.Random(seed)
    database = Database()
    variables = {"ANIWHO_REGISTRY": database.address}
    try:
        with Service(programs, variables=variables) as one, Service(programs, variables=variables) as other:
            options = ["--shared", os.path.join(one.home, "shared"), "--program", os.path.join(ROOT, "Tests/Programs/train-nothing")]
            daemons = [one, other]
            for daemon in daemons:
                daemon.options = options
                daemon.start()
            one.prepare()
            # The calibration follows changes by itself; then both daemons must answer by the same one.
            load = [Enrolling(daemons, random.Random(f"{seed} {n}"), n) for n in range(2)]
            load += [Moving(daemons, random.Random(f"{seed} m")), Queuing(daemons, random.Random(f"{seed} q"))]
            load += [Asking(daemons, random.Random(f"{seed} {n}")) for n in range(2)]
            kinds = ["kill"] * kills + ["restart"] * max(1, kills // 5) + ["cut"] * max(1, kills // 3) + ["stop"] * max(1, kills // 25)
            chance.shuffle(kinds)
            for client in load:
                client.start()
            trial = Trial(daemons, database, chance)
            trial.run(kinds)
            for client in load:
                client.end()
            acknowledged = [pair for client in load for pair in getattr(client, "acknowledged", [])]
            time.sleep(4)
            images, jobs = check(daemons, database, acknowledged)
            counts = ", ".join(f"{count} × {kind}" for kind, count in sorted(trial.counts.items()))
            asked = sum(client.steps for client in load if isinstance(client, Asking))
            lost = sum(client.lost for client in load)
            print(
                f"  {counts}: {len(acknowledged)} acknowledged of {images} images, {asked} answers and {jobs} jobs are right;"
                f" {lost} requests got no answer")
    finally:
        database.remove()
