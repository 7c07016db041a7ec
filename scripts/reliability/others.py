"""Checks damaged pages, a clock that goes backwards, and a training process that is killed."""

import datetime
import glob
import json
import os
import random
import shutil
import signal
import subprocess
import time

from . import registry
from .kills import MODELS
from .service import Service, distinct, need

PAGE = 8192
STORAGE_FAILED = 7
JOB_FAILED = 8


def page(programs, seed, times=20):
    """Overwrites the start of random pages. `aniwho check` must find each, and a backup must repair the registry."""
    chance = random.Random(f"{seed} page")
    with Service(programs) as service:
        service.start()
        service.prepare()
        probes = registry.Probes(service, MODELS)
        backup = os.path.join(service.home, "backup")
        service.do("backup", "create", backup)
        need(service.stop() == 0, "the daemon did not exit with status 0")
        file, whole = service.data + "/aniwho.db", os.path.join(service.home, "whole.db")
        shutil.copyfile(file, whole)
        started = 0
        for _ in range(times):
            shutil.copyfile(whole, file)
            with open(file, "r+b") as database:
                database.seek(chance.randrange(1, os.path.getsize(file) // PAGE) * PAGE)
                database.write(b"\xa5" * 64)
            done = service.aniwho("check", "--data", service.data)
            need(done.returncode == STORAGE_FAILED, f"a damaged page: check ended with {done.returncode}")
            need("aniwho backup restore FILE" in done.stderr, f"a damaged page: no advice in {done.stderr.strip()}")
            # The daemon may start or refuse to, but must not crash.
            service.launch()
            time.sleep(0.5)
            if service.process.poll() is None:
                started += 1
                service.kill()
            else:
                need(service.process.returncode == STORAGE_FAILED, f"the daemon ended with {service.process.returncode}")
                service.process = None
            for left in glob.glob(file + "-*"):
                os.remove(left)
        service.do("backup", "restore", backup, service.data, "--force")
        service.start()
        registry.check(service)
        probes.check(service)
        print(f"  {times} damaged pages, all found with advice; the daemon started on {started}, refused {times - started}; "
              "restored from the backup")


def clock(programs):
    """Moves the clock back during work and before a start."""
    with Service(programs) as service:
        library, offset = os.path.join(service.home, "clock.so"), os.path.join(service.home, "offset")
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "clock.c")
        built = subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source], capture_output=True, text=True)
        need(built.returncode == 0, f"clock.c cannot be compiled: {built.stderr.strip()}")

        def shift(days):
            with open(offset + ".new", "w") as file:
                file.write(str(days * 86400))
            os.rename(offset + ".new", offset)

        shift(0)
        service.variables.update(LD_PRELOAD=library, CLOCK_OFFSET=offset)
        service.start()
        service.prepare()
        probes = registry.Probes(service, MODELS)
        acknowledged = 0
        for days in (-10, 0, -20):
            shift(days)
            for number in range(5):
                data = distinct("ask/Iori Namisato/1.png", f"{days} {number}")
                status, answer = service.ask("POST", "/v1/characters/Later/images", data, "image/png")
                need(status in (200, 201), f"{days} days off, enrolling was answered with {status}: {answer[:200]}")
                acknowledged += 1
            service.do("rebuild")
            service.do("calibrate")
            service.do("jobs", "list")
            probes.check(service)
            changes = service.json("audit", "--limit", "200")
            numbers = [change["id"] for change in changes]
            age = time.time() + days * 86400 - datetime.datetime.fromisoformat(changes[0]["at"].replace("Z", "+00:00")).timestamp()
            need(abs(age) < 60, "the clock was not moved")
            need(numbers == sorted(numbers, reverse=True), "the log of changes is out of order")
        service.stop()
        shift(-30)
        service.start()
        registry.check(service)
        probes.check(service)
        shown = json.loads(service.ask("GET", "/v1/status")[1])
        need(shown.get("uptime_seconds", 0) >= 0, "the uptime is negative")
        print(f"  {acknowledged} images enrolled while the clock went back 10 and 20 days, a start 30 days back: all answers right")


def worker(programs):
    """Kills the training process. Its job must fail and say why, and the daemon must go on."""
    with Service(programs) as service:
        service.start()
        service.prepare()
        probes = registry.Probes(service, MODELS)
        service.do("jobs", "start", "meta-train", "t", "--", "--data", "enroll", "--architecture", "resnet10",
                   "--size", "32", "--way", "3", "--shot", "2", "--query", "2", "--epochs", "500", "--split", "8/4/0")
        for _ in range(200):
            children = subprocess.run(
                ["pgrep", "-P", str(service.process.pid)], capture_output=True, text=True).stdout.split()
            if children:
                break
            time.sleep(0.05)
        need(children, "no process trains")
        time.sleep(1)
        os.kill(int(children[0]), signal.SIGKILL)
        watched = service.aniwho("jobs", "watch", "1")
        need(watched.returncode == JOB_FAILED, f"jobs watch ended with {watched.returncode}: {watched.stderr.strip()}")
        need("signal" in watched.stderr or "kill" in watched.stderr.lower(), f"it does not say why: {watched.stderr.strip()}")
        registry.check(service)
        probes.check(service)
        print(f"  said: {watched.stderr.strip().splitlines()[-1]}")
