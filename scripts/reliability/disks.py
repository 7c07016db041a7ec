"""Checks writes on full and on read-only disks. The disks are file systems in memory, which root can mount."""

import os
import shutil
import subprocess
import tempfile
import time

from . import registry
from .kills import MODELS
from .service import ROOT, Broken, Service, need

# The free space in KiB, from none to more than any write needs.
LEFT = (0, 4, 16, 64, 256, 1024, 4096, 16384, 65536)
STORAGE_FAILED = 7
JOB_FAILED = 8


class MemoryDisk:
    """A file system in memory. The size is in MiB."""

    def __init__(self, size):
        self.path = tempfile.mkdtemp(prefix="aniwho-disk-", dir="/tmp")
        self._run("mount", "-t", "tmpfs", "-o", f"size={size}m", "tmpfs", self.path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._run("umount", "-l", self.path)
        os.rmdir(self.path)

    def _run(self, *words):
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode != 0:
            raise Broken(f"{' '.join(words)}: {done.stderr.strip()}")

    def fill(self, left):
        """Fills the disk until only `left` KiB are free."""
        self.empty()
        state = os.statvfs(self.path)
        free = state.f_bavail * state.f_frsize - left * 1024
        with open(os.path.join(self.path, "filler"), "wb") as filler:
            if free > 0:
                os.posix_fallocate(filler.fileno(), 0, free)

    def empty(self):
        path = os.path.join(self.path, "filler")
        if os.path.exists(path):
            os.remove(path)

    def forbid(self, readOnly):
        self._run("mount", "-o", f"remount,{'ro' if readOnly else 'rw'}", self.path)


def another_model(path):
    """Writes the shipped ResNet-12 with eight more spaces in its header, which makes it a model that no registry has."""
    with open(os.path.join(ROOT, "models", "resnet12.safetensors"), "rb") as file:
        data = file.read()
    length = int.from_bytes(data[:8], "little")
    with open(path, "wb") as file:
        file.write((length + 8).to_bytes(8, "little") + data[8:8 + length] + b" " * 8 + data[8 + length:])
    return path


def writes(folder, model):
    """Returns every kind of command that writes, by name. `folder` takes the backup and the bundle; `model` is a file to import."""
    image = "ask/Iori Namisato/1.png"
    return {
        "enroll": ("enroll", "Iori Namisato", image),
        "enroll a new character": ("enroll", "Somebody New", image),
        "reject": ("reject", "strangers/1.png", "Iori Namisato"),
        "rename": ("characters", "rename", "Iori Namisato", "Iori"),
        "remove a character": ("characters", "remove", "Iori Namisato"),
        "remove an image": ("images", "remove", "1"),
        "move an image": ("images", "move", "1", "--to", "Somebody New"),
        "merge": ("characters", "merge", "Iori Namisato", "Serina Moritani"),
        "rebuild": ("rebuild",),
        "calibrate": ("calibrate",),
        "use a head": ("heads", "use", "mahalanobis"),
        "import a model": ("models", "import", model, "--name", "other"),
        "use a model": ("models", "use", "resnet12"),
        "begin a job": ("jobs", "start", "pretrain", "p", "--", "--data", "enroll", "--epochs", "1"),
        "tag": ("tags", "add", "Iori Namisato", "singers"),
        "note": ("characters", "note", "Iori Namisato", "the one with the hat"),
        "split": ("characters", "split", "Iori Namisato", "--into", "Iori's sister", "1", "2"),
        "keep an unknown": ("classify", "strangers/1.png", "--keep-unknown"),
        "make a token": ("tokens", "create", "gallery"),
        "back up": ("backup", "create", os.path.join(folder, "backup")),
        "export a bundle": ("bundle", "export", os.path.join(folder, "bundle")),
    }


# A refused change may leave rows in these tables: vectors for the next try, and derived data.
DERIVED = {"embeddings", "rejection_embeddings", "jobs", "audit"}


def contents(service, without=DERIVED):
    """Returns all rows of the tables that are not in `without`."""
    database = registry.connect(service)
    try:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {name: sorted(map(repr, database.execute(f'SELECT * FROM "{name}"')))
                for name in tables if name not in without and not name.startswith("sqlite_")}
    finally:
        database.close()


def _full(programs, prepared, title, probes, model):
    """Tries a kind of write with more and more free space until it succeeds. Returns how often the daemon refused it."""
    refused = 0
    for left in LEFT:
        with MemoryDisk(160) as disk, Service(programs, data=os.path.join(disk.path, "data")) as service:
            shutil.copytree(prepared, service.data)
            service.start()
            before = contents(service)
            disk.fill(left)
            done = service.aniwho(*writes(disk.path, model)[title])
            if done.returncode == 0:
                registry.check(service)
                probes.check(service)
                return refused
            refused += 1
            where = f"{title} with {left} KiB left"
            # A change of the model is a job, which may start and then fail.
            need(done.returncode in (STORAGE_FAILED, JOB_FAILED), f"{where} ended with {done.returncode}: {done.stderr.strip()}")
            isTold = "full" in done.stderr or "enough space" in done.stderr
            need(isTold, f"{where} does not say that the disk is full: {done.stderr.strip()}")
            need(contents(service) == before, f"{where} was refused and changed something")
            registry.check(service)
            probes.check(service)
            # The daemon must also answer after a restart on the full disk.
            need(service.stop() == 0, f"{where}: the daemon did not exit with status 0")
            service.start()
            probes.check(service)
            disk.empty()
            if done.returncode == JOB_FAILED:
                # The daemon resumes the job when it starts. The job fails on the full disk, and reports that once there is space.
                time.sleep(5)
            service.do(*writes(disk.path, model)[title])
            registry.check(service)
    raise Broken(f"{title} does not succeed with {LEFT[-1]} KiB left")


def _readOnly(programs, prepared, probes):
    with MemoryDisk(160) as disk, Service(programs, data=os.path.join(disk.path, "data")) as service:
        shutil.copytree(prepared, service.data)
        service.start()
        before = contents(service)
        service.kill()
        disk.forbid(True)
        service.launch()
        status = service.process.wait(timeout=30)
        service.process = None
        need(status == STORAGE_FAILED, f"on a read-only disk the daemon ended with {status}: {service.log_tail()}")
        need("Read-only file system" in service.log_tail(), f"it does not say why: {service.log_tail()}")
        disk.forbid(False)
        service.start()
        need(contents(service) == before, "a start on a read-only disk changed something")
        probes.check(service)


def run(programs, titles):
    if os.geteuid() != 0:
        print("  skipped: only root can mount a file system in memory")
        return
    with Service(programs) as service:
        service.start()
        service.prepare()
        probes = registry.Probes(service, MODELS)
        service.stop()
        model = another_model(os.path.join(service.home, "other.safetensors"))
        for title in writes("/nowhere", model):
            if titles and title not in titles:
                continue
            refused = _full(programs, service.data, title, probes, model)
            print(f"  {title:22} refused {refused} times, nothing changed; done with {LEFT[refused]} KiB left", flush=True)
        _readOnly(programs, service.data, probes)
        print("  a read-only data directory: the daemon does not start and says why", flush=True)
