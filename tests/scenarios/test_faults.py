"""What can go wrong between the answer and the books, one thing at a time."""

import asyncio

import pytest
from sqlalchemy import select, text

from base.errors import AloError
from crm.tables import attempt
from dialer.agent.model import AgentState
from dialer.asterisk.far_end import FarEnd
from dialer.asterisk.port import ExchangeError
from dialer.call.model import CallState
from dialer.runtime import node
from tests.scenarios.house import TALKS, House

LONG = FarEnd(ring_s=2, talk_s=60)
RINGS_LONG = FarEnd(ring_s=20, talk_s=20)


def call_states(house: House) -> set[CallState]:
    return {line.call.state for line in house.dialer.lines.up.values()}


async def test_a_join_refused_is_tried_again_with_the_agent(house: House):
    await house.furnish(agents=1, far_ends=[TALKS])
    await house.open()
    house.exchange.refuse_joins = 2
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 1}
    await house.check_the_books()
    house.check_the_picture()


async def test_a_join_refused_again_and_again_ends_in_the_message(house: House):
    await house.furnish(agents=1, far_ends=[TALKS])
    await house.open()
    house.exchange.refuse_joins = 1000
    await house.until_dialled()
    assert house.exchange.refuse_joins > 900, "the exchange was asked as fast as it could answer"
    assert await house.outcomes() == {"abandoned": 1}
    await house.check_the_books()
    house.check_the_picture()
    assert house.states() == {AgentState.READY: 1}


async def test_an_agents_leg_lost_in_the_middle_of_a_talk_ends_the_call(house: House):
    await house.furnish(agents=1, far_ends=[LONG, TALKS])
    await house.open()
    await house.until(lambda: house.agent_state("agent-1") is AgentState.TALKING)
    house.exchange.unpark(house.channels["agent-1"])
    await house.until(lambda: not house.dialer.lines.up)
    assert house.agent_state("agent-1") is AgentState.OFFLINE
    house.park("agent-1")
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 2}
    await house.check_the_books()
    house.check_the_picture()


async def test_an_agent_who_vanishes_between_reservation_and_bridge_is_replaced(house: House):
    await house.furnish(agents=2, far_ends=[TALKS])
    await house.open()
    join = house.exchange.join

    async def vanish(*, agent_channel: str, call_id: str) -> None:
        house.exchange.join = join
        house.exchange.unpark(agent_channel)
        await join(agent_channel=agent_channel, call_id=call_id)

    house.exchange.join = vanish
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 1}
    assert house.states() == {AgentState.OFFLINE: 1, AgentState.READY: 1}
    await house.check_the_books()
    assert house.dialer.floor.desks[1].pacer.anomalies == {}


async def test_an_agent_back_and_reserved_again_is_not_freed_by_the_call_he_left(house: House):
    """The first call's worker waits for a slow bridge while its agent goes, comes back and is promised to another."""
    await house.furnish(agents=1, far_ends=[TALKS, TALKS], mode="ratio", pacing={"ratio": 2})
    await house.open()
    join = house.exchange.join

    async def slow(*, agent_channel: str, call_id: str) -> None:
        house.exchange.join = steady
        await asyncio.sleep(0.1)
        house.exchange.unpark(agent_channel)
        house.park("agent-1")
        await asyncio.sleep(0.1)
        raise ExchangeError("Asterisk did not answer Bridge within 5 s.")

    async def steady(*, agent_channel: str, call_id: str) -> None:
        await asyncio.sleep(0.3)
        await join(agent_channel=agent_channel, call_id=call_id)

    house.exchange.join = slow
    await house.until(lambda: house.agent_state("agent-1") is AgentState.TALKING)
    assert len([leg for leg in await house.exchange.legs() if leg.call_id and leg.bridge]) == 1
    await house.until_dialled()
    await house.check_the_books()
    assert house.states() == {AgentState.READY: 1}


async def test_calls_that_end_while_the_link_is_down_are_found_out(house: House):
    await house.furnish(agents=2, far_ends=[TALKS, LONG])
    await house.open()
    await house.until(lambda: house.states()[AgentState.TALKING] == 2)
    house.exchange.disconnect()
    await asyncio.sleep(30)
    assert len(house.dialer.lines.up) == 2
    house.exchange.connect()
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 2}
    assert house.states() == {AgentState.READY: 2}
    await house.check_the_books()


async def test_nothing_is_dialled_while_the_link_is_down(house: House):
    await house.furnish(agents=2)
    await house.open()
    house.exchange.disconnect()
    await house.add_debtors([TALKS] * 2)
    await asyncio.sleep(30)
    assert house.exchange.originated == []
    assert await house.rows(select(attempt.c.id)) == []
    house.exchange.connect()
    await house.until(lambda: len(house.exchange.originated) == 2)
    await house.until_dialled()
    await house.check_the_books()


async def test_calls_that_ring_through_a_lost_link_are_joined_when_it_is_back(house: House):
    await house.furnish(agents=1, far_ends=[RINGS_LONG])
    await house.open()
    await house.until(lambda: call_states(house) == {CallState.RINGING})
    house.exchange.disconnect()
    await asyncio.sleep(5)
    house.exchange.connect()
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 1}
    await house.check_the_books()
    house.check_the_picture()


