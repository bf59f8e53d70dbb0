"""The link to the exchange: what it tells is heard in order, and after each gap the floor is compared with it."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from dialer.asterisk.port import Exchange, ExchangeError, Leg, LinkDown, LinkUp, Told
from dialer.call.model import AgentLogin
from dialer.campaign.model import Campaign
from dialer.runtime.floor import Desk
from dialer.runtime.hearing import Hearing
from dialer.runtime.lines import Lines
from dialer.runtime.reconcile import Reconciler, open_attempts

log = logging.getLogger(__name__)

AGAIN_S = 1.0


class Link:
    """agents_before: the agents as the live picture shows them. changed: told when dialling may begin or must stop."""

    def __init__(
        self,
        *,
        engine: AsyncEngine,
        exchange: Exchange,
        hearing: Hearing,
        lines: Lines,
        reconciler: Reconciler,
        node: str,
        agents_before: Callable[[], dict[AgentLogin, dict[str, Any]]],
        campaigns: Callable[[], dict[int, Campaign]],
        open_desk: Callable[[Campaign], Desk],
        changed: Callable[[bool], None],
    ) -> None:
        self.up = False
        """The floor is reconciled with the exchange; until then nothing is dialled."""
        self._engine = engine
        self._exchange = exchange
        self._hearing = hearing
        self._lines = lines
        self._reconciler = reconciler
        self._node = node
        self._agents_before = agents_before
        self._campaigns = campaigns
        self._open_desk = open_desk
        self._changed = changed
        self._is_there = False
        self._leaving: asyncio.Queue[str] = asyncio.Queue()

    def log_out(self, channel: str) -> None:
        """The agent on this leg wants to leave."""
        self._leaving.put_nowait(channel)

    async def hear(self) -> None:
        """Take in what the exchange tells, for ever."""
        while True:
            told: Told = await self._exchange.facts.get()
            try:
                await self._take_in(told)
            except Exception:
                # Whoever hears must go on hearing.
                log.exception("what the exchange told could not be taken in", extra={"fact": type(told.fact).__name__})
                if isinstance(told.fact, LinkUp):
                    asyncio.get_running_loop().call_later(AGAIN_S, self._up_again, told)

    async def log_agents_out(self) -> None:
        """Hang the legs of agents who leave up, for ever."""
        while True:
            channel = await self._leaving.get()
            try:
                await self._exchange.hang_up_leg(channel)
            except ExchangeError as error:
                log.warning("an agent's leg could not be hung up, the agent stays paused", extra={"why": str(error)})

    async def take_up_strays(self) -> None:
        """An intent whose commit was not confirmed is in the database and nowhere else."""
        if self.up:
            _legs, adopted = await self._take_up()
            if adopted:
                log.warning("attempts nobody knew of were taken up", extra={"adopted": adopted})

    async def sweep(self) -> None:
        """Compare the calls that are up with the exchange's list of them."""
        if self.up and self._lines.up:
            legs: tuple[Leg, ...] = await self._exchange.legs()
            while not self._exchange.facts.empty():  # noqa: ASYNC110 — the queue has no event for it
                # The list is newer than what was told before it and is not heard yet.
                await asyncio.sleep(0.01)
            self._reconciler.sweep(legs)

    async def _take_in(self, told: Told) -> None:
        match told.fact:
            case LinkUp():
                self._is_there = True
                await self._reconcile()
            case LinkDown():
                self._is_there = False
                self._set(up=False)
            case fact:
                self._hearing.hear(told.at, fact)

    def _up_again(self, told: Told) -> None:
        if self._is_there and not self.up:
            self._exchange.facts.put_nowait(told)

    async def _reconcile(self) -> None:
        # What is on the queue behind was told after the link came up; the legs are asked for now, so both are taken.
        legs, adopted = await self._take_up()
        self._reconciler.agents(legs, self._agents_before())
        self._reconciler.sweep(legs)
        log.info("the link to Asterisk is up", extra={"legs": len(legs), "adopted": adopted})
        self._set(up=True)

    async def _take_up(self) -> tuple[tuple[Leg, ...], int]:
        known = self._lines.known()
        legs = await self._exchange.legs()
        async with self._engine.connect() as connection:
            rows = await open_attempts(connection, self._node)
        return legs, self._reconciler.adopt(rows, known, legs, self._campaigns(), self._open_desk)

    def _set(self, *, up: bool) -> None:
        self.up = up
        self._changed(up)
