"""Measures what each operation costs in registries of growing size."""

import json
import os
import shutil
import subprocess
import time

from .service import Service, distinct, need

IMAGES = 5


def seconds(work, times=5):
    """Returns the seconds of the fastest run."""
    best = None
    for _ in range(times):
        start = time.perf_counter()
        work()
        took = time.perf_counter() - start
        best = took if best is None else min(best, took)
    return best


def measure(service, characters, pictures):
    """Returns the seconds of each operation in a registry of these characters, by the operation's title."""
    name = characters[len(characters) // 2]
    backup = os.path.join(service.home, "backup")
    counter = iter(range(10**9))

    def enroll():
        data = distinct(pictures, f"{len(characters)} {next(counter)}")
        status, answer = service.ask("POST", "/v1/characters/Measured/images", data, "image/png")
        need(status in (200, 201), f"enrolling was answered with {status}: {answer[:200]}")

    with open(pictures, "rb") as file:
        picture = file.read()

    def ask(method, path, body=None, kind=None):
        status, answer = service.ask(method, path, body, kind, timeout=600)
        need(status in (200, 201), f"{method} {path} was answered with {status}: {answer[:200]}")

    costs = {
        "classify one picture": seconds(lambda: ask("POST", "/v1/classify", picture, "image/png"), 20),
        "enroll one picture": seconds(enroll, 20),
        "show a character": seconds(lambda: service.do("characters", "show", name)),
        "list all characters": seconds(lambda: service.do("characters", "list")),
        "similar pictures": seconds(lambda: ask("POST", "/v1/similar", picture, "image/png")),
        "rebuild one character": seconds(lambda: service.do("rebuild", "--character", name)),
        "rebuild all": seconds(lambda: service.do("rebuild"), 2),
        "calibrate": seconds(lambda: service.do("calibrate", timeout=600), 2),
        "doctor": seconds(lambda: service.do("doctor", timeout=1800), 2),
        "back up": seconds(lambda: service.do("backup", "create", backup, "--force"), 2),
        "check": seconds(lambda: service.do("check", "--data", service.data, timeout=600), 1),
        "remove a character": seconds(lambda: service.do("characters", "remove", "Measured"), 1),
    }
    need(service.stop() == 0, "the daemon did not exit with status 0")
    start = time.perf_counter()
    service.start()
    costs["start until it answers"] = time.perf_counter() - start
    return costs


def run(programs, sizes, seed):
    with Service(programs) as service:
        folder = os.path.join(service.home, "drawn")
        start = time.monotonic()
        subprocess.run(
            [service.programs + "/SampleGenerator", folder, "--characters", str(sizes[-1]), "--images", str(IMAGES),
             "--seed", seed], check=True, stdout=subprocess.DEVNULL)
        characters = sorted(os.listdir(folder))
        print(f"  {len(characters)} characters, {IMAGES} pictures each, drawn in {time.monotonic() - start:.0f} s", flush=True)
        service.start()
        columns, done = [], 0
        for size in sizes:
            part = os.path.join(service.home, "part")
            os.mkdir(part)
            for name in characters[done:size]:
                os.rename(os.path.join(folder, name), os.path.join(part, name))
            start = time.monotonic()
            service.do("enroll", "--from-folders", part, timeout=7200)
            took = time.monotonic() - start
            picture = os.path.join(part, characters[done], "1.png")
            costs = {"enroll from folders, per picture": took / ((size - done) * IMAGES)}
            costs.update(measure(service, characters[:size], picture))
            columns.append(costs)
            shutil.rmtree(part)
            done = size
            print(f"  {size}: " + json.dumps({title: round(value * 1e3, 1) for title, value in costs.items()}), flush=True)
        print("\n  | milliseconds | " + " | ".join(f"{size:,} characters" for size in sizes) + " |")
        print("  |---|" + "---:|" * len(sizes))
        for title in columns[0]:
            print(f"  | {title} | " + " | ".join(f"{column[title] * 1e3:,.1f}" for column in columns) + " |")
        for title in columns[0]:
            for smaller, larger, few, many in zip(columns, columns[1:], sizes, sizes[1:]):
                # Allows 20 % more than linear growth, and 0.1 s for times that are too short to measure well.
                bound = smaller[title] * many / few * 1.2 + 0.1
                need(larger[title] <= bound, f"{title} grows faster than linearly: {smaller[title]:.3f} s at {few}, "
                     f"{larger[title]:.3f} s at {many}")
