"""Runs many clients at once for a long time, and checks errors, latencies and memory."""

import json
import random
import subprocess
import threading
import time
import urllib.parse

from .service import SAMPLES, Service, distinct, need, sample_pictures


def resident(process):
    """Returns the resident memory of a process in MiB."""
    with open(f"/proc/{process.pid}/status") as status:
        for line in status:
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
    raise ProcessLookupError


class Worker(threading.Thread):
    """A client that enrolls, lists, rejects, renames, removes and rebuilds."""

    def __init__(self, service, number, end):
        super().__init__(daemon=True)
        self.service, self.number, self.end = service, number, end
        self.chance = random.Random(number)
        self.latencies = {}
        self.errors = []
        self.images = []
        self.name = f"client {number}"
        self.enrolled = 0

    def run(self):
        work = [self.enroll] * 4 + [self.listing, self.show, self.similar, self.move, self.remove, self.rebuild, self.reject]
        while time.monotonic() < self.end:
            step = self.chance.choice(work)
            start = time.monotonic()
            try:
                step()
            except Exception as error:  # every error is counted, printed, and fails the check
                self.errors.append(f"{step.__name__}: {error}")
            self.latencies.setdefault(step.__name__, []).append(time.monotonic() - start)
            time.sleep(self.chance.uniform(0, 0.4))

    def ask(self, method, path, body=None, kind=None, expected=(200, 201)):
        status, answer = self.service.ask(method, path, body, kind)
        need(status in expected, f"{method} {path} was answered with {status}: {answer[:200]}")
        return json.loads(answer) if answer else None

    @property
    def path(self):
        return "/v1/characters/" + urllib.parse.quote(self.name)

    def enroll(self):
        self.enrolled += 1
        data = distinct(self.chance.choice(sample_pictures("ask")), f"{self.number} {self.enrolled}")
        self.images.append(self.ask("POST", self.path + "/images", data, "image/png")["added"][0]["id"])
        if len(self.images) > 12:
            self.ask("DELETE", f"/v1/images/{self.images.pop(0)}")

    def listing(self):
        self.ask("GET", "/v1/characters")

    def show(self):
        if self.images:
            self.ask("GET", self.path)
            self.ask("GET", self.path + "/images")

    def similar(self):
        data = distinct("strangers/2.png", f"{self.number} {self.enrolled}")
        self.ask("POST", "/v1/similar", data, "image/png")

    def move(self):
        if self.images:
            self.ask("PATCH", self.path, json.dumps({"name": self.name + "'"}), "application/json")
            self.name += "'"
            if len(self.name) > 40:
                self.ask("PATCH", self.path, json.dumps({"name": f"client {self.number}"}), "application/json")
                self.name = f"client {self.number}"

    def remove(self):
        if len(self.images) > 3:
            self.ask("DELETE", f"/v1/images/{self.images.pop()}")

    def rebuild(self):
        if self.images:
            self.ask(
                "POST", "/v1/prototypes/rebuild", json.dumps({"character": self.name}), "application/json")

    def reject(self):
        data = distinct("strangers/1.png", f"{self.number} {self.enrolled} {self.chance.random()}")
        answer = self.ask("POST", "/v1/characters/Iori%20Namisato/rejections", data, "image/png")
        self.ask("DELETE", f"/v1/rejections/{answer['results'][0]['rejection']['id']}")


def run(programs, clients, seconds):
    asking = clients * 7 // 8
    with Service(programs) as service:
        service.start()
        service.do("enroll", "--from-folders", "enroll")
        end = time.monotonic() + seconds + 6
        workers = [Worker(service, number, end) for number in range(clients - asking)]
        bench = subprocess.Popen(
            [service.programs + "/aniwho", "bench", "load", *sample_pictures("ask"), *sample_pictures("strangers"),
             "--clients", str(asking), "--seconds", str(seconds), "--json"],
            env=dict(service.variables, ANIWHO_SOCKET=service.socket), cwd=SAMPLES, stdout=subprocess.PIPE, text=True)
        for worker in workers:
            worker.start()
        memory = []
        start = time.monotonic()
        while bench.poll() is None:
            memory.append((time.monotonic() - start, resident(service.process)))
            time.sleep(1)
        for worker in workers:
            worker.join()
        need(bench.returncode == 0, f"aniwho bench load ended with {bench.returncode}")
        report = json.loads(bench.stdout.read())
        errors = [error for worker in workers for error in worker.errors]
        print(f"  {asking} clients asked {report['questions']} questions, {report['errors']} errors; "
              f"{report['questions_per_second']:.0f} a second, median {report['median_milliseconds']:.0f} ms, "
              f"99th percentile {report['percentile_99_milliseconds']:.0f} ms")
        latencies = sorted(value for worker in workers for values in worker.latencies.values() for value in values)
        print(f"  {len(workers)} clients sent {len(latencies)} other requests, {len(errors)} errors; "
              f"median {latencies[len(latencies) // 2] * 1e3:.0f} ms, "
              f"99th percentile {latencies[len(latencies) * 99 // 100] * 1e3:.0f} ms")
        minute = min(60, seconds / 2)
        first = max(value for at, value in memory if at <= minute)
        later = max(value for at, value in memory if at > minute)
        print(f"  resident memory: {first:.1f} MiB at most in the first {minute:.0f} s, {later:.1f} MiB at most after")
        need(not errors and report["errors"] == 0, f"{len(errors) + report['errors']} errors: {errors[:3]}")
        need(later <= first * 1.05 + 4, "resident memory has grown after the first minute")
        need(service.stop() == 0, "the daemon did not exit with status 0")
        service.do("check", "--data", service.data)
