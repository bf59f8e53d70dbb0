"""Pacing end to end: the predictive mode keeps every promise any law must keep, and the floor says why it dials."""

import asyncio
import logging

import pytest

from dialer.agent.model import AgentState
from dialer.asterisk.far_end import FarEnd
from dialer.call.model import CallState
from pacing import Reason
from tests.scenarios.house import TALKS, House

RINGS_OUT, BUSY = FarEnd(kind="rings_out"), FarEnd(kind="busy")
TALKS_LONG = FarEnd(ring_s=2, talk_s=60)
LIMITS = {"abandonment": 0.03, "max_lines_per_agent": 3, "max_lines": 14, "answer_to_agent_s": 2.0}


async def test_a_predictive_campaign_loses_no_call_and_stays_within_its_lines(house: House):
    agents, people = 6, [TALKS, RINGS_OUT, BUSY, RINGS_OUT] * 20
    await house.furnish(agents=agents, far_ends=people, mode="predictive", pacing={"target": LIMITS}, ring_timeout_s=15)
    await house.open()
    most, kinds = 0, set()
    pacer = house.dialer.floor.desks[1].pacer
    while not all(d.empty for d in house.dialer.diallings.values()):
        most = max(most, len(house.dialer.lines.up))
        kinds |= set(pacer._floor.kinds.values())
        await asyncio.sleep(0.1)
    await house.until_dialled()
    assert agents <= most <= 14
    assert {kind.split("/", 1)[1] for kind in kinds} == {"1/mobile"}
    outcomes = await house.outcomes()
    assert outcomes["connected"] + outcomes["abandoned"] + outcomes["hangup_early"] == 20
    assert (outcomes["noanswer"], outcomes["busy"]) == (40, 20)
    totals = pacer.totals
    assert (totals["dials"], totals["answers"], totals["lost"]) == (80, 20, 0)
    assert totals["connected"] + totals["abandoned"] == 20
    await house.check_the_books()
    house.check_the_picture()
    assert house.states() == {AgentState.READY: agents}


async def test_what_predictive_learned_goes_on_after_a_restart(house: House):
    await house.furnish(agents=2, far_ends=[TALKS] * 4, mode="predictive")
    await house.open()
    await house.until_dialled()
    await house.dialer.stop()
    await house.open()
    pacer = house.dialer.floor.desks[1].pacer
    assert pacer.totals["answers"] == 4
    assert pacer.decide(house.dialer._clock.posix_s()).numbers["live_24h"] == 4


async def test_a_change_of_pacing_forgets_nobody_and_counts_nobody_twice(house: House):
    people = [TALKS_LONG, FarEnd(ring_s=14, talk_s=20), TALKS_LONG, FarEnd(ring_s=14, talk_s=20), TALKS_LONG]
    await house.furnish(agents=4, far_ends=people, mode="predictive")
    await house.open()
    await house.until(lambda: house.states()[AgentState.TALKING] == 2)
    await asyncio.sleep(4)
    before = house.dialer.floor.desks[1].pacer
    calls, live = dict(before._floor.in_flight), dict(before.totals)
    assert (len(calls), live["connected"]) == (2, 2)
    changed = {"mode": "progressive", "pacing": {"target": {"abandonment": 0.01, "windows_s": [3600, 86_400]}}}
    assert await house.change_campaign(**changed) is None
    pacer = house.dialer.floor.desks[1].pacer
    assert (pacer is not before, pacer.mode, pacer.target.abandonment) == (True, "progressive", 0.01)
    assert dict(pacer._floor.in_flight) == pytest.approx(calls), "calls that ring have rung as long as they have"
    assert pacer.totals == live
    numbers = pacer.decide(house.dialer._clock.posix_s()).numbers
    assert (numbers["live_1h"], numbers["live_24h"], numbers["talking"]) == (2, 2, 2)
    await house.until_dialled()
    assert (pacer.totals["dials"], pacer.totals["connected"]) == (5, 5)
    await house.check_the_books()
    house.check_the_picture()


async def test_a_call_that_is_up_over_a_restart_is_counted_once(house: House):
    await house.furnish(agents=2, far_ends=[TALKS_LONG] * 2)
    await house.open()
    await house.until(lambda: house.states()[AgentState.TALKING] == 2)
    await house.dialer.stop()
    await house.open(park=False)
    pacer = house.dialer.floor.desks[1].pacer
    numbers = pacer.decide(house.dialer._clock.posix_s()).numbers
    assert (numbers["live_24h"], numbers["talking"]) == (2, 2)
    await house.until_dialled()
    assert pacer.totals["connected"] == 2
    await house.check_the_books()
    house.check_the_picture()


