"""One campaign's dialling: ask the pacer, reserve leads, ask compliance, commit the intent, dial."""

import asyncio
import logging
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from base.clock import Clock
from crm.model import AttemptId
from dialer.call.model import Call, CallId, CallState
from dialer.campaign import gate
from dialer.campaign.leads import Attempt, ReservedLead
from dialer.campaign.model import Campaign
from dialer.campaign.turns import mix_of, reserve_mixed
from dialer.compliance import Policy
from dialer.compliance.policy import ring_timeout_s
from dialer.compliance.short_calls import Load
from dialer.runtime.callbacks import Callbacks
from dialer.runtime.carriers import Carriers
from dialer.runtime.due import Due
from dialer.runtime.floor import Desk, Floor
from dialer.runtime.holds import Hold
from dialer.runtime.line import Line
from dialer.runtime.lines import Lines
from dialer.runtime.pacing_log import PacingLog
from dialer.runtime.routines import end
from dialer.runtime.ways_out import WaysOut
from dialer.trunk.trunks import Bound
from pacing import Decision

log = logging.getLogger(__name__)

TICK_S = 1.0
BREATH_S = 0.05
LEASE_S = 60.0
MOST_AT_ONCE = 200
REST_WHEN_EMPTY_S = 2.0
FULL_S = 0.2
HOLDS = {
    Bound.LINES: Hold.TRUNK_LINES,
    Bound.RATE: Hold.TRUNK_RATE,
    Bound.CONGESTED: Hold.TRUNK_CONGESTED,
    Bound.UNREACHABLE: Hold.TRUNK_UNREACHABLE,
    Bound.EXCHANGE: Hold.EXCHANGE_BUSY,
}


