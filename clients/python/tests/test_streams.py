"""Work that reports on itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from conftest import NAMES, Daemon

from aniwho import AsyncClient, Client, Conflict, ErrorCode, JobState, NotFound, Progress, RequestRefused


def test_backups_and_bundles(client: Client, empty: Client, tmp_path: Path) -> None:
    backup = client.write_backup(tmp_path / "registry.backup")
    reports = list(backup)
    assert reports and all(isinstance(report, Progress) and report.done <= report.total for report in reports)
    result = backup.result()
    assert Path(result.file).stat().st_size == result.bytes
    with pytest.raises(Conflict) as refused:
        client.write_backup(tmp_path / "registry.backup").result()
    assert refused.value.code is ErrorCode.TARGET_EXISTS
    assert client.write_backup(tmp_path / "registry.backup", replace=True, idempotency_key="once").result().bytes > 0
    bundle = client.write_bundle(tmp_path / "bundle").result()
    assert bundle.characters == len(NAMES) and bundle.images == 3 * len(NAMES)
    imported = empty.import_bundle(tmp_path / "bundle", settings=True)
    assert [report.step for report in imported] and imported.result().created == len(NAMES)


def test_heads_are_compared(client: Client) -> None:
    with client.compare_heads() as comparison:
        assert next(comparison).step == "comparing"
        result = comparison.result()
    assert result.suggestion in {head.name for head in result.heads} == {head.name for head in client.heads()}


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
    assert empty.job(job.id).error == end.error and [one.id for one in empty.jobs()] == [job.id]
    with pytest.raises(RequestRefused) as refused:
        empty.cancel_job(job.id)
    assert refused.value.code is ErrorCode.JOB_ENDED
    trial = empty.use_model("mobilenetv2", dry_run=True)
    assert empty.watch_job(trial.id).result().state is JobState.FINISHED
    assert empty.prune_jobs(older_than_days=0).removed == 2


def test_changes_arrive_as_they_are_made(empty: Client) -> None:
    empty.create_character("Rei")
    last = next(empty.audit()).id
    with empty.changes(after=last - 1) as changes:
        first = next(changes)
        assert (first.id, first.action, first.subject) == (last, "character.create", "Rei")
        empty.create_character("Asuka")
        assert next(changes).subject == "Asuka"
