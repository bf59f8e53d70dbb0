"""The room's rows: which recordings wait for their words, and the words."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from crm import timeline
from crm.model import Direction
from crm.tables import attempt
from recording.model import RecordingStatus
from recording.tables import recording
from transcribe.model import Transcript, Word
from transcribe.tables import segment, transcript

WITH_SOUND = (RecordingStatus.STORED, RecordingStatus.SHORT)


async def claim(connection: AsyncConnection, first: UUID, most: int) -> dict[UUID, str]:
    """Recordings without transcript that nobody is at, `first` among them if it is one; call id → place.

    They are ours until the transaction ends, however it ends.
    """
    query = (
        select(recording.c.call_id, recording.c.url)
        .where(
            recording.c.status.in_(WITH_SOUND),
            ~select(transcript.c.call_id).where(transcript.c.call_id == recording.c.call_id).exists(),
        )
        .order_by((recording.c.call_id == first).desc(), recording.c.stored_at)
        .limit(most)
        # Not FOR UPDATE: the transcript's foreign key must still see the row.
        .with_for_update(skip_locked=True, key_share=True, of=recording)
    )
    return {row.call_id: row.url for row in await connection.execute(query)}


async def is_waiting(connection: AsyncConnection, call_id: UUID) -> bool:
    """Whether the call has a recording with sound and no transcript."""
    query = select(recording.c.call_id).where(
        recording.c.call_id == call_id,
        recording.c.status.in_(WITH_SOUND),
        ~select(transcript.c.call_id).where(transcript.c.call_id == call_id).exists(),
    )
    return (await connection.execute(query)).first() is not None


async def forgotten(connection: AsyncConnection) -> Sequence[UUID]:
    """Calls that wait for their words while no job is on its way to them."""
    query = text(
        """
        select recording.call_id from recording
        left join transcript on transcript.call_id = recording.call_id
        where transcript.call_id is null and recording.status in ('stored', 'short')
          and recording.stored_at < now() - interval '5 minutes'
          and not exists (select from procrastinate_jobs job where job.task_name = 'transcribe.call'
                          and (job.status = 'todo' or job.status = 'doing' and job.worker_id is not null)
                          and job.args ->> 'call_id' = cast(recording.call_id as text))
        """
    )
    return (await connection.execute(query)).scalars().all()


async def save(connection: AsyncConnection, call_id: UUID, made: Transcript) -> bool:
    """Write transcript, segments and the timeline's update; False when the call had its transcript already."""
    added = await connection.execute(
        insert(transcript)
        .values(
            call_id=call_id,
            status="failed" if made.problem else "done",
            model=made.model,
            language=made.language,
            audio_s=made.audio_s,
            words=made.words,
            problem=made.problem,
        )
        .on_conflict_do_nothing()
        .returning(transcript.c.call_id)
    )
    if added.first() is None:
        return False
    rows = [
        asdict(one) | {"call_id": call_id, "position": i, "words": [_word(word) for word in one.words]}
        for i, one in enumerate(made.segments)
    ]
    if rows:
        await connection.execute(insert(segment), rows)
    await _tell(connection, call_id, made)
    return True


async def _tell(connection: AsyncConnection, call_id: UUID, made: Transcript) -> None:
    owner = (
        await connection.execute(select(attempt.c.debtor_id, attempt.c.placed_at).where(attempt.c.id == call_id))
    ).one()
    entry = timeline.Entry(
        debtor_id=owner.debtor_id,
        happened_at=owner.placed_at,
        kind="call",
        channel="phone",
        direction=Direction.OUTBOUND,
        actor="dialer",
        merge_key=timeline.attempt_key(call_id),
        payload={"transcript_problem": made.problem} if made.problem else {"words": made.words},
        links={"transcript": str(call_id)},
    )
    await timeline.record(connection, entry)


def _word(word: Word) -> list[object]:
    return [word.text, round(word.start_s, 2), round(word.end_s, 2)]
