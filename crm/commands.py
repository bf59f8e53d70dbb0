"""What people ask of the dialers: a row each, answered by the first who has done it; NOTIFY wakes them."""

import asyncio
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from crm.errors import CommandNotAnsweredError
from crm.tables import command, live

CHANNEL = "alo_command"
AGENTS = "agent."
"""Begins the kind of what is asked for one agent."""
CHANGED = ".changed"
"""Ends the kind of what every dialer has to read again."""
TOLD_S = 60.0
"""So long such a command is told; a dialer that was away for longer has read everything again."""
ASK_AGAIN_S = 0.03
PATIENCE_S = 5.0
"""Whoever asked has gone by then, and was told that the dialer does not answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """One thing asked for and not yet done."""

    id: int
    kind: str
    payload: dict[str, Any]
    age_s: float
    """Since it was asked, by the database's clock."""


async def ask(connection: AsyncConnection, kind: str, payload: dict[str, Any]) -> int:
    """Put the command where the dialers find it once the caller has committed; returns its id.

    What is asked for an agent is for the dialer who has that agent; where none has, for any.
    """
    has_agent = None
    if kind.startswith(AGENTS) and "login" in payload:
        picture = select(live.c.snapshot["node"].astext).where(live.c.topic == f"agent:{payload['login']}")
        has_agent = await connection.scalar(picture)
    statement = command.insert().values(kind=kind, payload=payload, node=has_agent).returning(command.c.id)
    command_id: int = (await connection.execute(statement)).scalar_one()
    await connection.execute(text("select pg_notify(:channel, :id)"), {"channel": CHANNEL, "id": str(command_id)})
    return command_id


async def wait(engine: AsyncEngine, command_id: int, timeout_s: float = PATIENCE_S) -> str | None:
    """The dialer's answer: None when it was done, else why not. Raises CommandNotAnsweredError after `timeout_s`."""
    query = select(command.c.done_at, command.c.answer).where(command.c.id == command_id)
    try:
        async with asyncio.timeout(timeout_s):
            while True:
                async with engine.connect() as connection:
                    row = (await connection.execute(query)).one()
                if row.done_at is not None:
                    answer: str | None = row.answer
                    return answer
                await asyncio.sleep(ASK_AGAIN_S)
    except TimeoutError:
        raise CommandNotAnsweredError from None


async def pending(connection: AsyncConnection, node: str) -> list[Command]:
    """What waits to be done by this node's dialer, oldest first.

    What `CHANGED` is for every dialer: it is told for a while after one of them has done it.
    """
    age_s = func.extract("epoch", func.clock_timestamp() - command.c.asked_at).label("age_s")
    asked = select(command.c.id, command.c.kind, command.c.payload, age_s)
    own = asked.where(command.c.done_at.is_(None), or_(command.c.node.is_(None), command.c.node == node))
    # The condition is the index's, to the letter: there are as many commands as there were calls.
    since = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, TOLD_S)
    told = asked.where(text("kind like '%.changed'"), command.c.asked_at > since)
    rows = await connection.execute(own.union(told).order_by("id"))
    return [Command(id=row.id, kind=row.kind, payload=row.payload, age_s=float(row.age_s)) for row in rows]


async def done(connection: AsyncConnection, command_id: int, answer: str | None = None) -> None:
    """The command was done (answer None) or refused (why)."""
    statement = update(command).where(command.c.id == command_id, command.c.done_at.is_(None))
    await connection.execute(statement.values(done_at=func.now(), answer=answer))
