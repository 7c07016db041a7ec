"""Databases that a daemon cannot use, and what it says of each. Needs root, to mount a small disk. Each server is the script's own."""

import glob
import json
import os
import shutil
import subprocess
import tempfile
import time

from .service import Service, distinct, need, sample_pictures


class Server:
    """A PostgreSQL server in a temporary folder, which listens on a socket there."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="aniwho-server-", dir="/tmp")
        self.data = self.folder + "/data"
        shutil.chown(self.folder, "postgres")
        os.chmod(self.folder, 0o711)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.command("pg_ctl", "-D", self.data, "-m", "immediate", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, name, *words, check=True):
        programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        return subprocess.run(
            ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", f"{programs}/{name}", *words],
            check=check, capture_output=True, text=True, cwd="/")

    def make(self):
        self.command("initdb", "-D", self.data, "-U", "aniwho", "-A", "trust", "-E", "UTF8", "--locale", "C", "--no-sync")
        self.start()

    def start(self):
        self.command(
            "pg_ctl", "-D", self.data, "-l", self.folder + "/log", "-w", "-o",
            f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off", "start")

    def sql(self, text, database="postgres"):
        return subprocess.run(
            ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--host", self.folder, "--username", "aniwho", "--dbname", database,
             "--command", text], check=True, capture_output=True, text=True).stdout

    def address(self, database, user="aniwho"):
        return f"postgresql://{user}@/{database}?host={self.folder}"


def refused(programs, address, status, *words, variables=None):
    """Starts a daemon that must end by itself with a status and a message that holds some words."""
    with Service(programs, variables={"ANIWHO_REGISTRY": address, **(variables or {})}) as daemon:
        daemon.launch()
        need(daemon.process.wait(timeout=60) == status, f"status {daemon.process.returncode}, not {status}: {daemon.log_tail()}")
        daemon.process = None
        said = daemon.log_text()
        need(all(word in said for word in words), f"the message has not {words}: {said}")
        need("secret" not in said, f"the message holds a password: {said}")


def run(programs):
    with Server() as server:
        server.make()
        server.sql("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
        refused(programs, server.address("latin"), 7, "LATIN1", "createdb --encoding UTF8")

        server.sql("CREATE ROLE guarded LOGIN PASSWORD 'right secret'")
        server.sql("CREATE DATABASE guarded OWNER guarded")
        with open(server.data + "/pg_hba.conf", "r+") as rules:
            others = rules.read()
            rules.seek(0)
            rules.write("local guarded guarded scram-sha-256\n" + others)
        server.sql("SELECT pg_reload_conf()")
        time.sleep(0.5)
        refused(programs, server.address("guarded", "guarded"), 7, "password", "PGPASSFILE", variables={"PGPASSWORD": "wrong secret"})
        refused(programs, server.address("guarded", "guarded"), 7, "PGPASSFILE")
        with Service(programs, variables={"ANIWHO_REGISTRY": server.address("guarded", "guarded")}) as daemon:
            passwords = daemon.home + "/pgpass"
            with open(passwords, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                file.write("*:*:guarded:guarded:right secret\n")
            daemon.variables["PGPASSFILE"] = passwords
            daemon.start()
        print("  another encoding, a wrong and a missing password: refused with advice; the right one in PGPASSFILE is taken", flush=True)

        _full_disk(programs, server)
        _standby(programs, server)


def _full_disk(programs, server):
    disk = server.folder + "/disk"
    os.mkdir(disk)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m,mode=0700,uid=postgres,gid=postgres", "tmpfs", disk], check=True)
    try:
        server.sql(f"CREATE TABLESPACE small LOCATION '{disk}'")
        server.sql("CREATE DATABASE small TABLESPACE small")
        with Service(programs, variables={"ANIWHO_REGISTRY": server.address("small")}) as daemon:
            daemon.start()
            picture = sample_pictures("enroll")[0]
            acknowledged, status, answer = 0, 201, b""
            while status in (200, 201):
                need(acknowledged < 3000, "the disk does not become full")
                status, answer = daemon.ask(
                    "POST", "/v1/characters/Full/images", distinct(picture, f"{acknowledged} " + os.urandom(40000).hex()), "image/png")
                acknowledged += status in (200, 201)
            need(status == 507 and b"disk" in answer, f"a full disk is answered with {status}: {answer[:300]}")
            detail = json.loads(daemon.ask("GET", "/v1/characters/Full")[1])
            need(len(detail["images"]) == acknowledged, "an image is there that was not acknowledged, or the reverse")
            need(daemon.ask("POST", "/v1/classify", distinct(picture, "asked"), "image/png")[0] == 200, "questions do not go on")
        print(f"  a full disk after {acknowledged} images: refused, questions go on, nothing is half-written", flush=True)
    finally:
        server.sql("DROP DATABASE IF EXISTS small WITH (FORCE)")
        subprocess.run(["umount", "--lazy", disk], check=False)


def _standby(programs, server):
    """A server in recovery takes no changes."""
    server.sql("CREATE DATABASE standby")
    server.command("pg_ctl", "-D", server.data, "-m", "fast", "stop")
    open(server.data + "/standby.signal", "w").close()
    shutil.chown(server.data + "/standby.signal", "postgres")
    server.start()
    refused(programs, server.address("standby"), 7, "standby in recovery", "primary")
    print("  a standby in recovery: refused with advice", flush=True)
