"""What agents and supervisors ask for while calls are up."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text, update

from crm import commands
from crm.model import WeeklyHours
from crm.tables import agent, call, campaign, campaign_agent, command, lead, timeline
from dialer.agent.model import AgentState
from dialer.asterisk.far_end import FarEnd
from dialer.call.model import AgentLogin, CallState
from tests.scenarios.house import TALKS, House
from tests.scenarios.talks import talk, talking

RINGS_LONG = FarEnd(ring_s=15, talk_s=20)


async def wrapping_up(house: House, **settings: Any) -> str:
    call_id = await talking(house, **settings)
    assert await house.ask("agent.hangup", login="agent-1") is None
    await house.until(lambda: house.agent_state("agent-1") is AgentState.WRAPUP)
    return call_id


async def test_an_agent_hangs_up_and_chooses_a_disposition(house: House):
    call_id = await wrapping_up(house, wrapup_timeout_s=60)
    data = {"amount_cents": 12_345, "on": "2026-03-09"}
    asked = {"login": "agent-1", "call_id": call_id, "code": "promise", "data": data}
    assert await house.ask("agent.disposition", **asked) is None
    assert house.agent_state("agent-1") is AgentState.READY
    (kept,) = await house.rows(select(call).where(call.c.disposition.is_not(None)))
    assert (str(kept.id), kept.disposition, kept.disposition_data, kept.ended_by) == (call_id, "promise", data, "agent")
    assert kept.wrapped_up_at is not None
    (row,) = await house.rows(select(timeline))
    assert row.payload["disposition"] == "promise"
    assert row.payload["outcome"] == "connected"
    assert row.summary.startswith("Ligação atendida")
    closed = await house.rows(select(lead.c.closed_reason).where(lead.c.status == "closed"))
    assert [r.closed_reason for r in closed] == ["promise"]


async def test_a_disposition_during_the_talk_is_refused(house: House):
    call_id = await talking(house)
    answer = await house.ask("agent.disposition", login="agent-1", call_id=call_id, code="promise", data={})
    assert answer == "The call is still on: hang up first, then choose the disposition."


async def test_a_disposition_nobody_has_heard_of_is_refused(house: House):
    call_id = await wrapping_up(house, wrapup_timeout_s=60)
    answer = await house.ask("agent.disposition", login="agent-1", call_id=call_id, code="gibberish", data={})
    assert answer == "There is no such disposition, or the call was never connected."
    assert house.agent_state("agent-1") is AgentState.WRAPUP


async def test_somebody_elses_call_is_not_ones_own(house: House):
    await wrapping_up(house, wrapup_timeout_s=60)
    other = "00000000-0000-4000-8000-000000000000"
    answer = await house.ask("agent.disposition", login="agent-1", call_id=other, code="promise", data={})
    assert answer == "That call is not in your hands any more."


async def test_wrap_up_ends_by_itself(house: House):
    await wrapping_up(house, wrapup_timeout_s=7)
    since = house.dialer.floor.agents[AgentLogin("agent-1")].since
    await house.until(lambda: house.agent_state("agent-1") is AgentState.READY)
    assert (house.dialer.floor.agents[AgentLogin("agent-1")].since - since).total_seconds() == pytest.approx(7, abs=0.1)


async def test_a_pause_asked_for_during_a_talk_begins_after_the_wrap_up(house: House):
    call_id = await talking(house, wrapup_timeout_s=60)
    assert await house.ask("agent.pause", login="agent-1", reason="café") is None
    assert house.agent_state("agent-1") is AgentState.TALKING
    assert await house.ask("agent.hangup", login="agent-1") is None
    await house.until(lambda: house.agent_state("agent-1") is AgentState.WRAPUP)
    await house.ask("agent.disposition", login="agent-1", call_id=call_id, code="promise", data={})
    assert house.agent_state("agent-1") is AgentState.PAUSED
    await asyncio.sleep(30)
    assert len(house.exchange.originated) == 1, "dialled for nobody"
    assert await house.ask("agent.ready", login="agent-1") is None
    await talk(house)


async def test_being_ready_ends_the_wrap_up(house: House):
    await wrapping_up(house, wrapup_timeout_s=60)
    assert await house.ask("agent.ready", login="agent-1") is None
    assert house.agent_state("agent-1") is AgentState.READY


@pytest.mark.parametrize(
    ("kind", "payload", "answer"),
    [
        ("agent.hangup", {"login": "agent-1"}, "There is no call to hang up."),
        ("agent.hangup", {"login": "nobody"}, "There is no such agent, or the account is not active."),
        ("agent.hangup", {}, "There is no such agent, or the account is not active."),
        ("agent.dance", {"login": "agent-1"}, "The dialer does not know the command agent.dance."),
        ("agent.disposition", {"login": "agent-1", "call_id": "x", "code": 1, "data": 7}, "That call is not in your"),
    ],
)
async def test_what_cannot_be_done_is_answered_with_the_reason(house: House, kind: str, payload: Any, answer: str):
    await house.furnish(agents=1)
    await house.open()
    assert (await house.ask(kind, **payload) or "").startswith(answer)


async def test_who_is_offline_is_told_how_to_come_in(house: House):
    await house.furnish(agents=1)
    await house.open(park=False)
    assert await house.ask("agent.ready", login="agent-1") == "You are offline: register your softphone and call park."


async def test_an_agents_picture_follows_him(house: House):
    call_id = await wrapping_up(house, wrapup_timeout_s=60)
    await asyncio.sleep(1)
    picture = await house.picture("agent:agent-1")
    assert (picture["login"], picture["state"]) == ("agent-1", "wrapup")
    assert picture["call"]["id"] == call_id
    assert picture["call"]["campaign"] == "Carteira"
    assert picture["call"]["name"].startswith("Devedor")


async def test_the_campaigns_picture_shows_the_floor(house: House):
    await talking(house)
    await asyncio.sleep(2)
    picture = await house.picture("campaign:1")
    assert picture["campaign"] == {"id": 1, "name": "Carteira", "status": "running", "mode": "progressive"}
    assert picture["calls"] == {"dialling": 0, "ringing": 0, "waiting": 0, "talking": 1}
    assert picture["agents"] == {"ready": 0, "talking": 1, "wrapup": 0, "paused": 0, "offline": 0}
    assert picture["agent_list"][0]["name"] == "Agent-1"
    assert picture["leads"] == {"dialling": 1, "open": 1}
    assert picture["pacing"]["reason"] == "agents_busy"


async def test_a_new_agent_may_come_in(house: House):
    await house.furnish(agents=1)
    await house.open()
    await house.hire("nova")
    assert await house.ask("agents.changed") is None
    assert house.configured == ["agent-1", "nova"]
    house.park("nova")
    await house.until(lambda: house.states() == {AgentState.READY: 2})


async def test_who_is_no_agent_any_more_gets_no_call(house: House):
    await house.furnish(agents=2)
    await house.open()
    async with house.engine.begin() as connection:
        await connection.execute(update(agent).where(agent.c.login == "agent-1").values(active=False))
    assert await house.ask("agents.changed") is None
    await house.add_debtors([TALKS] * 2)
    await house.until(lambda: house.exchange.originated)
    await house.until_dialled()
    assert {r.actor for r in await house.rows(select(timeline.c.actor))} == {"agent:agent-2"}


async def test_a_pause_of_the_campaign_lets_telephones_that_ring_be_answered(house: House):
    await house.furnish(agents=2, far_ends=[RINGS_LONG] * 4)
    await house.open()
    await house.until(lambda: house.dialer.lines.count(1)[CallState.RINGING] == 2)
    assert await house.change_campaign(status="paused") is None
    await house.until(lambda: not house.dialer.lines.up)
    assert await house.outcomes() == {"connected": 2}
    await asyncio.sleep(30)
    assert len(house.exchange.originated) == 2
    assert house.dialer.floor.desks == {}
    assert await house.change_campaign(status="running") is None
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 4}
    await house.check_the_books()
    house.check_the_picture()


@pytest.mark.parametrize(
    "change", [{"wrapup_timeout_s": 9}, {"mode": "ratio", "pacing": {"ratio": 1.5}}, {"ring_timeout_s": 20}]
)
async def test_a_change_of_the_campaign_loses_no_call(house: House, change: dict[str, Any]):
    await house.furnish(agents=2, far_ends=[RINGS_LONG, TALKS])
    await house.open()
    await house.until(lambda: house.states()[AgentState.TALKING] == 1)
    assert house.dialer.lines.count(1)[CallState.RINGING] == 1
    assert await house.change_campaign(**change) is None
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 2}
    await house.check_the_books()
    house.check_the_picture()


async def test_a_campaign_paused_during_a_crash_gives_its_calls_an_agent_all_the_same(house: House):
    await house.furnish(agents=1, far_ends=[RINGS_LONG])
    await house.open()
    await house.until(lambda: house.dialer.lines.count(1)[CallState.RINGING] == 1)
    await house.crash()
    async with house.engine.begin() as connection:
        await connection.execute(update(campaign).values(status="paused"))
    await house.open(park=False)
    await house.until(lambda: not house.dialer.lines.up)
    await asyncio.sleep(10)
    assert await house.outcomes() == {"connected": 1}
    await house.check_the_books()


async def test_a_campaign_whose_settings_make_no_sense_does_not_stop_the_others(house: House):
    await house.furnish(agents=1, far_ends=[TALKS], pacing={"ratio": 1.0})
    values = {
        "name": "Errada",
        "creditor_id": 1,
        "status": "running",
        "trunk": "main",
        "caller_id": "+551130000000",
        "hours": WeeklyHours.always().to_json(),
        "pacing": {"target": {"abandonment": 7}},
    }
    async with house.engine.begin() as connection:
        await connection.execute(insert(campaign).values(values))
        await connection.execute(insert(campaign).values(values | {"name": "Sem tronco", "trunk": "nobody"}))
    await house.open()
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 1}


async def test_an_agent_of_two_campaigns_serves_the_first_and_then_the_second(house: House):
    await house.furnish(agents=1, far_ends=[TALKS])
    second = {
        "name": "Segunda",
        "creditor_id": 1,
        "status": "running",
        "trunk": "main",
        "caller_id": "+551130000000",
        "hours": WeeklyHours.always().to_json(),
        "wrapup_timeout_s": 5,
    }
    async with house.engine.begin() as connection:
        await connection.execute(insert(campaign).values(second))
        await connection.execute(insert(campaign_agent).values(campaign_id=2, agent_id=1))
    await house.add_debtors([TALKS, TALKS], campaign_id=2)
    await house.open()
    await house.until(lambda: house.dialer.diallings[1].empty)
    await asyncio.sleep(60)
    assert len(house.exchange.originated) == 1
    async with house.engine.begin() as connection:
        await connection.execute(update(campaign).where(campaign.c.id == 1).values(status="finished"))
    assert await house.ask("campaign.changed", campaign_id=1) is None
    await house.until(lambda: len(house.exchange.originated) == 3)
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 3}
    await house.check_the_books()
    house.check_the_picture()


async def test_an_agents_word_that_was_asked_long_ago_is_not_done(house: House):
    await talking(house)
    async with house.engine.begin() as connection:
        command_id = await commands.ask(connection, "agent.hangup", {"login": "agent-1"})
        await connection.execute(update(command).values(asked_at=func.now() - text("interval '6 s'")))

    answer = await commands.wait(house.engine, command_id, 60)  # type: ignore[arg-type]

    assert answer is not None
    assert "Ask again" in answer
    assert house.agent_state("agent-1") is AgentState.TALKING
