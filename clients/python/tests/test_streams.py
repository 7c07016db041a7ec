"""Work that reports on itself."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from conftest import NAMES, Daemon

from aniwho import (
    AsyncClient, Backup, BadRequest, Client, Conflict, ErrorCode, JobKind, JobState, NotFound, Progress, RequestRefused)


def test_backups_and_bundles(client: Client, empty: Client, tmp_path: Path) -> None:
    backup = client.write_backup(tmp_path / "registry.backup")
    assert backup.job is None
    reports = list(backup)
    assert reports and all(isinstance(report, Progress) and report.done <= report.total for report in reports)
    result = backup.result()
    assert Path(result.file).stat().st_size == result.bytes
    assert backup.job and backup.job.kind is JobKind.BACK_UP
    kept = client.job(backup.job.id)
    assert kept.state is JobState.FINISHED and kept.result == {"file": result.file, "bytes": result.bytes}
    with pytest.raises(Conflict) as refused:
        client.write_backup(tmp_path / "registry.backup").result()
    assert refused.value.code is ErrorCode.TARGET_EXISTS
    bundle = client.write_bundle(tmp_path / "bundle").result()
    assert bundle.characters == len(NAMES) and bundle.images == 3 * len(NAMES) and bundle.vectors == 0
    imported = empty.import_bundle(tmp_path / "bundle", settings=True)
    assert [report.step for report in imported] and imported.result().created == len(NAMES)


def test_heads_are_compared(client: Client) -> None:
    with client.compare_heads() as comparison:
        assert next(comparison).step == "comparing"
        result = comparison.result()
    assert result.suggestion in {head.name for head in result.heads} == {head.name for head in client.heads()}


def test_a_key_makes_a_request_once(client: Client, tmp_path: Path) -> None:
    first = client.calibrate(false_accept=0.1, idempotency_key="once")
    job = first.start()
    assert first.start() == job and first.result().calibration
    again = client.calibrate(false_accept=0.1, idempotency_key="once")
    assert again.start().id == job.id and again.result() == first.result()
    backup = client.write_backup(tmp_path / "a", idempotency_key="night").result()
    # The file exists by now; only a new request is refused.
    assert client.write_backup(tmp_path / "a", idempotency_key="night").result() == backup
    with pytest.raises(Conflict):
        client.write_backup(tmp_path / "a", idempotency_key="next-night").start()
    with pytest.raises(BadRequest) as refused:
        client.calibrate(false_accept=0.2, idempotency_key="once").start()
    assert refused.value.code is ErrorCode.KEY_REUSED and refused.value.status == 422
    for wrong in ("", "two words"):
        with pytest.raises(BadRequest, match="Idempotency-Key"):
            client.compare_heads(idempotency_key=wrong).start()
    trial = client.use_model("mobilenetv2", dry_run=True, idempotency_key="trial")
    assert client.use_model("mobilenetv2", dry_run=True, idempotency_key="trial").id == trial.id


def test_work_that_fails_raises_the_error_of_its_code(client: Client, empty: Client, tmp_path: Path) -> None:
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "manifest.json").write_text("{}")
    imported = empty.import_bundle(tmp_path / "bundle")
    with pytest.raises(BadRequest) as refused:
        imported.result()
    assert refused.value.code is ErrorCode.BAD_BUNDLE and refused.value.status == 422
    assert imported.job and empty.job(imported.job.id).error_code is ErrorCode.BAD_BUNDLE
    with pytest.raises(Conflict) as few:
        empty.calibrate(false_accept=0.2).result()
    assert few.value.code is ErrorCode.TOO_FEW_IMAGES


def test_work_goes_on_after_a_restart(fresh: Daemon, tmp_path: Path) -> None:
    async def later(client: AsyncClient) -> Backup:
        return await client.write_backup(tmp_path / "b").result()

    async def run() -> tuple[Backup, Backup]:
        async with AsyncClient(fresh.socket) as client:
            work = client.write_backup(tmp_path / "a")
            job = await work.start()
            assert (await work.__anext__()).step == "copying"
            fresh.stop()
            back = asyncio.get_running_loop().run_in_executor(None, fresh.start)
            first = await work.result()
            await back
            assert work.job == job
            return first, await later(client)

    first, second = asyncio.run(run())
    assert Path(first.file).stat().st_size == first.bytes and second.bytes > 0
    with Client(fresh.socket) as client:
        client.create_character("Rei")
        work = client.write_backup(tmp_path / "c")
        assert next(work).step == "copying"
        fresh.stop()
        back = threading.Timer(0.5, fresh.start)
        back.start()
        assert work.result().bytes > 0
        back.join()
        assert client.remove_character("Rei").images == 0


def test_async_streams(cast: Daemon, tmp_path: Path) -> None:
    async def run() -> None:
        async with AsyncClient(cast.socket) as client:
            steps = [report.step async for report in client.write_bundle(tmp_path / "bundle")]
            assert steps
            assert (await client.compare_heads().result()).asked == 3 * len(NAMES)
            with pytest.raises(NotFound):
                await client.watch_job(99).result()
            tags = [character.name async for character in client.characters(limit=5)]
            assert tags == NAMES

    asyncio.run(run())


def test_a_job_is_followed_to_its_end(empty: Client, tmp_path: Path) -> None:
    job = empty.start_job("meta-train", ["--data", str(tmp_path / "none")], name="mine")
    assert job.state in (JobState.QUEUED, JobState.RUNNING)
    watch = empty.watch_job(job.id)
    events = [event.event for event in watch]
    end = watch.result()
    assert "launch" in events and end.state is JobState.FAILED and end.error
    assert empty.job(job.id).error == end.error and job.id in [one.id for one in empty.jobs(limit=1)]
    with pytest.raises(RequestRefused) as refused:
        empty.cancel_job(job.id)
    assert refused.value.code is ErrorCode.JOB_ENDED
    trial = empty.use_model("mobilenetv2", dry_run=True)
    assert empty.watch_job(trial.id).result().state is JobState.FINISHED
    assert empty.prune_jobs(older_than_days=0).removed >= 2 and list(empty.jobs()) == []


def test_changes_arrive_as_they_are_made(empty: Client) -> None:
    empty.create_character("Rei")
    last = next(empty.audit()).id
    with empty.changes(after=last - 1) as changes:
        first = next(changes)
        assert (first.id, first.action, first.subject) == (last, "character.create", "Rei")
        empty.create_character("Asuka")
        assert next(changes).subject == "Asuka"
