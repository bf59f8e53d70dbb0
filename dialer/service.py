"""The dialer as one service: everything it runs, started and stopped in order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable

from sqlalchemy.ext.asyncio import AsyncEngine

from base.clock import Clock
from dialer.agent.model import AgentState
from dialer.answer.sounds import Messages
from dialer.asterisk.port import Exchange
from dialer.call.model import AgentLogin
from dialer.campaign.model import Campaign
from dialer.model import DialerSettings
from dialer.runtime import roster
from dialer.runtime.book import Book
from dialer.runtime.breath import BREATH_S, ExchangeBreath
from dialer.runtime.carriers import Carriers
from dialer.runtime.clerk import Clerk
from dialer.runtime.desks import Desks
from dialer.runtime.diallings import Diallings
from dialer.runtime.floor import Floor
from dialer.runtime.hearing import Hearing
from dialer.runtime.learned import learned_by
from dialer.runtime.lines import Lines
from dialer.runtime.link import Link
from dialer.runtime.neighbours import Neighbours
from dialer.runtime.new_day import LOOK_S, NewDay
from dialer.runtime.node import Node
from dialer.runtime.orders import Orders
from dialer.runtime.publisher import Publisher
from dialer.runtime.reconcile import Reconciler
from dialer.runtime.routines import Routines
from dialer.runtime.ways_out import WaysOut
from dialer.runtime.writer import Writer
from dialer.trunk.trunks import Trunks

log = logging.getLogger(__name__)

LIVE_S = 1.0
SWEEP_S = 5.0
PACING_KEPT_S = 30.0
COMMANDS_S = 5.0
CARRIERS_S = 5.0
NEIGHBOURS_S = 5.0
TAKE_UP_S = 60.0


class Dialer:
    """Runs every running campaign on one exchange."""

    def __init__(
        self,
        *,
        settings: DialerSettings,
        engine: AsyncEngine,
        exchange: Exchange,
        clock: Clock,
        configure_agents: Callable[[Iterable[roster.AgentAccount]], Awaitable[None]],
    ) -> None:
        self.settings = settings
        self.exchange = exchange
        self.writer = Writer(engine)
        self._engine = engine
        self._clock = clock
        self._configure_agents = configure_agents
        self._carriers = Carriers(engine=engine, trunks=settings.trunks, clock=clock, timezone=settings.timezone)
        self.trunks = Trunks(trunks=settings.trunks, carriers=settings.carriers, routes=settings.routes)
        self._breath = ExchangeBreath(exchange=exchange, trunks=self.trunks, clock=clock)
        self._ways = WaysOut(trunks=self.trunks, clock=clock, timezone=settings.timezone)
        self._book = Book(
            writer=self.writer,
            carriers=self._carriers,
            ways=self._ways,
            spool=settings.spool,
            language=settings.language,
        )
        self.floor = Floor(clock)
        self.lines = Lines(
            floor=self.floor,
            exchange=exchange,
            book=self._book,
            ways=self._ways,
            clock=clock,
            spool=settings.spool,
            messages=Messages(settings.sounds),
        )
        self.floor.post = self.lines.post
        self.floor.ringing = self.lines.ringing
        self.floor.lost = self.lines.agent_lost
        self._neighbours = Neighbours(engine=engine, writer=self.writer, name=settings.node, clock=clock)
        self._publisher = Publisher(
            engine=engine,
            floor=self.floor,
            lines=self.lines,
            clock=clock,
            timezone=settings.timezone,
            node=settings.node,
            others=lambda: self._neighbours.alive,
        )
        self._reconciler = Reconciler(
            floor=self.floor, lines=self.lines, clock=clock, journal=settings.journal, spool=settings.spool
        )
        self._orders = Orders(
            floor=self.floor,
            lines=self.lines,
            book=self._book,
            clock=clock,
            refresh=self.refresh,
            refresh_agents=self.refresh_agents,
        )
        self._clerk = Clerk(engine=engine, url=settings.database_url, node=settings.node, orders=self._orders)
        self._desks = Desks(floor=self.floor, lines=self.lines, ways=self._ways, clock=clock)
        self.diallings = Diallings(
            settings=settings,
            engine=engine,
            clock=clock,
            carriers=self._carriers,
            ways=self._ways,
            floor=self.floor,
            lines=self.lines,
            desks=self._desks,
            neighbours=self._neighbours,
        )
        self._node = Node(engine, settings.node)
        self._new_day = NewDay(engine=engine, clock=clock, timezone=settings.timezone)
        self._refreshing = asyncio.Lock()
        self._campaigns: dict[int, Campaign] = {}
        self._accounts: tuple[roster.AgentAccount, ...] = ()
        self.link = Link(
            engine=engine,
            exchange=exchange,
            hearing=Hearing(floor=self.floor, lines=self.lines),
            lines=self.lines,
            reconciler=self._reconciler,
            node=settings.node,
            agents_before=lambda: self._publisher.agents,
            campaigns=lambda: self._campaigns,
            open_desk=self._desks.open,
            changed=self.diallings.let,
        )
        self._routines = Routines()
        self.floor.moved = self._agent_moved
        self.floor.leave = self.link.log_out
        self.lines.ended = lambda line: self.diallings.kick(line.campaign.id)

    async def start(self) -> None:
        """Take the node, connect, find what is up, and dial. Raises AloError in plain words when it cannot."""
        await self._node.take()
        self.writer.start()
        try:
            async with self._engine.connect() as connection:
                accounts = await roster.accounts(connection)
                await self._publisher.recall(connection)
                await self._ways.recall(connection)
            await self._configure_agents(accounts)
            self._accounts = accounts
            await self.exchange.start()
            # Agents may have come or gone while no dialer ran; the exchange has not read of them yet.
            await self.exchange.reload_agents()
            await self._carriers.look()
            await self.refresh()
            await self._look_at_neighbours()
        except BaseException:
            await self.stop()
            raise
        self._routines.run(self.link.hear(), "hearing")
        self._routines.run(self.link.log_agents_out(), "log-outs")
        self._routines.every(SWEEP_S, self.link.sweep, "sweep")
        self._routines.every(LIVE_S, self._publish, "live")
        self._routines.every(BREATH_S, self._look_at_the_exchange, "the exchange's breath")
        self._routines.every(CARRIERS_S, self._carriers.look, "carriers' counters")
        self._routines.every(NEIGHBOURS_S, self._look_at_neighbours, "the other nodes")
        self._routines.every(PACING_KEPT_S, self.diallings.keep, "pacing state")
        self._routines.run(self._publisher.publish_agents(), "agents live")
        self._routines.run(self._clerk.listen(), "commands")
        self._routines.every(COMMANDS_S, self._clerk.look, "commands missed")
        self._routines.every(TAKE_UP_S, self.link.take_up_strays, "strays")
        self._routines.every(LOOK_S, self._new_day.look, "priorities of the day")

    async def stop(self) -> None:
        """Dial no more and leave; calls that are up go on, and the next start finds them again."""
        await self.diallings.stop()
        await self._routines.stop()
        await self._clerk.stop()
        await self.lines.stop()
        await self.writer.stop()
        await self.exchange.stop()
        await self._node.leave()

    async def refresh(self) -> None:
        """Read campaigns and enrolment again; start what runs now, stop what does not."""
        async with self._engine.connect() as connection:
            campaigns = await roster.campaigns(connection)
        await self.diallings.hush(campaigns)
        async with self._refreshing:
            await self._refresh()

    async def _refresh(self) -> None:
        async with self._engine.connect() as connection:
            self._campaigns = await roster.campaigns(connection)
            holidays = await roster.holidays(connection)
            enrolment = await roster.enrolment(connection, self.settings.node)
            learned = await learned_by(connection, self.settings.node)
            accounts = await roster.accounts(connection)
        self._publisher.names = {account.login: account.name for account in accounts}
        await self.diallings.follow(self._campaigns, holidays, learned)
        self._desks.close_unless(set(self.diallings))
        self.floor.enrol(enrolment)
        await self._publish()

    async def refresh_agents(self) -> None:
        """Let agents that are new register, then read enrolment again."""
        async with self._refreshing, self._engine.connect() as connection:
            accounts = await roster.accounts(connection)
            if accounts != self._accounts:
                await self._configure_agents(accounts)
                await self.exchange.reload_agents()
                self._accounts = accounts
        await self.refresh()

    async def _publish(self) -> None:
        self._desks.close_unless(set(self.diallings))
        await self._publisher.publish_campaigns(self.diallings, self.trunks, self._breath.health)

    async def _look_at_the_exchange(self) -> None:
        if self.link.up:
            await self._breath.look()

    def _agent_moved(self, login: AgentLogin) -> None:
        self._publisher.agent_moved(login)
        desk = self.floor.desk_of(login)
        if desk is not None and self.floor.agents[login].state is AgentState.READY:
            self.diallings.kick(desk.campaign_id)

    async def _look_at_neighbours(self) -> None:
        await self._neighbours.look(self.floor.desks.values())
