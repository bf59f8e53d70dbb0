"""From two raw legs to a kept recording: wait, merge, check, store, commit, clean up, in this order.

Every step can be done twice, so a crash between any two of them costs nothing: the file has the same name each time,
the row is written over, and the raw legs go only after the row is committed.
"""

import asyncio
import logging
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from base.clock import Clock, SystemClock
from base.jobs import defer
from crm import timeline
from crm.model import Direction
from recording import store
from recording.check import check
from recording.errors import LegsStillGrowingError, StorageError, UnknownCallError
from recording.legs import SAMPLE_RATE, merge, read_leg, seconds
from recording.model import FinishedCall, Recording, RecordingStatus
from recording.storage import RecordingStore

SETTLED_S = 2.5
"""A leg not written to for so long is closed: Asterisk writes a 32 kB buffer about every 2 s."""

MISSING_AFTER_S = 10.0
"""How long after the hang-up a leg may still appear."""

GIVE_UP_WAITING_S = 120.0
"""After so long the legs are taken as they are, growing or not."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Finaliser:
    """Keeps the sound of finished calls."""

    engine: AsyncEngine
    storage: RecordingStore
    clock: Clock = field(default_factory=SystemClock)

    async def finalise(self, finished: FinishedCall) -> Recording:
        """Keep the call's sound and say so on the timeline; a call kept already is left as it is.

        Raises LegsStillGrowingError when it is too early, UnknownCallError, StorageError.
        """
        async with self.engine.connect() as connection:
            known = await store.recording_of(connection, finished.call_id)
            owner = await store.owner_of(connection, finished.call_id)
        if owner is None:
            raise UnknownCallError(
                f"The call {finished.call_id} has a recording but no row. Its legs are kept until the dialer, "
                "started again, has written it."
            )
        if known and (known.status is not RecordingStatus.MISSING or not _there(finished)):
            await asyncio.to_thread(_remove_legs, finished)
            return known
        self._wait_for(finished)
        kept = await asyncio.to_thread(self._keep, finished)
        async with self.engine.begin() as connection:
            await store.save(connection, kept)
            await _tell(connection, finished, kept, owner)
            if kept.status is not RecordingStatus.MISSING:
                await defer(
                    connection,
                    "transcribe.call",
                    queue="transcription",
                    args={"call_id": str(finished.call_id)},
                )
        await asyncio.to_thread(_remove_legs, finished)
        log.info("recording kept", extra={"call": finished.call_id, "status": kept.status, "seconds": kept.seconds})
        return kept

    def _wait_for(self, finished: FinishedCall) -> None:
        now = self.clock.now()
        since_end_s = (now - finished.ended_at).total_seconds()
        if since_end_s >= GIVE_UP_WAITING_S:
            return
        written = [path.stat().st_mtime for path in finished.legs if path.exists()]
        if len(written) < len(finished.legs) and since_end_s < MISSING_AFTER_S:
            raise LegsStillGrowingError
        if written and now.timestamp() - max(written) < SETTLED_S:
            raise LegsStillGrowingError

    def _keep(self, finished: FinishedCall) -> Recording:
        agent, debtor = read_leg(finished.agent_leg), read_leg(finished.debtor_leg)
        verdict = check(agent_s=seconds(len(agent)), debtor_s=seconds(len(debtor)), call_s=finished.seconds)
        if verdict.status is RecordingStatus.MISSING:
            return Recording(call_id=finished.call_id, status=verdict.status, problem=verdict.problem)
        both = merge(agent=agent, debtor=debtor)
        file = _write_wav(both)
        try:
            stored = self.storage.put(file, finished.place)
        finally:
            file.unlink(missing_ok=True)
        return Recording(
            call_id=finished.call_id,
            status=verdict.status,
            url=stored.place,
            seconds=seconds(len(both)),
            sample_rate=SAMPLE_RATE,
            sha256=stored.sha256,
            problem=verdict.problem,
        )


def _write_wav(both: NDArray[np.int16]) -> Path:
    handle, name = tempfile.mkstemp(prefix="alo-", suffix=".wav")
    os.close(handle)
    try:
        soundfile.write(name, both, SAMPLE_RATE, subtype="PCM_16")
    except (OSError, soundfile.SoundFileError) as error:
        Path(name).unlink(missing_ok=True)
        raise StorageError(
            f"A recording cannot be prepared in {Path(name).parent}: {error}. Free space there; it is tried again."
        ) from error
    return Path(name)


async def _tell(connection: AsyncConnection, finished: FinishedCall, kept: Recording, owner: store.CallOwner) -> None:
    payload: dict[str, object] = {
        "recording": kept.status,
        "recording_s": kept.seconds,
        "recording_problem": kept.problem,
        "answer_to_joined_s": finished.answer_to_joined_s,
        "bridged_s": finished.bridged_s,
    }
    # The url is where the file lies below the recordings folder; the front door serves it by the call's id.
    links = {"call": str(finished.call_id)} | ({"recording": kept.url} if kept.url else {})
    entry = timeline.Entry(
        debtor_id=owner.debtor_id,
        happened_at=owner.placed_at,
        kind="call",
        channel="phone",
        direction=Direction.OUTBOUND,
        actor=owner.agent_login or "dialer",
        merge_key=timeline.attempt_key(finished.call_id),
        payload={name: value for name, value in payload.items() if value is not None},
        links=links,
    )
    await timeline.record(connection, entry)


def _there(finished: FinishedCall) -> bool:
    return any(path.exists() and path.stat().st_size for path in finished.legs)


def _remove_legs(finished: FinishedCall) -> None:
    for path in finished.legs:
        path.unlink(missing_ok=True)
