"""Callbacks in virtual time: dialled within a minute of the time agreed, by whom it was agreed, ahead of the list."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from crm.model import WeeklyHours
from crm.tables import agent, attempt, call, contact_point, debtor, lead
from dialer.agent.model import AgentState
from dialer.asterisk.fake import FarEnd
from dialer.call.model import AgentLogin, CallState
from tests.scenarios.house import TALKS, House

RINGS_OUT, BUSY = FarEnd(kind="rings_out"), FarEnd(kind="busy")
LONG = FarEnd(ring_s=2, talk_s=45)


def now(house: House) -> datetime:
    return house.dialer._clock.now()


async def agree(house: House, lead_ids: list[int], at: datetime, login: str | None = None) -> None:
    """As a disposition leaves it."""
    async with house.engine.begin() as connection:
        who = select(agent.c.id).where(agent.c.login == login).scalar_subquery() if login else None
        values = {"status": "open", "next_at": at, "callback_at": at, "callback_agent_id": who}
        await connection.execute(update(lead).where(lead.c.id.in_(lead_ids)).values(values))


async def dials(house: House, lead_id: int) -> list[Any]:
    query = (
        select(attempt.c.placed_at, attempt.c.outcome, attempt.c.rule, agent.c.login, contact_point.c.value)
        .outerjoin(call, call.c.id == attempt.c.id)
        .outerjoin(agent, agent.c.id == call.c.agent_id)
        .join(contact_point, contact_point.c.id == attempt.c.contact_point_id)
    )
    return await house.rows(query.where(attempt.c.lead_id == lead_id).order_by(attempt.c.placed_at))


@pytest.mark.parametrize("mode", ["progressive", "predictive"])
async def test_on_a_busy_floor_every_callback_is_dialled_within_a_minute(house: House, mode: str):
    """40 % of the list answers, talks last 45 s; twelve callbacks, half of them for an agent, 70 s apart."""
    people = [LONG, RINGS_OUT, BUSY, LONG, RINGS_OUT] * 34
    await house.furnish(agents=4, far_ends=people, mode=mode, ring_timeout_s=12, attempts_per_lead=1)
    await house.open()
    await asyncio.sleep(30)
    wishes = {}
    for n in range(12):
        lead_id, at = len(people) - n, now(house) + timedelta(seconds=100 + 70 * n)
        wishes[lead_id] = (at, f"agent-{1 + n % 4}" if n % 2 else None)
        await agree(house, [lead_id], at, wishes[lead_id][1])
    await house.until_dialled(3600)
    for lead_id, (at, login) in wishes.items():
        (dialled,) = await dials(house, lead_id)
        assert timedelta(0) <= dialled.placed_at - at <= timedelta(seconds=60)
        assert dialled.rule.startswith(f"callback agreed for {at.isoformat()}; any_hour_declared")
        assert dialled.outcome != "abandoned"
        if login and dialled.placed_at - at < timedelta(seconds=30):
            assert dialled.login in {login, None}, "who was busy is waited for half a minute"
    await house.check_the_books()
    house.check_the_picture()
    assert house.states() == {AgentState.READY: 4}


async def test_the_callback_goes_ahead_of_the_list_to_the_next_agent_who_is_free(house: House):
    await house.furnish(agents=1, far_ends=[LONG] * 6)
    await house.open()
    await house.until(lambda: house.agent_state("agent-1") is AgentState.TALKING)
    await agree(house, [6], now(house) + timedelta(seconds=5))
    await house.until(lambda: house.dialer.lines.count(1)[CallState.TALKING] == 0)
    await house.until(lambda: house.dialer.lines.count(1)[CallState.TALKING] == 1)
    assert [order.number for order in house.exchange.originated][1] == "+5511900000006"
    await house.until_dialled(600)
    await house.check_the_books()
    house.check_the_picture()


async def test_where_nobody_is_to_be_abandoned_no_agent_is_taken_from_a_call_that_rings(house: House):
    """One agent, progressive: what rings for him is let ring out or be answered; he is kept, and calls back on time."""
    await house.furnish(agents=1, far_ends=[RINGS_OUT] * 30 + [TALKS], ring_timeout_s=15, attempts_per_lead=1)
    await house.open()
    await asyncio.sleep(5)
    at = now(house) + timedelta(seconds=47)
    await agree(house, [31], at)
    await house.until(lambda: "+5511900000031" in {order.number for order in house.exchange.originated})
    (dialled,) = await dials(house, 31)
    assert timedelta(0) <= dialled.placed_at - at <= timedelta(seconds=2)
    before = [row.ended_at for row in await house.rows(select(attempt.c.ended_at).where(attempt.c.lead_id != 31))]
    assert max(before) <= dialled.placed_at, "nothing rang any more for the agent who calls back"
    await house.until_dialled(1000)
    await house.check_the_books()
    house.check_the_picture()


async def test_the_agent_named_is_waited_for_half_a_minute_and_then_anyone_calls(house: House):
    await house.furnish(agents=2, far_ends=[LONG, TALKS])
    await house.open(park=False)
    house.park("agent-1")
    await house.until(lambda: house.agent_state("agent-1") is AgentState.TALKING)
    at = now(house)
    await agree(house, [2], at, "agent-1")
    house.park("agent-2")
    await house.until_dialled()
    (dialled,) = await dials(house, 2)
    assert timedelta(seconds=30) <= dialled.placed_at - at <= timedelta(seconds=33)
    assert dialled.login == "agent-2"


async def test_nobody_is_dialled_for_an_agent_who_is_held_and_no_call_of_his_is_the_pacers(house: House):
    await house.furnish(agents=1, far_ends=[FarEnd(ring_s=20, talk_s=20), TALKS], mode="progressive")
    await house.open(park=False)
    await agree(house, [1], now(house))
    await asyncio.sleep(2)
    house.park("agent-1")
    await house.until(lambda: house.dialer.lines.count(1)[CallState.RINGING] == 1)
    await asyncio.sleep(10)
    pacer = house.dialer.floor.desks[1].pacer
    numbers = pacer.decide(house.dialer._clock.posix_s()).numbers
    assert (numbers["ready"], len(house.exchange.originated)) == (0, 1)
    assert await house.change_campaign(mode="predictive") is None
    await house.until(lambda: house.agent_state("agent-1") is AgentState.TALKING)
    await house.until_dialled()
    assert house.dialer.floor.desks[1].pacer.totals["dials"] == 1, "the other one"
    assert await house.outcomes() == {"connected": 2}
    await house.check_the_books()
    house.check_the_picture()


async def test_a_held_agent_who_drops_leaves_a_call_for_the_others(house: House):
    await house.furnish(agents=2, far_ends=[FarEnd(ring_s=10, talk_s=20)])
    await house.open(park=False)
    await agree(house, [1], now(house))
    await asyncio.sleep(2)
    house.park("agent-1")
    await house.until(lambda: house.dialer.lines.count(1)[CallState.RINGING] == 1)
    house.exchange.unpark(house.channels["agent-1"])
    house.park("agent-2")
    await house.until_dialled()
    (dialled,) = await dials(house, 1)
    assert (dialled.outcome, dialled.login) == ("connected", "agent-2")
    assert house.dialer.floor.desks[1].pacer.totals["connected"] == 1
    house.check_the_picture()


async def test_an_agent_who_asks_for_a_pause_while_held_has_it_after_the_call(house: House):
    await house.furnish(agents=1, far_ends=[FarEnd(ring_s=10, talk_s=20), TALKS])
    await house.open(park=False)
    await agree(house, [1], now(house))
    await asyncio.sleep(2)
    house.park("agent-1")
    await house.until(lambda: house.dialer.lines.count(1)[CallState.RINGING] == 1)
    assert await house.ask("agent.pause", login="agent-1") is None
    await house.until(lambda: house.agent_state("agent-1") is AgentState.PAUSED)
    await asyncio.sleep(20)
    assert await house.outcomes() == {"connected": 1}
    assert await house.ask("agent.ready", login="agent-1") is None
    await house.until_dialled()
    house.check_the_picture()


async def test_a_callback_nobody_answers_frees_its_agent_and_the_lead_goes_back_to_the_list(house: House):
    await house.furnish(agents=1, far_ends=[BUSY])
    await house.open(park=False)
    at = now(house)
    await agree(house, [1], at)
    await asyncio.sleep(2)
    house.park("agent-1")
    await house.until(lambda: house.exchange.originated)
    await asyncio.sleep(5)
    assert house.agent_state("agent-1") is AgentState.READY
    (row,) = await house.rows(select(lead))
    assert (row.callback_at, row.status, row.attempts) == (None, "open", 1)
    assert row.next_at > at + timedelta(minutes=9)
    house.check_the_picture()


async def test_an_agent_agrees_on_a_time_with_a_debtor_in_acre_and_calls_then(house: House):
    await house.furnish(agents=2, far_ends=[TALKS], wrapup_timeout_s=300)
    async with house.engine.begin() as connection:
        await connection.execute(update(debtor).values(state="AC"))
    await house.open()
    await house.until(lambda: AgentState.WRAPUP in house.states())
    (login,) = {a.login for a in house.dialer.floor.agents.values() if a.state is AgentState.WRAPUP}
    call_id = house.dialer.floor.agents[AgentLogin(login)].call
    said = (now(house) + timedelta(minutes=12)).astimezone(ZoneInfo("America/Rio_Branco"))

    async def dispose(at: str) -> str | None:
        data = {"at": at, "for": "me"}
        return await house.ask("agent.disposition", login=login, call_id=call_id, code="callback", data=data)

    gone = await dispose("2020-01-01T10:00")
    assert gone is not None
    assert "has passed where the debtor lives" in gone
    assert house.agent_state(login) is AgentState.WRAPUP
    assert await dispose(said.strftime("%Y-%m-%dT%H:%M:%S")) is None
    await house.until(lambda: len(house.exchange.originated) == 2, 1000)
    await house.until_dialled()
    _first, second = await dials(house, 1)
    assert timedelta(0) <= second.placed_at - said.replace(microsecond=0) <= timedelta(seconds=3)
    assert second.login == login
    assert house.dialer.writer.failed == 0


async def test_a_campaign_that_may_not_call_now_calls_back_when_it_may(house: House):
    hours = WeeklyHours.from_json({day: [["00:00", "24:00"]] for day in ("monday",)})
    await house.furnish(agents=1, far_ends=[TALKS], hours=hours.to_json())
    await house.open()
    await agree(house, [1], now(house))
    await asyncio.sleep(10)
    (row,) = await house.rows(select(lead))
    if not house.exchange.originated:
        assert (row.status, row.callback_at is not None, row.next_at > now(house)) == ("open", True, True)
    assert house.agent_state("agent-1") is not AgentState.RESERVED
    house.check_the_picture()


async def test_the_debtor_gets_the_agent_who_talked_last_if_he_is_ready(house: House):
    await house.furnish(agents=3, far_ends=[FarEnd(ring_s=5, talk_s=20)])
    async with house.engine.begin() as connection:
        await connection.execute(update(debtor).values(agent_id=3))
    await house.open(park=False)
    for login in ("agent-1", "agent-2", "agent-3"):
        house.park(login)
        await asyncio.sleep(1)
    await house.until_dialled()
    (first,) = await dials(house, 1)
    assert first.login == "agent-3", "though the others were ready longer"
    async with house.engine.begin() as connection:
        await connection.execute(update(lead).values(next_at=now(house), status="open"))
    assert await house.ask("agent.pause", login="agent-3") is None
    await house.until(lambda: len(house.exchange.originated) == 2)
    await house.until_dialled()
    assert (await dials(house, 1))[1].login in {"agent-1", "agent-2"}
    (row,) = await house.rows(select(debtor.c.agent_id))
    assert row.agent_id in {1, 2}
    house.check_the_picture()


async def test_a_dialer_that_is_killed_while_a_callback_rings_dials_it_once(house: House):
    await house.furnish(agents=1, far_ends=[FarEnd(ring_s=10, talk_s=20)])
    await house.open(park=False)
    await agree(house, [1], now(house))
    await asyncio.sleep(2)
    house.park("agent-1")
    await house.until(lambda: house.dialer.lines.count(1)[CallState.RINGING] == 1)
    await house.crash()
    await house.open(park=False)
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 1}
    await house.check_the_books()
