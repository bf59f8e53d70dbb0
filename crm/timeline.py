"""The debtor's timeline: what everything in the house falls down to.

A thing that happened is one row, found again by its merge key. What becomes known later (the recording, the words)
updates that row. Facts that tell different things may arrive in any order: the row comes out the same.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from base.database import sql
from crm.model import DebtorId, Direction
from crm.tables import timeline


def attempt_key(attempt_id: UUID | str) -> str:
    """The merge key of a dial attempt: exactly one row per attempt, whatever is learnt about it."""
    return f"attempt:{attempt_id}"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened, or more about one already told (same merge_key).

    happened_at is aware; the earliest one told stands. kind, channel, direction and actor stand as first told.
    summary: what a person reads; empty says nothing and leaves the row's own. payload and links hold JSON values; keys
    are added to the row's, a key told again replaces its value.
    """

    debtor_id: DebtorId | int
    happened_at: datetime
    kind: str
    channel: str
    direction: Direction | str
    actor: str
    merge_key: str
    summary: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)
    links: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.happened_at.tzinfo is None:
            raise ValueError("happened_at needs a time zone")

    def merged(self, later: "Entry") -> "Entry":
        """This entry as the database would have it after `later` with the same merge key."""
        return replace(
            self,
            happened_at=min(self.happened_at, later.happened_at),
            summary=later.summary or self.summary,
            payload={**self.payload, **later.payload},
            links={**self.links, **later.links},
        )


async def record(connection: AsyncConnection, entry: Entry) -> None:
    """Write the entry, or merge it into the row with its merge key; exactly one row, also when two tell it at once."""
    await record_many(connection, (entry,))


async def record_many(connection: AsyncConnection, entries: Iterable[Entry]) -> None:
    """`record` for many in one statement."""
    by_key: dict[str, Entry] = {}
    for entry in entries:
        known = by_key.get(entry.merge_key)
        by_key[entry.merge_key] = known.merged(entry) if known else entry
    if not by_key:
        return
    # In the order of keys: two writers of the same rows then wait for each other instead of deadlocking.
    rows = [_row(by_key[key]) for key in sorted(by_key)]
    await connection.exec_driver_sql(sql("crm", "timeline_record"), {"rows": json.dumps(rows)})


async def of_debtor(
    connection: AsyncConnection, debtor_id: DebtorId | int, limit: int = 50, before: int | None = None
) -> list[Row[Any]]:
    """The debtor's rows (all columns of `timeline`), newest first; `before`: the id of the last row already shown."""
    query = select(timeline).where(timeline.c.debtor_id == debtor_id)
    if before is not None:
        last = select(timeline.c.happened_at, timeline.c.id).where(timeline.c.id == before).scalar_subquery()
        query = query.where(tuple_(timeline.c.happened_at, timeline.c.id) < last)
    query = query.order_by(timeline.c.happened_at.desc(), timeline.c.id.desc()).limit(limit)
    return list((await connection.execute(query)).all())


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "debtor_id": entry.debtor_id,
        "happened_at": entry.happened_at.isoformat(),
        "kind": entry.kind,
        "channel": entry.channel,
        "direction": str(entry.direction),
        "actor": entry.actor,
        "summary": entry.summary,
        "payload": dict(entry.payload),
        "links": dict(entry.links),
        "merge_key": entry.merge_key,
    }
