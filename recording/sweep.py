"""Legs that nobody came for: their call has ended, but the job was lost or gave up."""

import logging
import re
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from base.jobs import defer
from recording import store
from recording.model import FinishedCall, RecordingStatus

LEG = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(?:debtor|agent)\.sln")

log = logging.getLogger(__name__)


def legs_in(spool: Path) -> set[UUID]:
    """The calls that have a leg in the folder."""
    if not spool.is_dir():
        return set()
    return {UUID(found[1]) for path in spool.iterdir() if (found := LEG.fullmatch(path.name))}


async def sweep_orphans(engine: AsyncEngine, spool: Path) -> int:
    """Queue a finalise job for each call in the spool folder that has ended; return how many were looked at.

    A call whose recording is kept already is queued too: its job then removes what a crash left behind. A call whose
    job waits or runs is left to it.
    """
    ids = legs_in(spool)
    if not ids:
        return 0
    async with engine.begin() as connection:
        ended = await store.ended_calls(connection, ids)
        for row in ended:
            finished = FinishedCall(
                call_id=row.id,
                debtor_leg=spool / f"{row.id}-debtor.sln",
                agent_leg=spool / f"{row.id}-agent.sln",
                answered_at=row.answered_at,
                ended_at=row.ended_at,
                answer_to_joined_s=row.answer_to_joined_s,
                bridged_s=row.bridged_s,
            )
            await defer(
                connection,
                "recording.finalise",
                queue="recording",
                args=finished.as_args(),
            )
    lost = sum(row.status in (None, RecordingStatus.MISSING) for row in ended)
    if lost:
        log.warning("legs without a recording queued again", extra={"calls": lost})
    return len(ended)