class Dialling:
    """Dials for one campaign while it runs."""

    def __init__(
        self,
        *,
        campaign: Campaign,
        policy: Policy,
        carriers: Carriers,
        desk: Desk,
        floor: Floor,
        lines: Lines,
        engine: AsyncEngine,
        ways: WaysOut,
        clock: Clock,
        node: str,
    ) -> None:
        self.campaign = campaign
        self.policy = policy
        self._carriers = carriers
        self.desk = desk
        self.decision: Decision = desk.pacer.decide(clock.posix_s())
        self.hold: Hold | None = None
        """Why calls the last decision asked for are not dialled; None where they are, or where it asked for none."""
        self.empty = False
        """The last reservation found no lead that may be dialled now."""
        self.stopped = False
        self.paused = True
        """Nothing is dialled while the link to the exchange is down or the floor is being reconciled."""
        self._lines = lines
        self._engine = engine
        self._ways = ways
        self._clock = clock
        self._node = node
        self._log = PacingLog(campaign.id)
        self._mix = mix_of(campaign.lists)
        self._kick = asyncio.Event()
        self._rest_until_s = 0.0
        self._look_again_s = TICK_S
        self._task: asyncio.Task[None] | None = None
        self._launching: asyncio.Task[None] | None = None
        self._callbacks = Callbacks(
            desk=desk,
            floor=floor,
            lines=lines,
            engine=engine,
            clock=clock,
            take=lambda: ways.take(campaign),
            wait_s=self._wait_s,
            give_back=ways.trunks.give_back,
            intent=self._called_back,
            begin=lambda attempt: self._begin(attempt, guaranteed=True),
            paused=lambda: self.paused or self._stopped(),
        )

    def start(self) -> None:
        self.kick()
        self._callbacks.start()
        self._task = asyncio.create_task(self._run(), name=f"dialling {self.campaign.id}")

    def kick(self) -> None:
        """Something changed: look again now."""
        self._kick.set()

    def serve(self, due: Due, call_id: CallId) -> None:
        """An agent is held for this callback: dial it."""
        self._callbacks.serve(due, call_id)

    async def stop(self) -> None:
        """No further dial, ever; what is being committed is dialled first."""
        self.stopped = self.paused = True
        await self._callbacks.stop()
        await end(self._task)
        if self._launching is not None:
            await asyncio.gather(self._launching, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._look_again_s):
                    await self._kick.wait()
            self._kick.clear()
            try:
                await self._look()
            except Exception:
                log.exception("dialling stumbled and goes on", extra={"campaign": self.campaign.id})
                await asyncio.sleep(TICK_S)

    async def _look(self) -> None:
        now_s = self._clock.posix_s()
        self.decision = self.desk.pacer.decide(now_s)
        self._look_again_s = TICK_S
        self.hold = Hold.LINK_DOWN if self.paused else None
        if not self.paused:
            await self._dial_as_decided(self.decision, now_s)
        self._log.note(self.decision, self.hold, now_s)

    async def _dial_as_decided(self, decision: Decision, now_s: float) -> None:
        if now_s < self._rest_until_s:
            self.hold = Hold.LIST_EMPTY if decision.launch else None
            return
        if self._stopped():
            self.hold = Hold.SHORT_CALLS
            return
        # Taken before the commit: another campaign on these trunks must not count on the same calls.
        trunks = self._ways.take_some(self.campaign, min(decision.launch, MOST_AT_ONCE))
        if trunks:
            # Shielded: between the commit of an intent and its dial there must be no stop.
            self._launching = asyncio.create_task(self._launch(trunks))
            await asyncio.shield(self._launching)
            self.hold = Hold.LIST_EMPTY if self.empty else None
        elif decision.launch:
            self.hold = HOLDS[self._ways.bound(self.campaign)]
        if decision.launch > len(trunks):
            # The trunks' rate may hold the rest back: look when it lets one more through, not at the next tick.
            self._look_again_s = min(TICK_S, self._wait_s())

    def _wait_s(self) -> float:
        """Seconds until it is worth asking the trunks again."""
        wait_s = self._ways.wait_s(self.campaign)
        return FULL_S if wait_s is None else max(BREATH_S, wait_s)

    async def _launch(self, trunks: list[str]) -> None:
        placing: set[CallId] = set()
        unused = Counter(trunks)
        try:
            unused -= await self._commit_and_dial(trunks, placing)
        finally:
            self._lines.placing -= placing
            for trunk in unused.elements():
                self._ways.trunks.give_back(trunk)

    async def _commit_and_dial(self, trunks: list[str], placing: set[CallId]) -> Counter[str]:
        """The trunks that have calls now."""
        count, free = len(trunks), iter(trunks)
        async with self._engine.begin() as connection:
            now = self._clock.now()
            reserved = await reserve_mixed(connection, self.campaign.id, self._mix, count, LEASE_S, now)

            def intent(passed: gate.Passed) -> Attempt:
                attempt = self._attempt(passed, uuid4(), next(free))
                placing.add(CallId(str(attempt.id)))
                self._lines.placing.add(CallId(str(attempt.id)))
                return attempt

            placed = await gate.place(connection, reserved, self.campaign, self.policy, now, intent)
        # Only now, after the commit, may anything ring.
        for attempt in placed:
            self._begin(attempt)
        self.empty = not reserved
        if self.empty:
            self._rest_until_s = self._clock.posix_s() + REST_WHEN_EMPTY_S
        elif len(placed) < count:
            self._kick.set()
        return Counter(attempt.trunk for attempt in placed)

    async def _called_back(
        self, connection: AsyncConnection, lead: ReservedLead, due: Due, call_id: CallId, trunk: str
    ) -> Attempt | None:
        """The intent of a callback, None where the gate holds it: it is due again when the gate allows."""

        def intent(passed: gate.Passed) -> Attempt:
            attempt = self._attempt(passed, UUID(call_id), trunk)
            return replace(attempt, rule=f"callback agreed for {due.agreed_at.isoformat()}; {attempt.rule}")

        now = self._clock.now()
        placed = await gate.place(connection, [lead], self.campaign, self.policy, now, intent, asked_for=True)
        return placed[0] if placed else None

    def _attempt(self, passed: gate.Passed, call_id: UUID, trunk: str) -> Attempt:
        return Attempt(
            id=AttemptId(call_id),
            lead=passed.lead,
            node=self._node,
            rule=passed.answer.rule,
            placed_at=self._clock.now(),
            trunk=trunk,
            caller_id=self._ways.caller_id(self.campaign, trunk, passed.lead.number),
        )

    def _stopped(self) -> bool:
        """So many calls of today were short that nothing more may go through any of its carriers."""
        return set(self._ways.trunks.routes[self.campaign.trunk]) <= self.barred()

    def barred(self) -> set[str]:
        """The trunks whose carrier has had so many short calls today that nothing more may go through it."""
        route = self._ways.trunks.routes[self.campaign.trunk]
        return {trunk for trunk in route if self._carriers.load(trunk, self.policy.pack) is Load.STOP}

    def _begin(self, attempt: Attempt, *, guaranteed: bool = False) -> None:
        call = Call(
            id=CallId(str(attempt.id)),
            state=CallState.PLACED,
            placed_at=attempt.placed_at,
            trunk=attempt.trunk,
            caller_id=attempt.caller_id,
        )
        rings_s = ring_timeout_s(self.policy, self.campaign.ring_timeout_s, attempt.placed_at.date())
        campaign = replace(self.campaign, ring_timeout_s=rings_s)
        line = Line(call=call, lead=attempt.lead, campaign=campaign, desk=self.desk, guaranteed=guaranteed)
        self._lines.begin(line)