async def test_nobody_is_dialled_for_an_agent_who_will_pause_after_the_call(house: House):
    await house.furnish(agents=1, far_ends=[TALKS_LONG] * 2)
    await house.open()
    await house.until(lambda: house.states()[AgentState.TALKING] == 1)
    pacer = house.dialer.floor.desks[1].pacer

    def leaving() -> float:
        return pacer.decide(house.dialer._clock.posix_s()).numbers["leaving"]

    assert await house.ask("agent.pause", login="agent-1") is None
    assert leaving() == 1
    assert await house.ask("agent.ready", login="agent-1") is None
    assert leaving() == 0
    assert await house.ask("agent.pause", login="agent-1") is None
    assert await house.change_campaign(mode="predictive") is None
    pacer = house.dialer.floor.desks[1].pacer
    assert leaving() == 1, "a new pacer hears of it too"
    await house.until(lambda: house.states()[AgentState.PAUSED] == 1)
    assert leaving() == 0
    await asyncio.sleep(20)
    assert len(house.exchange.originated) == 1
    assert await house.ask("agent.ready", login="agent-1") is None
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 2}
    house.check_the_picture()


async def test_the_picture_says_why_nothing_is_dialled_and_what_is_promised(house: House):
    target = {"abandonment": 0.02, "hard": 0.03, "windows_s": [3600]}
    await house.furnish(agents=1, far_ends=[TALKS], pacing={"target": target})
    await house.open()
    await house.until_dialled()
    await asyncio.sleep(3)
    picture = await house.picture("campaign:1")
    assert (picture["pacing"]["reason"], picture["pacing"]["hold"]) == (Reason.LAUNCHING, "list_empty")
    assert picture["promise"] == {
        "abandonment": 0.02,
        "soft": None,
        "hard": 0.03,
        "windows": [{"length_s": 3600, "live": 1, "abandonment": 0}],
    }
    await house.add_debtors([TALKS])
    await house.until(lambda: house.states()[AgentState.TALKING] == 1)
    await asyncio.sleep(3)
    picture = await house.picture("campaign:1")
    assert (picture["pacing"]["reason"], picture["pacing"]["hold"]) == (Reason.AGENTS_BUSY, None)
    await house.until_dialled()


async def test_a_trunk_that_is_full_holds_the_dialling_back(house: House):
    await house.furnish(agents=3, far_ends=[TALKS_LONG] * 3)
    await house.open(park=False)
    for _ in range(house.trunks["main"].max_calls - 1):
        house.dialer.trunks.seize("main")  # as other campaigns' calls do
    for login in house.dialer.floor.agents:
        house.park(login)
    await house.until(lambda: house.dialer.lines.count(1)[CallState.TALKING] == 1)
    await asyncio.sleep(3)
    assert (await house.picture("campaign:1"))["pacing"]["hold"] == "trunk_lines"
    assert len(house.exchange.originated) == 1


async def test_pacing_is_told_of_the_lines_and_the_rate_there_are(house: House):
    main = house.trunks["main"]
    house.trunks["main"] = main.model_copy(update={"max_calls": 2, "calls_per_second": 5.0})
    await house.furnish(agents=3, far_ends=[TALKS_LONG] * 3, pacing={"target": {"max_lines": 9}})
    await house.open()
    await house.until(lambda: house.dialer.lines.count(1)[CallState.TALKING] == 2)
    await asyncio.sleep(3)
    picture = await house.picture("campaign:1")
    assert (picture["pacing"]["reason"], picture["pacing"]["max_lines"], picture["pacing"]["hold"]) == (
        Reason.NO_LINES,
        2,
        None,
    )
    assert house.dialer.floor.desks[1].pacer.target.calls_per_second == 5.0


async def test_the_log_tells_the_reason_and_not_every_second(house: House, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, logger="dialer")
    await house.furnish(agents=1, far_ends=[TALKS])
    await house.open()
    await house.until_dialled()
    await asyncio.sleep(180)
    told = [record for record in caplog.records if record.getMessage() == "a campaign is paced"]
    assert 3 <= len(told) <= 9
    assert told[-1].hold == "list_empty"


async def test_a_campaign_whose_pacing_is_misspelt_is_not_dialled_and_the_log_says_why(
    house: House, caplog: pytest.LogCaptureFixture
):
    await house.furnish(agents=1, far_ends=[TALKS], pacing={"target": {"abandon": 0.03}})
    await house.open()
    await asyncio.sleep(10)
    assert house.exchange.originated == []
    (said,) = [record for record in caplog.records if "make no sense" in record.getMessage()]
    assert said.why.startswith("pacing.target has no abandon: it may hold abandonment, answer_to_agent_s")