async def test_a_link_that_comes_back_while_the_database_is_away_is_taken_up_later(house: House):
    """Whoever hears the exchange must not be lost over it."""
    await house.furnish(agents=1, far_ends=[LONG, TALKS])
    await house.open()
    await house.until(lambda: house.agent_state("agent-1") is AgentState.TALKING)
    house.exchange.disconnect()
    house.engine.away = True
    house.exchange.connect()
    await asyncio.sleep(10)
    house.engine.away = False
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 2}
    await house.check_the_books()


async def test_a_link_that_flaps_does_not_leave_the_dialer_deaf(house: House):
    await house.furnish(agents=1, far_ends=[TALKS, TALKS])
    await house.open()
    for _ in range(3):
        house.exchange.disconnect()
        house.exchange.connect()
        house.exchange.disconnect()
        await asyncio.sleep(0.5)
    house.exchange.connect()
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 2}
    await house.check_the_books()


async def test_nothing_is_lost_while_the_database_is_away(house: House):
    await house.furnish(agents=3, far_ends=[TALKS] * 6)
    await house.open()
    await house.until(lambda: house.states()[AgentState.TALKING] == 3)
    house.engine.away = True
    await house.until(lambda: not house.dialer.lines.up)
    dialled = len(house.exchange.originated)
    await asyncio.sleep(20)
    assert len(house.exchange.originated) == dialled == 3, "dialled without a committed intent"
    house.engine.away = False
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 6}
    await house.check_the_books()
    house.check_the_picture()


async def test_commands_are_obeyed_again_after_the_database_was_away(house: House):
    await house.furnish(agents=1)
    await house.open()
    house.engine.away = True
    async with house.engine._engine.begin() as connection:
        await connection.execute(text("select pg_notify('alo_command', '')"))
    await asyncio.sleep(5)
    house.engine.away = False
    assert await house.ask("agent.pause", login="agent-1", reason="café") is None
    assert house.agent_state("agent-1") is AgentState.PAUSED


async def test_a_dial_that_stumbles_does_not_hold_its_line_for_ever(house: House):
    await house.furnish(agents=1, far_ends=[TALKS, TALKS])
    await house.open()
    originate = house.exchange.originate

    async def stumble(_order: object) -> None:
        house.exchange.originate = originate
        raise RuntimeError("nobody expects this")

    house.exchange.originate = stumble
    await house.until_dialled()
    assert await house.outcomes() == {"unknown": 1, "connected": 1}
    await house.check_the_books()


async def test_an_order_whose_answer_never_came_is_looked_up_and_not_sent_again(house: House):
    await house.furnish(agents=1, far_ends=[TALKS])
    await house.open()
    originate = house.exchange.originate

    async def unanswered(order: object) -> None:
        await originate(order)
        raise ExchangeError("Asterisk did not answer Originate within 5 s.")

    house.exchange.originate = unanswered
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 1}
    await house.check_the_books()
    house.check_the_picture()


async def test_a_second_dialer_for_the_same_node_is_refused(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(node, "LINGERS_S", 0.05)
    await house.furnish(agents=1)
    await house.open()
    second = house.build()
    with pytest.raises(AloError, match="Another dialer runs for node main"):
        await second.start()


async def test_a_dialer_that_cannot_connect_leaves_nothing_behind(house: House):
    await house.furnish(agents=1, far_ends=[TALKS])
    start = house.exchange.start

    async def refuse() -> None:
        raise ExchangeError("Asterisk's manager does not answer.")

    house.exchange.start = refuse
    with pytest.raises(ExchangeError):
        await house.build().start()
    house.exchange.start = start
    await house.open()
    await house.until_dialled()
    await house.check_the_books()


async def test_an_intent_whose_commit_was_not_confirmed_is_found_and_never_dialled(house: House):
    """The server committed, the answer was lost: nobody in this process knows of the attempt."""
    await house.furnish(agents=1, far_ends=[TALKS, TALKS])
    await house.open(park=False)
    (dialling,) = house.dialer.diallings.values()
    begin = dialling._begin

    def lose(_attempt: object) -> None:
        dialling._begin = begin
        raise ConnectionError("the commit's answer never came")

    dialling._begin = lose
    house.park("agent-1")
    await house.until_dialled()
    await asyncio.sleep(90)
    await house.check_the_books()
    assert await house.outcomes() == {"unknown": 1, "connected": 1}
    assert len(house.exchange.originated) == 1


async def test_a_stop_in_the_middle_of_a_launch_leaves_no_intent_undialled(house: House):
    await house.furnish(agents=1, far_ends=[LONG])
    await house.open(park=False)
    (dialling,) = house.dialer.diallings.values()
    house.park("agent-1")
    while not house.dialer.lines.placing:  # noqa: ASYNC110 — it lasts a statement, no (virtual) time at all
        await asyncio.sleep(0)
    await dialling.stop()
    assert not house.dialer.lines.placing
    assert len(house.dialer.lines.up) == len(await house.rows(select(attempt.c.id))) == 1
