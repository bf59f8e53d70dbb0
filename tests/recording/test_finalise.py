"""A finished call's legs become a kept recording, once, whatever crashes in between."""

import hashlib
import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
import soundfile
from sqlalchemy import select, text

from base.jobs import create_app
from crm.tables import timeline
from recording import finalise as finalise_module
from recording.errors import LegsStillGrowingError, UnknownCallError
from recording.finalise import Finaliser
from recording.jobs import add_jobs
from recording.model import FinishedCall, RecordingStatus
from recording.storage import RecordingStore
from recording.sweep import sweep_orphans
from recording.tables import recording
from tests.calls import ANSWERED_AT, finished_call

pytestmark = pytest.mark.postgres
RATE = 8000


class StillClock:
    """A clock that stands a while after the call."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def monotonic_s(self) -> float:
        return self.at.timestamp()


@pytest.fixture
def clock():
    return StillClock(ANSWERED_AT + timedelta(seconds=30))


@pytest.fixture
def finaliser(engine, tmp_path, clock):
    return Finaliser(engine=engine, storage=RecordingStore(str(tmp_path / "recordings")), clock=clock)


@pytest.fixture
async def ended(engine, tmp_path):
    """A call of 2 s with both legs, closed a long time ago."""
    call_id = await finished_call(engine, seconds=2.0)
    spool = tmp_path / "spool"
    spool.mkdir()
    finished = FinishedCall(
        call_id=call_id,
        debtor_leg=spool / f"{call_id}-debtor.sln",
        agent_leg=spool / f"{call_id}-agent.sln",
        answered_at=ANSWERED_AT,
        ended_at=ANSWERED_AT + timedelta(seconds=2),
        answer_to_joined_s=0.02,
        bridged_s=1.9,
    )
    write(finished.debtor_leg, 2.0, 1000)
    write(finished.agent_leg, 1.9, -2000)
    return finished


def write(leg: Path, seconds: float, value: int) -> None:
    leg.write_bytes(np.full(int(seconds * RATE), value, dtype="<i2").tobytes())
    closed = (ANSWERED_AT + timedelta(seconds=3)).timestamp()
    os.utime(leg, (closed, closed))


async def rows(engine, table):
    async with engine.connect() as connection:
        return (await connection.execute(select(table))).all()


async def jobs(engine, task):
    async with engine.connect() as connection:
        query = text("select args, status from procrastinate_jobs where task_name = :task order by id")
        return (await connection.execute(query, {"task": task})).all()


async def test_the_recording_is_kept_with_agent_left_and_debtor_right(finaliser, ended, engine, tmp_path):
    kept = await finaliser.finalise(ended)
    assert kept.status is RecordingStatus.STORED
    assert kept.problem is None
    assert kept.url == f"2026/03/02/{ended.call_id}.wav"
    file = tmp_path / "recordings" / kept.url
    sound, rate = soundfile.read(file, dtype="int16")
    assert rate == RATE
    assert soundfile.info(file).subtype == "PCM_16"
    assert sound.shape == (2 * RATE, 2)
    assert set(sound[:, 1]) == {1000}
    assert set(sound[: int(1.9 * RATE), 0]) == {-2000}
    assert kept.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    (row,) = await rows(engine, recording)
    assert (row.status, row.seconds, row.sample_rate, row.sha256) == ("stored", 2.0, RATE, kept.sha256)
    assert not ended.debtor_leg.exists()
    assert not ended.agent_leg.exists()


async def test_the_timeline_row_learns_of_the_recording_and_the_words_are_asked_for(finaliser, ended, engine):
    await finaliser.finalise(ended)
    (row,) = await rows(engine, timeline)
    assert row.merge_key == f"attempt:{ended.call_id}"
    assert row.links == {"call": str(ended.call_id), "recording": f"2026/03/02/{ended.call_id}.wav"}
    assert row.payload["bridged_s"] == 1.9
    assert row.payload["recording_s"] == 2.0
    assert [job.args for job in await jobs(engine, "transcribe.call")] == [{"call_id": str(ended.call_id)}]


async def test_doing_it_twice_changes_nothing(finaliser, ended, engine):
    first = await finaliser.finalise(ended)
    assert await finaliser.finalise(ended) == first
    assert len(await rows(engine, recording)) == len(await rows(engine, timeline)) == 1
    assert len(await jobs(engine, "transcribe.call")) == 1


@pytest.mark.parametrize("broken", ["_keep", "_tell", "_remove_legs"])
async def test_a_crash_in_any_step_is_made_good_by_the_next_attempt(finaliser, ended, engine, monkeypatch, broken):
    def crash(*_args, **_more):
        raise RuntimeError("the power went")

    with monkeypatch.context() as power:
        power.setattr(Finaliser if broken == "_keep" else finalise_module, broken, crash)
        with pytest.raises(RuntimeError):
            await finaliser.finalise(ended)
    assert ended.debtor_leg.exists()
    assert (await finaliser.finalise(ended)).status is RecordingStatus.STORED
    assert not ended.debtor_leg.exists()
    assert len(await rows(engine, recording)) == len(await rows(engine, timeline)) == 1
    assert len(await jobs(engine, "transcribe.call")) == 1


async def test_legs_are_not_touched_while_asterisk_writes(finaliser, ended, clock):
    clock.at = ANSWERED_AT + timedelta(seconds=4)
    with pytest.raises(LegsStillGrowingError):
        await finaliser.finalise(ended)
    assert ended.debtor_leg.exists()
    clock.at = ANSWERED_AT + timedelta(seconds=6)
    assert (await finaliser.finalise(ended)).status is RecordingStatus.STORED


async def test_legs_may_appear_a_moment_after_the_call(finaliser, ended, clock):
    ended.agent_leg.unlink()
    clock.at = ANSWERED_AT + timedelta(seconds=8)
    with pytest.raises(LegsStillGrowingError):
        await finaliser.finalise(ended)


async def test_missing_legs_are_a_row_with_a_problem_and_a_timeline_row(finaliser, ended, engine):
    ended.debtor_leg.unlink()
    ended.agent_leg.unlink()
    kept = await finaliser.finalise(ended)
    assert kept.status is RecordingStatus.MISSING
    assert "no sound" in (kept.problem or "")
    (row,) = await rows(engine, timeline)
    assert row.payload["recording"] == "missing"
    assert "recording" not in row.links
    assert await jobs(engine, "transcribe.call") == []
    # They turn up after all.
    write(ended.debtor_leg, 2.0, 5)
    write(ended.agent_leg, 2.0, 5)
    assert (await finaliser.finalise(ended)).status is RecordingStatus.STORED
    assert len(await jobs(engine, "transcribe.call")) == 1


async def test_a_recording_that_lost_its_end_is_kept_and_called_short(finaliser, ended):
    write(ended.debtor_leg, 1.0, 1000)
    write(ended.agent_leg, 1.2, 1000)
    kept = await finaliser.finalise(ended)
    assert kept.status is RecordingStatus.SHORT
    assert kept.seconds == 1.2


async def test_a_call_the_dialer_has_not_written_keeps_its_legs(finaliser, ended):
    with pytest.raises(UnknownCallError):
        await finaliser.finalise(replace(ended, call_id=uuid4()))
    assert ended.debtor_leg.exists()


async def test_legs_nobody_came_for_are_queued_once_and_calls_still_up_are_left_alone(ended, engine):
    spool = ended.debtor_leg.parent
    still_up = await finished_call(engine, ended=False)
    write(spool / f"{still_up}-debtor.sln", 1.0, 1)
    write(spool / f"{uuid4()}-debtor.sln", 1.0, 1)
    (spool / "notes.txt").write_text("not a leg")
    assert await sweep_orphans(engine, spool) == 1
    assert await sweep_orphans(engine, spool) == 0
    (job,) = await jobs(engine, "recording.finalise")
    assert FinishedCall.from_args(job.args) == replace(ended, answer_to_joined_s=None, bridged_s=None)
    assert await sweep_orphans(engine, spool / "none") == 0


async def test_the_worker_runs_the_job_and_looks_again_while_the_legs_grow(
    finaliser, ended, engine, database_url, clock
):
    app = create_app(database_url)
    add_jobs(app, finaliser, ended.debtor_leg.parent)
    async with app.open_async():
        await app.configure_task("recording.finalise", queue="recording").defer_async(**ended.as_args())
        clock.at = ANSWERED_AT + timedelta(seconds=4)
        await app.run_worker_async(wait=False, queues=["recording"], install_signal_handlers=False)
        assert [job.status for job in await jobs(engine, "recording.finalise")] == ["todo"]
        clock.at = ANSWERED_AT + timedelta(seconds=30)
        async with engine.begin() as connection:
            await connection.execute(text("update procrastinate_jobs set scheduled_at = now()"))
        await app.run_worker_async(wait=False, queues=["recording"], install_signal_handlers=False)
    assert [job.status for job in await jobs(engine, "recording.finalise")] == ["succeeded"]
    assert len(await rows(engine, recording)) == 1


async def test_the_workers_sweep_brings_a_lost_call_to_its_recording(finaliser, ended, engine, database_url):
    app = create_app(database_url)
    add_jobs(app, finaliser, ended.debtor_leg.parent)
    async with app.open_async():
        await app.configure_task("recording.sweep", queue="recording").defer_async(timestamp=0)
        await app.run_worker_async(wait=False, queues=["recording"], install_signal_handlers=False)
    assert [row.status for row in await rows(engine, recording)] == ["stored"]
    assert not ended.debtor_leg.exists()
