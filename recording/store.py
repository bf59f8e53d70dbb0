"""The recording's rows: what the room reads of the dialer's tables and writes of its own."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.tables import agent, attempt, call
from recording.model import Recording, RecordingStatus
from recording.tables import recording


@dataclass(frozen=True, kw_only=True)
class CallOwner:
    """Whose timeline a call belongs to."""

    debtor_id: int
    placed_at: datetime
    agent_login: str | None


async def owner_of(connection: AsyncConnection, call_id: UUID) -> CallOwner | None:
    """Whose call it is; None while the dialer has not written it."""
    query = (
        select(attempt.c.debtor_id, attempt.c.placed_at, agent.c.login)
        .join(call, call.c.id == attempt.c.id)
        .outerjoin(agent, agent.c.id == call.c.agent_id)
        .where(call.c.id == call_id)
    )
    row = (await connection.execute(query)).one_or_none()
    return CallOwner(debtor_id=row.debtor_id, placed_at=row.placed_at, agent_login=row.login) if row else None


async def recording_of(connection: AsyncConnection, call_id: UUID) -> Recording | None:
    """The call's recording row, when there is one."""
    columns = [column for column in recording.c if column.name != "stored_at"]
    row = (await connection.execute(select(*columns).where(recording.c.call_id == call_id))).one_or_none()
    if row is None:
        return None
    return Recording(**{**row._asdict(), "status": RecordingStatus(row.status)})


async def save(connection: AsyncConnection, kept: Recording) -> None:
    """Write the call's row, over the one an earlier attempt wrote."""
    values = asdict(kept)
    changes = {name: value for name, value in values.items() if name != "call_id"}
    statement = insert(recording).values(values)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["call_id"], set_={**changes, "stored_at": func.now()})
    )


async def ended_calls(connection: AsyncConnection, ids: Collection[UUID]) -> list[Any]:
    """Those of `ids` whose call has ended and that no finalise job is at.

    Columns: id, answered_at, ended_at, answer_to_joined_s, bridged_s, and the recording's status.
    """
    # A job that is being done by nobody belonged to a worker that died.
    at_work = text(
        "not exists (select from procrastinate_jobs job where job.task_name = 'recording.finalise' "
        "and (job.status = 'todo' or job.status = 'doing' and job.worker_id is not null) "
        "and job.args ->> 'call_id' = cast(call.id as text))"
    )
    query = (
        select(
            call.c.id,
            call.c.answered_at,
            call.c.ended_at,
            call.c.answer_to_joined_s,
            call.c.bridged_s,
            recording.c.status,
        )
        .outerjoin(recording, recording.c.call_id == call.c.id)
        .where(call.c.id.in_(ids), call.c.ended_at.is_not(None), at_work)
    )
    return list((await connection.execute(query)).all())
