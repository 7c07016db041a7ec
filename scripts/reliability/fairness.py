"""Measures how long a picture's answer and a health check take while other clients send the dearest requests."""

import http.client
import multiprocessing
import os
import shutil
import signal
import socket
import statistics
import subprocess
import threading
import time
import zlib

from .service import SAMPLES, Service, chunk, UnixConnection, distinct, need, sample_pictures

CASES = ("readers", "upload", "bundle")
MOST_PICTURES = 1024
MOST_CLASSIFY = 3.0
MOST_HEALTH = 0.050
# A client that meets its own limits is told so; that is no error.
EXPECTED = {200, 201, 400, 429, 503}


def form(pictures):
    """Returns a multipart form of pictures and its type."""
    edge = "fairness-7d1b1c5c"
    parts = []
    for number, data in enumerate(pictures):
        head = f'--{edge}\r\nContent-Disposition: form-data; name="image"; filename="{number}.png"\r\nContent-Type: image/png\r\n\r\n'
        parts += [head.encode(), data, b"\r\n"]
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


def huge_picture(side=8000):
    """Returns a PNG file of few bytes and many pixels."""
    header = side.to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    packer = zlib.compressobj(9)
    row = bytes(1 + 3 * side)
    rows = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def dear_requests():
    """Returns the requests of readers that cost the daemon most: method, path, body, type."""
    some = [distinct(path, number) for number, path in enumerate((sample_pictures("ask") * MOST_PICTURES)[:MOST_PICTURES])]
    many, kind = form(some)
    huge = huge_picture()
    two, two_kind = form([huge, huge])
    return [
        ("POST", "/v1/similar", many, kind), ("POST", "/v1/classify", many, kind), ("POST", "/v1/review", None, None),
        ("POST", "/v1/classify", huge, "image/png"), ("POST", "/v1/verify", two, two_kind),
    ]


