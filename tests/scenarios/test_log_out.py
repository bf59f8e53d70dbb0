"""An agent whose shift is over says so, if need be during the last call: nobody is dialled for them any more."""

import asyncio

import pytest

from dialer.agent.model import AgentState
from tests.scenarios.house import House
from tests.scenarios.talks import talk, talking


async def test_a_log_out_asked_for_during_a_talk_hangs_the_agents_leg_up_after_the_wrap_up(house: House):
    call_id = await talking(house, wrapup_timeout_s=60)
    pacer = house.dialer.floor.desks[1].pacer
    assert await house.ask("agent.leave", login="agent-1") is None
    assert house.agent_state("agent-1") is AgentState.TALKING
    assert pacer.decide(house.dialer._clock.posix_s()).numbers["leaving"] == 1
    await house.ask("agent.hangup", login="agent-1")
    await house.until(lambda: house.agent_state("agent-1") is AgentState.WRAPUP)
    await house.ask("agent.disposition", login="agent-1", call_id=call_id, code="promise", data={})
    await house.until(lambda: house.agent_state("agent-1") is AgentState.OFFLINE)
    assert await house.exchange.legs() == ()
    await asyncio.sleep(30)
    assert len(house.exchange.originated) == 1, "dialled for nobody"
    house.park("agent-1")
    await talk(house)
    house.check_the_picture()


async def test_who_is_ready_logs_out_at_once(house: House):
    await house.furnish(agents=2)
    await house.open()
    await house.until(lambda: house.states() == {AgentState.READY: 2})
    assert await house.ask("agent.leave", login="agent-1") is None
    await house.until(lambda: house.agent_state("agent-1") is AgentState.OFFLINE)
    assert await house.ask("agent.pause", login="agent-2") is None
    assert await house.ask("agent.leave", login="agent-2") is None
    await house.until(lambda: house.states() == {AgentState.OFFLINE: 2})
    assert await house.exchange.legs() == ()


async def test_a_log_out_the_exchange_does_not_hear_of_leaves_a_pause(house: House):
    await house.furnish(agents=1)
    await house.open()
    await house.until(lambda: house.states() == {AgentState.READY: 1})
    house.exchange.disconnect()
    assert await house.ask("agent.leave", login="agent-1") is None
    await asyncio.sleep(3)
    assert house.states() == {AgentState.PAUSED: 1}
    house.exchange.connect()
    assert await house.ask("agent.ready", login="agent-1") is None
    assert house.states() == {AgentState.READY: 1}


@pytest.mark.parametrize(("asked", "after"), [("pause", AgentState.PAUSED), ("leave", AgentState.OFFLINE)])
async def test_what_was_asked_for_during_a_talk_outlives_a_crash(house: House, asked: str, after: AgentState):
    await talking(house)
    assert await house.ask(f"agent.{asked}", login="agent-1") is None
    await asyncio.sleep(1)
    await house.crash()
    await house.open(park=False)
    assert house.agent_state("agent-1") is AgentState.TALKING
    pacer = house.dialer.floor.desks[1].pacer
    assert pacer.decide(house.dialer._clock.posix_s()).numbers["leaving"] == 1
    await house.until(lambda: house.agent_state("agent-1") is after)
    await asyncio.sleep(30)
    assert len(house.exchange.originated) == 1, "dialled for nobody"
    house.check_the_picture()
