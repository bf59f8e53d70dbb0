"""Callbacks and compliance in virtual time: what the debtor asked for may pass where the list may not."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from crm.compliance_tables import carrier_day, compliance_decision, do_not_call
from crm.tables import attempt, campaign, lead
from dialer.agent.model import AgentState
from dialer.call.model import AgentLogin
from dialer.runtime.holds import Hold
from tests.scenarios.house import TALKS, House
from tests.virtual_time import EPOCH


def now(house: House) -> datetime:
    return house.dialer._clock.now()


async def call_back(house: House, at: datetime) -> None:
    async with house.engine.begin() as connection:
        await connection.execute(update(lead).values(status="open", next_at=at, callback_at=at))


async def decisions(house: House) -> list[Any]:
    return await house.rows(select(compliance_decision).order_by(compliance_decision.c.id))


async def talked(house: House, code: str) -> None:
    """The first call is connected, and its agent says how it went."""
    await house.until(lambda: AgentState.WRAPUP in house.states())
    (login,) = {a.login for a in house.dialer.floor.agents.values() if a.state is AgentState.WRAPUP}
    call_id = house.dialer.floor.agents[AgentLogin(login)].call
    assert await house.ask("agent.disposition", login=login, call_id=call_id, code=code) is None


async def test_who_asked_to_be_called_is_called_on_the_day_of_a_conversation_and_not_twice(house: House):
    await house.furnish(agents=1, far_ends=[TALKS], wrapup_timeout_s=300)
    await house.open()
    await talked(house, "refusal")
    at = now(house) + timedelta(minutes=5)
    await call_back(house, at)
    await house.until(lambda: len(house.exchange.originated) == 2, 400)
    (_first, second) = await house.rows(select(attempt.c.placed_at, attempt.c.rule).order_by(attempt.c.placed_at))
    assert timedelta(0) <= second.placed_at - at <= timedelta(seconds=3)
    assert second.rule.startswith("callback agreed for")
    await house.until(lambda: AgentState.WRAPUP in house.states())
    # As the list would have it: nobody asked for this one.
    async with house.engine.begin() as connection:
        await connection.execute(update(lead).values(status="open", next_at=now(house)))
    assert await house.change_campaign(wrapup_timeout_s=1) is None
    assert await house.ask("agent.ready", login="agent-1") is None
    await house.until_dialled()
    allowed, again, refused = await decisions(house)
    assert (allowed.allowed, again.allowed, again.attempt_id is not None) == (True, True, True)
    assert (refused.allowed, refused.rule) == (False, "days_after_conversation")
    (row,) = await house.rows(select(lead))
    assert (row.status, row.next_at, len(house.exchange.originated)) == ("open", refused.until, 2)
    house.check_the_picture()


async def test_a_callback_the_gate_refuses_is_made_when_the_gate_allows(house: House):
    await house.furnish(agents=1, far_ends=[TALKS])
    await house.open(park=False)
    agreed = now(house)
    allowed_at = agreed + timedelta(minutes=7)
    async with house.engine.begin() as connection:
        ban = {"number": "+5511900000001", "kind": "internal", "source": "a week of grief", "expires_at": allowed_at}
        await connection.execute(insert(do_not_call).values(ban))
    await call_back(house, agreed)
    house.park("agent-1")
    await house.until_dialled(20)
    (row,) = await house.rows(select(lead))
    assert (row.status, row.callback_at, row.next_at) == ("open", agreed, allowed_at)
    assert house.agent_state("agent-1") is AgentState.READY
    await house.until(lambda: house.exchange.originated, 600)
    (dialled,) = await house.rows(select(attempt.c.placed_at, attempt.c.rule))
    assert timedelta(0) <= dialled.placed_at - allowed_at <= timedelta(seconds=60)
    assert dialled.rule.startswith(f"callback agreed for {agreed.isoformat()}")
    await house.until_dialled()
    assert [(row.allowed, row.rule) for row in await decisions(house)] == [
        (False, "do_not_call"),
        (True, "any_hour_declared"),
    ]
    house.check_the_picture()


async def test_the_days_attempts_of_a_number_count_for_a_callback_too(house: House):
    await house.furnish(agents=1, far_ends=[TALKS], compliance={"attempts_per_number_per_day": 1})
    await house.open()
    await talked(house, "callback")
    await call_back(house, now(house) + timedelta(seconds=30))
    await asyncio.sleep(40)
    *_, refused = await decisions(house)
    (row,) = await house.rows(select(lead))
    assert (refused.rule, len(house.exchange.originated)) == ("attempts_per_number_per_day", 1)
    assert (row.next_at, row.callback_at is not None) == (refused.until, True)


async def test_a_carrier_that_is_about_to_block_the_company_gets_no_callback_and_no_agent_is_held(house: House):
    await house.furnish(agents=1, far_ends=[TALKS])
    async with house.engine.begin() as connection:
        full = {"cnpj": "", "carrier": "main", "day": EPOCH.date(), "calls": 99_000, "short": 90_000}
        await connection.execute(insert(carrier_day).values(full))
        await connection.execute(update(campaign).values(mode="predictive"))
    await house.open()
    await call_back(house, now(house))
    await house.until(lambda: house.dialer.diallings[1].hold is Hold.SHORT_CALLS or house.exchange.originated)
    await asyncio.sleep(60)
    assert (house.exchange.originated, house.agent_state("agent-1")) == ([], AgentState.READY)
