"""Manager events through the decoder and the dispatcher: does the dialer keep up with 10,000 a second?

The dialer's own link, decoder, hearing, floor, lines and machines in this process, at the other end a manager that
tells of calls as fast as they are dialled (bench/_storm.py). Every call is dialled, answered, joined and hung up, so
that every event is one of ours and means something. What is written down is queued and not written: how fast the
database takes it, the benchmarks `leads` and `calls` tell.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex
from statistics import quantiles
from typing import Any
from uuid import uuid4

import psutil

from base.clock import SystemClock
from bench._dialer import dialer as dialer_on
from bench._storm import EVENTS_PER_CALL, storm
from crm.model import CampaignId, CampaignStatus, ContactPointId, DebtorId, LeadId, Mode, WeeklyHours
from dialer.asterisk.session import AsteriskExchange
from dialer.call.model import AgentLogin, Call, CallId, CallState
from dialer.campaign.leads import ReservedLead
from dialer.campaign.model import Campaign
from dialer.runtime.floor import Desk
from dialer.runtime.hearing import Hearing
from dialer.runtime.line import Line
from pacing import Pacer

EVENTS_PER_S = 10_000
AGENTS = 400
SLICE_S = 0.01
TAIL_S = 5.0
NOWHERE = "postgresql://127.0.0.1:1/none"


def run(quick: bool) -> dict[str, Any]:
    """Events a second, the cores they took, and how late the dialer was."""
    agents = tuple(f"agent{n:03d}" for n in range(AGENTS))
    with storm(agents) as manager, tempfile.TemporaryDirectory(prefix="alo-b-") as folder:
        figures = asyncio.run(_Dialer(manager.port, agents, Path(folder)).weather(3.0 if quick else 20.0))
        heard = manager.heard()
    waits = sorted(seconds * 1000 for seconds in heard.answer_to_asked_s)
    cut = quantiles(waits, n=100)
    figures["events"] = heard.events
    figures["events_per_s"] = heard.events / figures["seconds"]
    figures["events_per_core_s"] = heard.events / (figures["cores"] * figures["seconds"])
    figures |= {"answer_to_asked_p50_ms": cut[49], "answer_to_asked_p99_ms": cut[98]}
    return figures


class _Dialer:
    """The parts of the dialer between the manager's socket and the database."""

    def __init__(self, port: int, agents: tuple[str, ...], spool: Path) -> None:
        clock = SystemClock()
        self._clock = clock
        self._exchange = AsteriskExchange(host="127.0.0.1", port=port, user="bench", secret=token_hex(), clock=clock)
        dialer = dialer_on(
            self._exchange, url=NOWHERE, folder=spool, trunk="main", max_calls=10_000, calls_per_second=10_000
        )
        self._floor, self._lines = dialer.floor, dialer.lines
        self._lines.ended = self._over
        self._hearing = Hearing(floor=self._floor, lines=self._lines)
        self._campaign = _campaign()
        self._desk = Desk(campaign_id=self._campaign.id, pacer=Pacer(mode="progressive"), wrapup_timeout_s=0)
        self._floor.enrol({AgentLogin(login): (self._campaign.id,) for login in agents})
        self._floor.open_desk(self._desk)
        self._late_ms: list[float] = []
        self._outcomes: dict[str, int] = {}

    async def weather(self, seconds: float) -> dict[str, Any]:
        """Dial so that the events come at their rate, for so long."""
        await self._exchange.start()
        hearing = asyncio.create_task(self._hear())
        await self._until(lambda: self._floor.ready(self._campaign.id) == AGENTS)
        own = psutil.Process()
        before, began, dialled = sum(own.cpu_times()[:2]), time.perf_counter(), 0
        while (passed := time.perf_counter() - began) < seconds:
            for _ in range(int(passed * EVENTS_PER_S / EVENTS_PER_CALL) - dialled):
                self._dial()
                dialled += 1
            await asyncio.sleep(SLICE_S)
        spent = sum(own.cpu_times()[:2]) - before
        await self._until(lambda: not self._lines.up)
        hearing.cancel()
        await self._exchange.stop()
        late = quantiles(self._late_ms, n=100)
        return {
            "seconds": seconds,
            "calls_per_s": dialled / seconds,
            "cores": spent / seconds,
            "late_p50_ms": late[49],
            "late_p99_ms": late[98],
            "lost": dialled - self._outcomes.get("connected", 0),
            "outcomes": self._outcomes,
            "anomalies": sum(self._lines.anomalies.values()) + sum(self._floor.anomalies.values()),
        }

    async def _until(self, true: Callable[[], bool]) -> None:
        """Or for TAIL_S: what is not there then is counted as lost."""
        end = time.perf_counter() + TAIL_S
        while not true() and time.perf_counter() < end:  # noqa: ASYNC110 — lines and floors have no event for it
            await asyncio.sleep(SLICE_S)

    def _dial(self) -> None:
        call = Call(id=CallId(str(uuid4())), state=CallState.PLACED, placed_at=self._clock.now())
        self._lines.begin(Line(call=call, lead=_lead(), campaign=self._campaign, desk=self._desk))

    async def _hear(self) -> None:
        while True:
            told = await self._exchange.facts.get()
            self._hearing.hear(told.at, told.fact)

    def _over(self, line: Line) -> None:
        outcome, ended_at = str(line.call.outcome), line.call.ended_at
        self._outcomes[outcome] = self._outcomes.get(outcome, 0) + 1
        if ended_at is not None:
            self._late_ms.append((time.time() - ended_at.timestamp()) * 1000)


def _campaign() -> Campaign:
    return Campaign(
        id=1,
        name="storm",
        status=CampaignStatus.RUNNING,
        mode=Mode.PROGRESSIVE,
        trunk="main",
        caller_id="+551140000000",
        hours=WeeklyHours.always(),
        attempts_per_number_per_day=1,
        attempts_per_debtor_per_day=1,
        attempts_per_lead=1,
        ring_timeout_s=25,
        wrapup_timeout_s=0,
        recycle_after_s=3600,
    )


def _lead() -> ReservedLead:
    return ReservedLead(
        lead_id=LeadId(1),
        campaign_id=CampaignId(1),
        debtor_id=DebtorId(1),
        debtor_name="Ana Souza",
        state="SP",
        contact_point_id=ContactPointId(1),
        number="+5511900000000",
        phone_type=None,
        attempts=0,
        number_attempts_today=0,
        debtor_attempts_today=0,
        reserved_until=SystemClock().now(),
    )
