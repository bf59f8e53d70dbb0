"""Stored recordings get their words: one pass for all that wait, each call's words committed alone."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile
from sqlalchemy import insert, select, text, update

from base.jobs import create_app, defer
from crm.tables import timeline
from recording.storage import RecordingStore
from recording.tables import recording
from tests.calls import finished_call
from transcribe import store
from transcribe.errors import BusyError
from transcribe.guards import Heard, Line
from transcribe.jobs import add_jobs
from transcribe.model import SAMPLE_RATE, Sound, Word
from transcribe.tables import segment, transcript
from transcribe.vad import WINDOW_S
from transcribe.worker import MOST_CALLS, TranscriptionWorker

pytestmark = pytest.mark.postgres
RATE = 8000
UNBEARABLE = 0.9
"""Samples so loud that the model of these tests breaks."""


class LoudnessModel:
    """Hears how loud somebody is: says `agent` to a louder and `debtor` to a softer sound."""

    name, language, workers = "loudness", "pt", 2

    def __init__(self) -> None:
        self.passes: list[int] = []

    def speech_probabilities(self, sound: Sound) -> list[float]:
        size = int(WINDOW_S * SAMPLE_RATE)
        return [float(np.abs(sound[i : i + size]).max() > 0.01) for i in range(0, len(sound), size)]

    def decode(self, sounds: Sequence[Sound], *, carefully: bool = False) -> list[Heard]:
        self.passes.append(len(sounds))
        if any(np.abs(sound).max() > UNBEARABLE for sound in sounds):
            raise RuntimeError("my ears")
        return [self._heard(sound) for sound in sounds]

    @staticmethod
    def _heard(sound: Sound) -> Heard:
        end_s = len(sound) / SAMPLE_RATE
        word = "agente" if np.abs(sound).max() > 0.3 else "devedora"
        line = Line(start_s=0, end_s=end_s, text=word, words=(Word(text=word, start_s=0.5, end_s=end_s - 0.5),))
        return Heard(lines=(line,), avg_logprob=-0.1, no_speech=0.0)


@pytest.fixture
def model():
    return LoudnessModel()


@pytest.fixture
def worker(engine, tmp_path, model):
    return TranscriptionWorker(engine=engine, storage=RecordingStore(str(tmp_path)), load=lambda: model)


@pytest.fixture
def stored(engine, tmp_path):
    async def make(*, agent: float = 0.5, debtor: float = 0.1, status: str = "stored"):
        """A kept recording of 6 s: the agent speaks in its first half, the debtor in its second."""
        call_id = await finished_call(engine, seconds=6)
        sound = np.zeros((6 * RATE, 2))
        sound[RATE : 2 * RATE, 0] = agent
        sound[4 * RATE : 5 * RATE, 1] = debtor
        soundfile.write(tmp_path / f"{call_id}.wav", sound, RATE)
        async with engine.begin() as connection:
            await connection.execute(
                insert(recording).values(
                    call_id=call_id, status=status, url=f"{call_id}.wav", seconds=6, sample_rate=RATE
                )
            )
        return call_id

    return make


async def rows(engine, table, call_id):
    async with engine.connect() as connection:
        column = table.c.call_id if "call_id" in table.c else table.c.merge_key
        key = call_id if "call_id" in table.c else f"attempt:{call_id}"
        return (await connection.execute(select(table).where(column == key).order_by(*table.primary_key))).all()


async def test_a_call_gets_its_words_with_sides_and_times(worker, stored, engine):
    call_id = await stored()
    assert await worker.transcribe(call_id) == 1
    (made,) = await rows(engine, transcript, call_id)
    assert (made.status, made.model, made.language, made.words, made.problem) == ("done", "loudness", "pt", 2, None)
    assert made.audio_s == 6
    first, second = await rows(engine, segment, call_id)
    assert (first.speaker, first.text, second.speaker, second.text) == ("agent", "agente", "debtor", "devedora")
    assert 0.9 < first.start_s < first.end_s < 2.1
    assert 3.9 < second.start_s < second.end_s < 5.1
    assert second.words == [["devedora", second.start_s, second.end_s]]
    (told,) = await rows(engine, timeline, call_id)
    assert told.payload["words"] == 2
    assert told.links["transcript"] == str(call_id)


async def test_one_pass_serves_all_that_wait_and_their_jobs_end_at_once(worker, stored, engine, model):
    calls = [await stored() for _ in range(3)]
    short = await stored(status="short")
    assert await worker.transcribe(calls[1]) == 4
    decoded = len(model.passes)
    for call_id in [*calls, short]:
        assert await worker.transcribe(call_id) == 0
        assert len(await rows(engine, transcript, call_id)) == 1
    assert len(model.passes) == decoded


async def test_a_pass_has_a_bound_and_the_asking_call_is_always_in_it(worker, stored):
    calls = [await stored() for _ in range(MOST_CALLS + 1)]
    assert await worker.transcribe(calls[-1]) == MOST_CALLS
    assert sum([await worker.transcribe(call_id) for call_id in calls]) == 1


async def test_one_call_the_model_cannot_bear_loses_its_own_words_only(worker, stored, engine):
    good, bad, other = await stored(), await stored(agent=0.99), await stored()
    assert await worker.transcribe(good) == 3
    (failed,) = await rows(engine, transcript, bad)
    assert failed.status == "failed"
    assert "agent's side could not be transcribed" in failed.problem
    assert await rows(engine, segment, bad) == []
    (told,) = await rows(engine, timeline, bad)
    assert told.payload["transcript_problem"] == failed.problem
    for call_id in (good, other):
        (made,) = await rows(engine, transcript, call_id)
        assert (made.status, made.words) == ("done", 2)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda file: file.unlink(), "gone"),
        (lambda file: file.write_bytes(b"no sound at all"), "cannot be read"),
        (lambda file: soundfile.write(file, np.zeros(800), RATE), "channels"),
    ],
)
async def test_a_file_that_cannot_be_heard_is_said_and_the_others_go_on(
    worker, stored, engine, tmp_path: Path, spoil, says
):
    bad, good = await stored(), await stored()
    spoil(tmp_path / f"{bad}.wav")
    assert await worker.transcribe(good) == 2
    (failed,) = await rows(engine, transcript, bad)
    assert failed.status == "failed"
    assert says in failed.problem
    (made,) = await rows(engine, transcript, good)
    assert made.status == "done"


async def test_a_call_without_sound_is_left_alone(worker, stored, engine):
    missing = await stored()
    async with engine.begin() as connection:
        await connection.execute(update(recording).values(status="missing", url=None))
    assert await worker.transcribe(missing) == 0
    assert await rows(engine, transcript, missing) == []


async def test_a_call_another_worker_is_at_is_looked_at_later_and_the_rest_is_done(worker, stored, engine):
    theirs, ours = await stored(), await stored()
    async with engine.connect() as other:
        await store.claim(other, theirs, 1)
        assert await worker.transcribe(ours) == 1
        with pytest.raises(BusyError):
            await worker.transcribe(theirs)
    # The other worker died: its claim died with it.
    assert await worker.transcribe(theirs) == 1


async def test_a_crash_while_writing_leaves_nothing_half_done(worker, stored, engine, monkeypatch):
    call_id = await stored()

    async def crash(*_args):
        raise RuntimeError("the power went")

    with monkeypatch.context() as power:
        power.setattr(store, "_tell", crash)
        with pytest.raises(RuntimeError):
            await worker.transcribe(call_id)
    assert await rows(engine, transcript, call_id) == []
    assert await rows(engine, segment, call_id) == []
    assert await worker.transcribe(call_id) == 1


async def test_writing_a_transcript_twice_changes_nothing(worker, stored, engine):
    call_id = await stored()
    await worker.transcribe(call_id)
    (before,) = await rows(engine, transcript, call_id)
    async with engine.begin() as connection:
        assert not await store.save(connection, call_id, worker._failed("late"))
    assert await rows(engine, transcript, call_id) == [before]


async def test_the_worker_runs_the_jobs_and_its_loop_stays_free(worker, stored, engine, database_url):
    calls = [await stored() for _ in range(3)]
    app = create_app(database_url)
    add_jobs(app, worker)
    async with engine.begin() as connection:
        for call_id in calls:
            await defer(connection, "transcribe.call", queue="transcription", args={"call_id": str(call_id)})
    free = asyncio.Event()
    decode = worker._model.decode
    loop = asyncio.get_running_loop()

    def wait_for_the_loop(sounds, *, carefully=False):
        loop.call_soon_threadsafe(free.set)
        assert asyncio.run_coroutine_threadsafe(free.wait(), loop).result(10)
        return decode(sounds, carefully=carefully)

    worker._model.decode = wait_for_the_loop
    async with app.open_async():
        await app.run_worker_async(wait=False, queues=["transcription"], concurrency=2, install_signal_handlers=False)
    async with engine.connect() as connection:
        states = await connection.execute(text("select distinct status from procrastinate_jobs"))
        assert states.scalars().all() == ["succeeded"]
        assert len((await connection.execute(select(transcript))).all()) == 3


async def test_recordings_whose_job_was_lost_are_found_again(worker, stored, engine, database_url):
    forgotten, fresh, queued = await stored(), await stored(), await stored()
    async with engine.begin() as connection:
        old = update(recording).where(recording.c.call_id != fresh)
        await connection.execute(old.values(stored_at=text("now() - interval '1 hour'")))
        await defer(connection, "transcribe.call", queue="transcription", args={"call_id": str(queued)})
        assert await store.forgotten(connection) == [forgotten]
    app = create_app(database_url)
    add_jobs(app, worker)
    async with app.open_async():
        await app.configure_task("transcribe.sweep", queue="transcription").defer_async(timestamp=0)
        await app.run_worker_async(wait=False, queues=["transcription"], install_signal_handlers=False)
    async with engine.connect() as connection:
        assert len((await connection.execute(select(transcript))).all()) == 3
