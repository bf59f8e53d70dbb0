"""Hours of a floor of ten, first progressive and then predictive: what predictive mode is for, on the whole dialer."""

import asyncio
import logging
import random
from collections import Counter
from statistics import mean

import pytest
from sqlalchemy import select

from crm.tables import attempt
from dialer import service
from dialer.agent.model import AgentState
from dialer.asterisk.far_end import FarEnd
from pacing import Reason
from tests.scenarios.house import House
from web.i18n import TEXTS
from web.pacing import parse_pacing

AGENTS = 10
PROMISE = 0.03
LOOK_S = 5.0
HOUR_S = 3600.0
BUSY = {AgentState.RESERVED, AgentState.TALKING, AgentState.WRAPUP}


def crowd(count: int, seed: int) -> list[FarEnd]:
    """A quarter answer, after nine seconds on average, and talk for three minutes; a tenth are busy."""
    chance = random.Random(seed)
    people = []
    for _ in range(count):
        fate = chance.random()
        if fate < 0.25:
            ring_s, talk_s = 1 + chance.expovariate(1 / 8), chance.lognormvariate(4.9, 0.7)
            people.append(FarEnd(ring_s=ring_s, talk_s=min(talk_s, 900)))
        else:
            people.append(FarEnd(kind="busy" if fate < 0.35 else "rings_out"))
    return people


class Watch:
    """What was seen of the floor, every few seconds."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._busy: Counter[str] = Counter()
        self._looks = 0
        self.reasons: Counter[Reason] = Counter()

    async def watch(self, seconds: float) -> None:
        for _ in range(round(seconds / LOOK_S)):
            await asyncio.sleep(LOOK_S)
            self._looks += 1
            self._busy.update(a.login for a in self._house.dialer.floor.agents.values() if a.state in BUSY)
            self.reasons[self._house.dialer.diallings[1].decision.reason] += 1

    @property
    def busy(self) -> dict[str, float]:
        """The share of the time each agent was in a call or wrapping up."""
        return {login: self._busy[login] / self._looks for login in self._house.dialer.floor.agents}


async def said(house: House) -> tuple[str, str]:
    """The reason in the live picture, and the sentence the page makes of it."""
    pacing = parse_pacing((await house.picture("campaign:1"))["pacing"])
    assert pacing is not None
    return pacing.reason, pacing.words("pt-BR")


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_predictive_keeps_its_promise_and_every_agent_busier_than_progressive(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO, logger="dialer.runtime.pacing_log")
    # The picture is looked at a few times; drawing it every second is most of the test's work.
    monkeypatch.setattr(service, "LIVE_S", 20.0)
    pacing = {"target": {"abandonment": PROMISE}}
    await house.furnish(agents=AGENTS, far_ends=crowd(4000, seed=1), wrapup_timeout_s=15, pacing=pacing)
    await house.open()
    progressive = Watch(house)
    await progressive.watch(0.75 * HOUR_S)
    assert set(progressive.reasons) <= {Reason.LAUNCHING, Reason.ALL_AGENTS_COVERED, Reason.AGENTS_BUSY}
    assert (await house.outcomes())["abandoned"] == 0
    live = house.dialer.floor.desks[1].pacer.totals["answers"]
    changed_at = house.dialer._clock.now()
    caplog.clear()

    assert await house.change_campaign(mode="predictive") is None
    assert house.dialer.floor.desks[1].pacer.totals["answers"] == live
    assert await said(house) == ("cold_start", TEXTS["pt-BR"]["pacing.reason.cold_start"])
    starting = {Reason.COLD_START, Reason.AGENTS_BUSY}
    await house.until(lambda: house.dialer.diallings[1].decision.reason not in starting, 600)

    predictive = Watch(house)
    await predictive.watch(2.5 * HOUR_S)
    assert set(predictive.reasons) == {Reason.LAUNCHING, Reason.ALL_AGENTS_COVERED, Reason.AGENTS_BUSY}
    logged = {record.reason for record in caplog.records}
    assert (
        {Reason.COLD_START, Reason.LAUNCHING, Reason.ALL_AGENTS_COVERED}
        <= logged
        <= {Reason.COLD_START, *predictive.reasons}
    )
    reason, words = await said(house)
    assert words == TEXTS["pt-BR"][f"pacing.reason.{reason}"]

    since = select(attempt.c.outcome).where(attempt.c.placed_at >= changed_at)
    outcomes = Counter(row.outcome for row in await house.rows(since))
    live = outcomes["connected"] + outcomes["abandoned"]
    assert live > 300
    assert 0 < outcomes["abandoned"] <= PROMISE * live
    assert all(predictive.busy[login] > busy for login, busy in progressive.busy.items())
    assert mean(predictive.busy.values()) > mean(progressive.busy.values()) + 0.1
    house.check_the_picture()
