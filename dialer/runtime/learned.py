"""What the pacers have learned, kept by campaign and node over restarts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.tables import pacing_state
from dialer.runtime.writer import Write

People = tuple[float, float]
"""Live people connected and abandoned."""

OUTDATED = timedelta(minutes=10)
"""A node that was away for longer takes over what another has learned meanwhile."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """A pacer's state, and how many of each node's settled people it counts."""

    state: Mapping[str, Any] | None
    """None before anything was learned."""
    seen: Mapping[str, People]


NOTHING = Learned(state=None, seen={})


async def learned_by(connection: AsyncConnection, node: str) -> dict[int, Learned]:
    """What this node's pacers start with, by campaign: their own state, or a newer one of another node."""
    rows = (await connection.execute(select(pacing_state).order_by(pacing_state.c.saved_at))).all()
    newest = {row.campaign_id: row for row in rows}
    own = {row.campaign_id: row for row in rows if row.node == node}
    found = {}
    for campaign_id, last in newest.items():
        mine = own.get(campaign_id)
        row = mine if mine is not None and last.saved_at - mine.saved_at <= OUTDATED else last
        found[campaign_id] = Learned(state=row.state, seen=row.seen) if row.node == node else _taken_over(row)
    return found


def keep(campaign_id: int, node: str, learned: Learned) -> Write:
    """A write that keeps what a campaign's pacer has learned."""

    async def write(connection: AsyncConnection) -> None:
        row = {"campaign_id": campaign_id, "node": node, "state": learned.state, "seen": learned.seen}
        statement = insert(pacing_state).values(**row, saved_at=func.now())
        changed = {name: statement.excluded[name] for name in ("state", "seen", "saved_at")}
        await connection.execute(statement.on_conflict_do_update(index_elements=["campaign_id", "node"], set_=changed))

    return write


def _taken_over(row: Any) -> Learned:
    """Another node's state: the people it had settled and not yet told of are in it, and will be told by that node."""
    tally = row.state.get("tally") or {}
    untold = tally.get("untold") or (0.0, 0.0)
    told = row.seen.get(row.node, (0.0, 0.0))
    seen = {**row.seen, row.node: (told[0] + untold[0], told[1] + untold[1])}
    return Learned(state={**row.state, "tally": {**tally, "untold": (0.0, 0.0)}}, seen=seen)
