"""Watches a folder, and sends who is in each new picture as JSON to a URL, or prints it.

A picture is asked about once it has not changed between two looks, so that no half-written file is sent. A picture whose answer could
not be fetched or sent comes again at the next look; a broken picture is reported once.

Usage: python folder_watcher.py [--post URL] [--every SECONDS] [--existing] FOLDER
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from aniwho import AniWhoError, BadRequest, Client, PictureAnswer

ENDINGS = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif", ".heic", ".jxl", ".bmp", ".tiff"}

Report = dict[str, object]
State = tuple[int, int]


@dataclass
class Watcher:
    """Which pictures of a folder were reported."""

    client: Client
    """Who is asked."""
    folder: Path
    """The folder to watch, with the folders in it."""
    send: Callable[[Report], None]
    """Gets the report on each picture. If it raises an error of httpx, the picture comes again."""
    reported: dict[Path, State] = field(default_factory=dict)
    """Size and time of change of the pictures that were reported."""
    seen: dict[Path, State] = field(default_factory=dict)
    """The same of the pictures at the last look."""

    def skip_existing(self) -> None:
        """Takes what is there now as reported."""
        self.reported = self._pictures()

    def look(self) -> int:
        """Reports on the new pictures that did not change since the last look. Returns how many."""
        now, before = self._pictures(), self.seen
        self.seen = now
        count = 0
        for path, state in sorted(now.items()):
            if before.get(path) != state or self.reported.get(path) == state:
                continue
            try:
                self.send(self._report(path))
            except (AniWhoError, httpx.HTTPError, FileNotFoundError) as error:
                print(f"folder_watcher: {path}: {error}; trying again", file=sys.stderr)
                continue
            self.reported[path] = state
            count += 1
        return count

    def _pictures(self) -> dict[Path, State]:
        files = {}
        for path in self.folder.rglob("*"):
            if path.suffix.lower() in ENDINGS:
                try:
                    status = path.stat()
                except FileNotFoundError:
                    continue
                files[path] = (status.st_size, status.st_mtime_ns)
        return files

    def _report(self, path: Path) -> Report:
        try:
            return {"picture": str(path), "faces": faces(self.client.classify(path).results[0])}
        except BadRequest as refused:
            return {"picture": str(path), "error": str(refused)}


def faces(picture: PictureAnswer) -> list[Report]:
    """What is sent of each face."""
    return [
        {
            "character": face.character, "certain": face.certain, "probability": face.probability, "box": face.box,
            "milliseconds": face.milliseconds}
        for face in picture.faces]


def post(url: str) -> Callable[[Report], None]:
    """Sends reports to a URL."""
    def send(report: Report) -> None:
        httpx.post(url, json=report, timeout=10).raise_for_status()

    return send


def show(report: Report) -> None:
    """Prints a report as a line."""
    print(json.dumps(report, ensure_ascii=False), flush=True)


def main() -> None:
    """Watches until Ctrl-C."""
    parser = argparse.ArgumentParser(description="Sends who is in each new picture of a folder.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--post", metavar="URL", help="send reports there; without it, they are printed")
    parser.add_argument("--every", type=float, default=2, metavar="SECONDS", help="how long to wait between two looks (2)")
    parser.add_argument("--existing", action="store_true", help="report on the pictures that are there already, too")
    arguments = parser.parse_args()
    if not arguments.folder.is_dir():
        sys.exit(f"folder_watcher: {arguments.folder} is no folder")
    with Client() as client:
        watcher = Watcher(client, arguments.folder, post(arguments.post) if arguments.post else show)
        if not arguments.existing:
            watcher.skip_existing()
        while True:
            watcher.look()
            time.sleep(arguments.every)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
