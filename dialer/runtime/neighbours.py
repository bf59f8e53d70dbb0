"""The dialers of other nodes on the same database: who is alive, and whom they connected and abandoned meanwhile.

What a campaign promises it promises for all its nodes: each pacer counts the people of all of them.
"""

import asyncio
from collections.abc import Iterable, Mapping

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from base.clock import Clock
from crm.tables import node, settled
from dialer.runtime.floor import Desk
from dialer.runtime.learned import Learned, People, keep
from dialer.runtime.writer import Writer

ALIVE_S = 20.0
"""Four signs of life missed: nobody waits for that node's news any more."""


class Neighbours:
    """What this node tells the others, and hears of them."""

    def __init__(self, *, engine: AsyncEngine, writer: Writer, name: str, clock: Clock) -> None:
        self.alive: tuple[str, ...] = ()
        """The other nodes that gave a sign of life lately."""
        self._engine = engine
        self._writer = writer
        self._name = name
        self._clock = clock

    async def look(self, desks: Iterable[Desk]) -> None:
        """Give a sign of life, tell of the people settled here, and have each pacer count those settled there."""
        open_now = list(desks)
        untold = {desk.campaign_id: desk.pacer.untold for desk in open_now}
        async with self._engine.begin() as connection:
            await self._say_alive(connection)
            for campaign_id, people in untold.items():
                if any(people):
                    await self._tell(connection, campaign_id, people)
            told = await self._read(connection, tuple(untold))
        for desk in open_now:
            desk.pacer.told(*untold[desk.campaign_id])
            self._count(desk, told.get(desk.campaign_id, {}))

    def keep(self, desk: Desk) -> "asyncio.Future[None]":
        """Keep what the desk's pacer has learned; done when it is committed."""
        learned = Learned(state=desk.pacer.state(), seen=desk.seen or {})
        return self._writer.submit(keep(desk.campaign_id, self._name, learned))

    async def _say_alive(self, connection: AsyncConnection) -> None:
        statement = insert(node).values(name=self._name, seen_at=func.now())
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["name"], set_={"seen_at": statement.excluded.seen_at})
        )
        since = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, ALIVE_S)
        others = select(node.c.name).where(node.c.name != self._name, node.c.seen_at > since).order_by(node.c.name)
        self.alive = tuple((await connection.scalars(others)).all())

    async def _tell(self, connection: AsyncConnection, campaign_id: int, people: People) -> None:
        connected, abandoned = people
        statement = insert(settled).values(
            campaign_id=campaign_id, node=self._name, connected=connected, abandoned=abandoned
        )
        more = {
            "connected": settled.c.connected + statement.excluded.connected,
            "abandoned": settled.c.abandoned + statement.excluded.abandoned,
        }
        await connection.execute(statement.on_conflict_do_update(index_elements=["campaign_id", "node"], set_=more))

    async def _read(self, connection: AsyncConnection, campaigns: tuple[int, ...]) -> dict[int, dict[str, People]]:
        found: dict[int, dict[str, People]] = {}
        if campaigns:
            for row in await connection.execute(select(settled).where(settled.c.campaign_id.in_(campaigns))):
                found.setdefault(row.campaign_id, {})[row.node] = (row.connected, row.abandoned)
        return found

    def _count(self, desk: Desk, told: Mapping[str, People]) -> None:
        seen, desk.seen = desk.seen, dict(told)
        if seen is None:
            # Nothing usable is known of before: what the others had settled by now is not of now.
            return
        for other in told.keys() - {self._name}:
            (connected, abandoned), (before, lost_before) = told[other], seen.get(other, (0.0, 0.0))
            new = max(connected - before, 0.0), max(abandoned - lost_before, 0.0)
            if any(new):
                desk.pacer.settled_elsewhere(*new, self._clock.posix_s())
