"""Three hosts as network namespaces: a database and two daemons, of which one loses the network. Needs root."""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time

from .daemons import LEASE, Database, settled
from .service import ROOT, Service, distinct, need, sample_pictures

BRIDGE = "aniwho-bridge"
#: The addresses of the hosts.
HOSTS = {"database": "10.77.0.1", "one": "10.77.0.2", "other": "10.77.0.3"}
PORT = 5432


class Network:
    """A bridge in a namespace of its own, and a namespace for each host."""

    def __enter__(self):
        self.remove()
        ip("netns", "add", "aniwho-switch")
        ip("-n", "aniwho-switch", "link", "add", BRIDGE, "type", "bridge")
        ip("-n", "aniwho-switch", "link", "set", BRIDGE, "up")
        for name, address in HOSTS.items():
            space = f"aniwho-{name}"
            ip("netns", "add", space)
            ip("link", "add", "eth0", "netns", space, "type", "veth", "peer", "name", f"to-{name}", "netns", "aniwho-switch")
            ip("-n", space, "addr", "add", f"{address}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                ip("-n", space, "link", "set", device, "up")
            ip("-n", "aniwho-switch", "link", "set", f"to-{name}", "master", BRIDGE)
            ip("-n", "aniwho-switch", "link", "set", f"to-{name}", "up")
        return self

    def __exit__(self, *_):
        self.remove()

    def remove(self):
        for name in ["switch", *HOSTS]:
            subprocess.run(["ip", "netns", "del", f"aniwho-{name}"], stderr=subprocess.DEVNULL, check=False)

    def cut(self, name):
        """Takes a host's cable away: nothing arrives any more, and nobody is told."""
        ip("-n", "aniwho-switch", "link", "set", f"to-{name}", "nomaster")

    def heal(self, name):
        ip("-n", "aniwho-switch", "link", "set", f"to-{name}", "master", BRIDGE)


def ip(*words):
    subprocess.run(["ip", *words], check=True)


class Host(Service):
    """A daemon on a host. Its socket is in the file system, which all hosts share."""

    def __init__(self, name, *given, **options):
        super().__init__(*given, **options)
        self.prefix = ["ip", "netns", "exec", f"aniwho-{name}"]
        self.level = "info"


def relay(socket, delay):
    """Passes the database's socket on over the network. Every piece arrives `delay` seconds later, in both directions."""

    async def main():
        async def serve(reader, writer):
            near, far = await asyncio.open_unix_connection(socket)
            await asyncio.gather(pump(reader, far), pump(near, writer), return_exceptions=True)

        async def pump(source, target):
            pieces = asyncio.Queue()

            async def send():
                while True:
                    when, piece = await pieces.get()
                    await asyncio.sleep(when - time.monotonic())
                    if not piece:
                        return target.close()
                    target.write(piece)
                    await target.drain()

            sending = asyncio.create_task(send())
            while piece := await source.read(1 << 16):
                pieces.put_nowait((time.monotonic() + delay, piece))
            pieces.put_nowait((time.monotonic() + delay, b""))
            await sending

        server = await asyncio.start_server(serve, HOSTS["database"], PORT)
        print("ready", flush=True)
        await server.serve_forever()

    asyncio.run(main())


def enroll(daemon, name, number):
    """Enrolls a new character. Returns the status and the revision."""
    picture = distinct(sample_pictures("enroll")[number], f"{name} {time.time()}")
    status, _, revision = daemon.ask_at(None, "POST", f"/v1/characters/{name}/images", picture, "image/png")
    return status, revision


def answered(daemon, revision=None):
    picture = distinct(sample_pictures("ask")[0], "partition")
    start = time.monotonic()
    status, body, _ = daemon.ask_at(revision, "POST", "/v1/classify?faces=whole&top=1000", picture, "image/png")
    seen = {one["character"] for one in json.loads(body)["results"][0]["faces"][0]["candidates"]} if status == 200 else set()
    return status, seen, time.monotonic() - start


def within(seconds, what, holds):
    end = time.monotonic() + seconds
    while not holds():
        need(time.monotonic() < end, f"not within {seconds} s: {what}")
        time.sleep(0.1)


def run(programs):
    """Runs the daemons 20 ms from the database, and cuts one of them off."""
    database = Database()
    address = f"postgresql://aniwho@{HOSTS['database']}:{PORT}/{database.name}"
    variables = {"ANIWHO_REGISTRY": address}
    here = f"import sys; sys.path.insert(0, {os.path.join(ROOT, 'scripts')!r}); from reliability import partition; "
    try:
        with Network() as network, Host("one", programs, variables=variables) as one, \
                Host("other", programs, variables=variables) as other:
            passing = subprocess.Popen(
                ["ip", "netns", "exec", "aniwho-database", sys.executable, "-c",
                 here + f"partition.relay({database.folder + '/.s.PGSQL.5432'!r}, 0.01)"], stdout=subprocess.PIPE, text=True)
            try:
                need(passing.stdout.readline() == "ready\n", "the relay to the database does not start")
                _trial(network, one, other)
            finally:
                passing.kill()
                passing.wait()
    finally:
        database.remove()


def _trial(network, one, other):
    daemons = [one, other]
    for daemon in daemons:
        daemon.options = [
            "--shared", os.path.join(one.home, "shared"), "--program", os.path.join(ROOT, "Tests/Programs/train-nothing"),
            "--without-database", "600"]
        daemon.start()
    status, revision = enroll(one, "before", 0)
    need(status == 201, f"enrolling 20 ms from the database was answered with {status}")
    need("before" in answered(other, revision)[1], "the other daemon does not see the change")
    seconds = statistics.median(answered(other)[2] for _ in range(9))
    print(f"  20 ms from the database, a question takes {seconds * 1000:.0f} ms", flush=True)

    other.do("jobs", "start", "compare", "--", "--steps", "300", "--pause", "0.1")
    within(20, "the job runs", lambda: one.json("jobs", "show", "1")["state"] == "running")
    within(20, "the job has a checkpoint", lambda: (one.json("jobs", "show", "1")["progress"] or {}).get("step", 0) > 3)
    busy, idle = (other, one) if "job runs" in other.log_text() else (one, other)
    network.cut("other" if busy is other else "one")
    within(5, "the lonely daemon is not ready", lambda: busy.ask("GET", "/readyz")[0] == 503)
    status, seen, seconds = answered(busy)
    need(status == 200 and "before" in seen and seconds < 5, f"cut off, a question was answered with {status} after {seconds:.1f} s")
    need(enroll(busy, "lost", 1)[0] == 503, "a daemon that is cut off has accepted a change")
    need(enroll(idle, "meanwhile", 2)[0] == 201, "the other daemon does not go on")
    within(LEASE + 30, "the other daemon takes the job over", lambda: "job runs" in idle.log_text())
    need("meanwhile" not in answered(busy)[1], "a daemon that is cut off knows what it cannot know")

    network.heal("other" if busy is other else "one")
    within(30, "the daemon is ready again", lambda: busy.ask("GET", "/readyz")[0] == 200)
    status, seen, _ = answered(busy)
    need("meanwhile" in seen and "lost" not in seen, f"after the partition the daemon knows {seen}")
    within(20, "the daemon lets its job go", lambda: "job taken over by another daemon" in busy.log_text())
    jobs = settled(daemons)
    need([job["state"] for job in jobs] == ["finished"], f"the job is {jobs}")
    answers = [answered(daemon)[1] for daemon in daemons]
    need(answers[0] == answers[1], "the daemons differ after the partition")
    print("  one daemon was cut off, answered from memory, lost its job to the other, and caught up", flush=True)