def _ask_for_ever(path, requests, first):
    """Asks one request after another until the process is ended."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    number = first
    while True:
        method, target, body, kind = requests[number % len(requests)]
        number += 1
        connection = UnixConnection(path, 600)
        try:
            connection.request(method, target, body, {"Content-Type": kind} if kind else {})
            answer = connection.getresponse()
            answer.read()
            if answer.status not in EXPECTED:
                print(f"  {method} {target} was answered with {answer.status}", flush=True)
            if answer.status in (429, 503):
                time.sleep(0.1)
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()


def _upload_for_ever(path, size):
    """Uploads a file that is no model, again and again."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    block = bytes(1 << 20)
    while True:
        sender = socket.socket(socket.AF_UNIX)
        try:
            sender.connect(path)
            sender.sendall(
                f"POST /v1/models?name=none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                f"Content-Type: application/octet-stream\r\nContent-Length: {size << 20}\r\n\r\n".encode())
            for _ in range(size):
                sender.sendall(block)
            while sender.recv(1 << 16):
                pass
        except OSError:
            time.sleep(0.1)
        finally:
            sender.close()


def _probe(path, picture, end, pause, results):
    """Classifies one picture (or checks the daemon's health, without one) again and again, and puts the seconds that each took."""
    taken, failed = [], 0
    connection = UnixConnection(path, 60)
    while time.monotonic() < end.value:
        start = time.monotonic()
        try:
            if picture is None:
                connection.request("GET", "/healthz")
            else:
                connection.request("POST", "/v1/classify", picture, {"Content-Type": "image/png"})
            answer = connection.getresponse()
            answer.read()
            failed += answer.status != 200
        except (OSError, http.client.HTTPException):
            failed += 1
            connection.close()
        taken.append(time.monotonic() - start)
        time.sleep(pause)
    results.put((picture is None, taken, failed))


class Measurement:
    """What the probes met in one phase."""

    def __init__(self, title, classify, health, failed):
        self.title, self.failed = title, failed
        self.median, self.high = statistics.median(classify), sorted(classify)[len(classify) * 99 // 100]
        self.count, self.health = len(classify), max(health)


def measure(service, title, end):
    """Probes until a moment, which others may put off or bring forward: a shared value of time.monotonic()."""
    with open(os.path.join(SAMPLES, sample_pictures("ask")[0]), "rb") as file:
        picture = file.read()
    results = multiprocessing.Queue()
    probes = [
        multiprocessing.Process(target=_probe, args=(service.socket, shown, end, pause, results))
        for shown, pause in ((picture, 0.005), (None, 0.02))
    ]
    for probe in probes:
        probe.start()
    classify, health, failed = [], [], 0
    for _ in probes:
        is_health, taken, errors = results.get()
        failed += errors
        (health if is_health else classify).extend(taken)
    for probe in probes:
        probe.join()
    need(classify and health, f"{title}: nothing was measured")
    return Measurement(title, classify, health, failed)


def measure_beside(service, title, seconds, disturbers):
    """Probes while other processes disturb."""
    for disturber in disturbers:
        disturber.start()
    try:
        time.sleep(2)
        return measure(service, title, multiprocessing.Value("d", time.monotonic() + seconds))
    finally:
        for disturber in disturbers:
            disturber.terminate()
        for disturber in disturbers:
            disturber.join()


def make_bundle(programs, pictures):
    """Makes a bundle of generated characters, five pictures each. Returns the service that holds it in its folder."""
    service = Service(programs)
    folder = os.path.join(service.home, "drawn")
    subprocess.run(
        [service.programs + "/SampleGenerator", folder, "--characters", str(pictures // 5), "--images", "5", "--seed", "5"],
        check=True, stdout=subprocess.DEVNULL)
    service.start()
    service.do("enroll", "--from-folders", folder, timeout=7200)
    shutil.rmtree(folder)
    service.do("bundle", "export", os.path.join(service.home, "bundle"), timeout=3600)
    need(service.stop() == 0, "the daemon did not exit with status 0")
    return service


def measure_import(service, programs, pictures):
    source = make_bundle(programs, pictures)
    with source:
        end = multiprocessing.Value("d", time.monotonic() + 3600)
        start = time.monotonic()
        work = subprocess.Popen(
            [service.programs + "/aniwho", "bundle", "import", os.path.join(source.home, "bundle")],
            env=dict(service.variables, ANIWHO_SOCKET=service.socket), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

        def wait():
            work.wait()
            end.value = 0

        waiting = threading.Thread(target=wait)
        waiting.start()
        measured = measure(service, f"import of a bundle of {pictures:,} pictures", end)
        waiting.join()
        print(f"  the import took {time.monotonic() - start:.0f} s", flush=True)
        need(work.returncode == 0, f"the import ended with {work.returncode}: {work.stderr.read().decode().strip()}")
        return measured


def run(programs, clients, seconds, pictures, size, cases):
    with Service(programs) as service:
        service.start()
        service.do("enroll", "--from-folders", "enroll")
        # Once each, so that nothing is measured that only the first request pays for.
        requests = dear_requests()
        for method, path, body, kind in requests:
            status, answer = service.ask(method, path, body, kind, timeout=600)
            need(status in EXPECTED, f"{method} {path} was answered with {status}: {answer[:200]}")
        rows = [measure(service, "nothing else", multiprocessing.Value("d", time.monotonic() + seconds))]
        if "readers" in cases:
            rows.append(measure_beside(service, f"{clients} clients with dear readers' requests", seconds, [
                multiprocessing.Process(target=_ask_for_ever, args=(service.socket, requests, number))
                for number in range(clients)
            ]))
        if "upload" in cases:
            rows.append(measure_beside(service, f"uploads of {size} MB", seconds, [
                multiprocessing.Process(target=_upload_for_ever, args=(service.socket, size))
            ]))
        if "bundle" in cases:
            rows.append(measure_import(service, programs, pictures))
        print("\n  | beside | pictures classified | median | 99th percentile | times undisturbed | slowest health check |")
        print("  |---|---:|---:|---:|---:|---:|")
        for row in rows:
            print(f"  | {row.title} | {row.count:,} | {row.median * 1e3:.1f} ms | {row.high * 1e3:.1f} ms "
                  f"| {row.high / rows[0].high:.1f} | {row.health * 1e3:.1f} ms |")
        print(flush=True)
        for row in rows:
            need(row.failed == 0, f"{row.title}: {row.failed} requests failed")
            need(row.high <= MOST_CLASSIFY * rows[0].high,
                 f"{row.title}: the 99th percentile of classify is {row.high / rows[0].high:.1f} times its undisturbed value")
            need(row.health < MOST_HEALTH, f"{row.title}: a health check took {row.health * 1e3:.0f} ms")
        need(service.stop() == 0, "the daemon did not exit with status 0")
        service.do("check", "--data", service.data, timeout=600)
