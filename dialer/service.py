"""The dialer as one service: everything it runs, started and stopped in order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from base.clock import Clock
from crm.model import CampaignStatus
from dialer.agent.model import AgentState
from dialer.answer.sounds import Messages
from dialer.asterisk.port import Exchange
from dialer.call.model import AgentLogin, CallId
from dialer.campaign.call_rate import CallRate
from dialer.campaign.model import Campaign
from dialer.campaign.policy import check_caller_id, policy_for
from dialer.compliance import Policy
from dialer.model import DialerSettings
from dialer.runtime import roster
from dialer.runtime.book import Book
from dialer.runtime.carriers import Carriers
from dialer.runtime.clerk import Clerk
from dialer.runtime.desks import Desks
from dialer.runtime.dialling import Dialling
from dialer.runtime.due import Due
from dialer.runtime.floor import Desk, Floor
from dialer.runtime.hearing import Hearing
from dialer.runtime.lines import Lines
from dialer.runtime.link import Link
from dialer.runtime.new_day import LOOK_S, NewDay
from dialer.runtime.node import Node
from dialer.runtime.orders import Orders
from dialer.runtime.publisher import Publisher
from dialer.runtime.reconcile import Reconciler
from dialer.runtime.routines import Routines
from dialer.runtime.writer import Writer

log = logging.getLogger(__name__)

LIVE_S = 1.0
SWEEP_S = 5.0
PACING_KEPT_S = 30.0
COMMANDS_S = 5.0
CARRIERS_S = 5.0
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
        self._book = Book(writer=self.writer, carriers=self._carriers, spool=settings.spool, language=settings.language)
        self.floor = Floor(clock)
        self.lines = Lines(
            floor=self.floor,
            exchange=exchange,
            book=self._book,
            clock=clock,
            spool=settings.spool,
            messages=Messages(settings.sounds),
        )
        self.floor.post = self.lines.post
        self.floor.ringing = self.lines.ringing
        self.floor.lost = self.lines.agent_lost
        self.floor.serve = self._serve_callback
        self._publisher = Publisher(
            engine=engine, floor=self.floor, lines=self.lines, clock=clock, timezone=settings.timezone
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
        self._clerk = Clerk(engine=engine, url=settings.database_url, orders=self._orders)
        self._desks = Desks(floor=self.floor, lines=self.lines, clock=clock)
        self._node = Node(engine, settings.node)
        self._new_day = NewDay(engine=engine, clock=clock, timezone=settings.timezone)
        self._refreshing = asyncio.Lock()
        self.diallings: dict[int, Dialling] = {}
        self._campaigns: dict[int, Campaign] = {}
        self._accounts: tuple[roster.AgentAccount, ...] = ()
        self._rates = {name: CallRate(rate=trunk.calls_per_second) for name, trunk in settings.trunks.items()}
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
            changed=self._linked,
        )
        self._routines = Routines()
        self.floor.moved = self._agent_moved
        self.floor.leave = self.link.log_out
        self.lines.ended = lambda line: self._kick(line.campaign.id)

    async def start(self) -> None:
        """Take the node, connect, find what is up, and dial. Raises AloError in plain words when it cannot."""
        await self._node.take()
        self.writer.start()
        try:
            async with self._engine.connect() as connection:
                accounts = await roster.accounts(connection)
                await self._publisher.recall(connection)
            await self._configure_agents(accounts)
            self._accounts = accounts
            await self.exchange.start()
            # Agents may have come or gone while no dialer ran; the exchange has not read of them yet.
            await self.exchange.reload_agents()
            await self._carriers.look()
            await self.refresh()
        except BaseException:
            await self.stop()
            raise
        self._routines.run(self.link.hear(), "hearing")
        self._routines.run(self.link.log_agents_out(), "log-outs")
        self._routines.every(SWEEP_S, self.link.sweep, "sweep")
        self._routines.every(LIVE_S, self._publish, "live")
        self._routines.every(CARRIERS_S, self._carriers.look, "carriers' counters")
        self._routines.every(PACING_KEPT_S, self._keep_pacing, "pacing state")
        self._routines.run(self._publisher.publish_agents(), "agents live")
        self._routines.run(self._clerk.listen(), "commands")
        self._routines.every(COMMANDS_S, self._clerk.look, "commands missed")
        self._routines.every(TAKE_UP_S, self.link.take_up_strays, "strays")
        self._routines.every(LOOK_S, self._new_day.look, "priorities of the day")

    async def stop(self) -> None:
        """Dial no more and leave; calls that are up go on, and the next start finds them again."""
        for dialling in self.diallings.values():
            await dialling.stop()
        for dialling in self.diallings.values():
            # Not waited for: the writer gives up by itself on a database that stays away.
            self._keep_pacing_of(dialling)
        await self._routines.stop()
        await self._clerk.stop()
        await self.lines.stop()
        await self.writer.stop()
        await self.exchange.stop()
        await self._node.leave()

    async def refresh(self) -> None:
        """Read campaigns and enrolment again; start what runs now, stop what does not."""
        await self._hush()
        async with self._refreshing:
            await self._refresh()

    async def _hush(self) -> None:
        """Dial no more for who was stopped: now, and not when softphones have been configured and all has been read."""
        async with self._engine.connect() as connection:
            campaigns = await roster.campaigns(connection)
        for campaign_id, dialling in list(self.diallings.items()):
            campaign = campaigns.get(campaign_id)
            if campaign is None or campaign.status is not CampaignStatus.RUNNING:
                await dialling.stop()

    async def _refresh(self) -> None:
        async with self._engine.connect() as connection:
            self._campaigns = await roster.campaigns(connection)
            holidays = await roster.holidays(connection)
            enrolment = await roster.enrolment(connection)
            states = await roster.pacing_states(connection)
            accounts = await roster.accounts(connection)
        self._publisher.names = {account.login: account.name for account in accounts}
        running = {i: c for i, c in self._campaigns.items() if c.status is CampaignStatus.RUNNING}
        changed = [i for i, d in self.diallings.items() if d.stopped or running.get(i) != d.campaign]
        for campaign_id in changed:
            dialling = self.diallings.pop(campaign_id)
            await dialling.stop()
            await self._keep_pacing_of(dialling)
        for campaign_id, campaign in running.items():
            try:
                policy = policy_for(campaign, holidays, self._clock.now().date())
                if campaign_id in self.diallings:
                    self.diallings[campaign_id].policy = policy
                else:
                    self._open(campaign, policy, states.get(campaign_id))
            except ValueError as error:
                why = {"campaign": campaign_id, "why": str(error)}
                log.error("a campaign's settings make no sense, it is not dialled", extra=why)  # noqa: TRY400
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

    def _open(self, campaign: Campaign, policy: Policy, state: dict[str, Any] | None) -> None:
        trunk = self.settings.trunks.get(campaign.trunk)
        if trunk is None:
            log.error("a campaign's trunk is not in the settings, it is not dialled", extra={"campaign": campaign.id})
            return
        check_caller_id(campaign, trunk.caller_ids)
        desk = self._desks.open(campaign, state)
        dialling = Dialling(
            campaign=campaign,
            policy=policy,
            carriers=self._carriers,
            desk=desk,
            floor=self.floor,
            lines=self.lines,
            engine=self._engine,
            rate=self._rates[campaign.trunk],
            max_calls=trunk.max_calls,
            clock=self._clock,
            node=self.settings.node,
        )
        dialling.paused = not self.link.up
        self.diallings[campaign.id] = dialling
        dialling.start()

    def _linked(self, there: bool) -> None:
        for dialling in self.diallings.values():
            dialling.paused = not there
            dialling.kick()

    async def _publish(self) -> None:
        self._desks.close_unless(set(self.diallings))
        await self._publisher.publish_campaigns(self.diallings)

    def _agent_moved(self, login: AgentLogin) -> None:
        self._publisher.agent_moved(login)
        desk = self.floor.desk_of(login)
        if desk is not None and self.floor.agents[login].state is AgentState.READY:
            self._kick(desk.campaign_id)

    def _serve_callback(self, desk: Desk, due: Due, call_id: CallId) -> None:
        if desk.campaign_id in self.diallings:
            self.diallings[desk.campaign_id].serve(due, call_id)
        else:
            self.floor.let_go(call_id)

    def _kick(self, campaign_id: int) -> None:
        dialling = self.diallings.get(campaign_id)
        if dialling is not None:
            dialling.kick()

    async def _keep_pacing(self) -> None:
        for dialling in list(self.diallings.values()):
            await self._keep_pacing_of(dialling)

    def _keep_pacing_of(self, dialling: Dialling) -> "asyncio.Future[None]":
        return self.writer.submit(roster.keep_pacing(dialling.campaign.id, dialling.desk.pacer.state()))
