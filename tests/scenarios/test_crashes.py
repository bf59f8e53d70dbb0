"""The dialer is killed at any moment: the next one knows everything, dials nobody again, and writes what is missing."""

import asyncio

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.model import AttemptId
from crm.tables import call, timeline
from dialer.agent.model import AgentState
from dialer.asterisk.far_end import FarEnd
from dialer.call.model import CallState
from dialer.campaign import leads
from tests.scenarios.house import TALKS, House
from tests.virtual_time import EPOCH

LONG = FarEnd(ring_s=2, talk_s=60)
RINGS_LONG = FarEnd(ring_s=20, talk_s=20)


def call_states(house: House) -> set[CallState]:
    return {line.call.state for line in house.dialer.lines.up.values()}


@pytest.mark.parametrize("moment", ["ringing", "talking", "wrapup", "message", "just placed"])
async def test_a_killed_dialer_is_followed_by_one_that_knows_everything(house: House, moment: str):
    far_ends = {"ringing": [RINGS_LONG] * 3, "message": [TALKS] * 6}.get(moment, [LONG, TALKS, TALKS])
    mode = {"mode": "ratio", "pacing": {"ratio": 2}} if moment == "message" else {}
    await house.furnish(agents=3, far_ends=far_ends, ring_timeout_s=30, **mode)
    await house.open()
    dialer = house.dialer
    match moment:
        case "ringing":
            await house.until(lambda: dialer.lines.count(1)[CallState.RINGING] == 3)
        case "talking":
            await house.until(lambda: house.states()[AgentState.TALKING] == 3)
        case "wrapup":
            await house.until(lambda: house.states()[AgentState.WRAPUP] == 2)
        case "message":
            await house.until(lambda: CallState.ABANDONED in call_states(house))
        case "just placed":
            await house.until(lambda: len(dialer.lines.up) == 3)
    await asyncio.sleep(0)
    await house.crash()
    await asyncio.sleep(3)
    await house.open(park=False)
    await house.until_dialled()
    await house.check_the_books()
    assert len(house.exchange.originated) <= len(far_ends)
    outcomes = await house.outcomes()
    assert outcomes["connected"] == 3, outcomes
    assert outcomes["abandoned"] == (3 if moment == "message" else 0)
    assert house.states() == {AgentState.READY: 3}


async def test_a_dialer_killed_before_an_intent_is_committed_has_dialled_nobody(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    """One telephone rings, the next dial is on its way into the database."""
    place, second = leads.place_many, asyncio.Event()

    async def place_many(connection: AsyncConnection, attempts: list[leads.Attempt]) -> frozenset[AttemptId]:
        placed = await place(connection, attempts)
        if house.dialer.lines.up:
            second.set()
            await asyncio.sleep(1)
        return placed

    await house.furnish(agents=3, far_ends=[RINGS_LONG] * 3, ring_timeout_s=30)
    monkeypatch.setattr(leads, "place_many", place_many)
    await house.open()
    await second.wait()
    await house.crash()
    monkeypatch.setattr(leads, "place_many", place)
    assert len(house.exchange.originated) == 1
    assert await house.outcomes() == {None: 1}
    await house.open(park=False)
    await house.until_dialled()
    await house.check_the_books()
    assert await house.outcomes() == {"connected": 3}


async def test_an_answer_nobody_heard_is_read_from_the_exchanges_journal(house: House):
    """Answered and hung up between two dialers; the journal tells of it only when the next one looks already."""
    await house.furnish(agents=1, far_ends=[RINGS_LONG], ring_timeout_s=30)
    await house.open()
    await house.until(lambda: call_states(house) == {CallState.RINGING})
    (call_id,) = house.dialer.lines.up
    await house.crash()
    await asyncio.sleep(10)
    answered_at = EPOCH.timestamp() + asyncio.get_running_loop().time()
    house.exchange.lose(call_id)
    await house.open(park=False)
    await asyncio.sleep(1)
    house.dialer._reconciler.sweep(await house.exchange.legs())
    house.write_journal(f'ANSWER,{answered_at},{call_id},""')
    house.write_journal(f'HANGUP,{answered_at + 1},{call_id},"{{""hangupcause"":16}}"')
    await house.until_dialled()
    await house.check_the_books()
    assert await house.outcomes() == {"hangup_early": 1}


async def test_calls_that_end_while_nobody_is_there_get_their_rows(house: House):
    await house.furnish(agents=2, far_ends=[TALKS, RINGS_LONG], ring_timeout_s=30)
    await house.open()
    await house.until(lambda: house.states()[AgentState.TALKING] == 1)
    await house.crash()
    await asyncio.sleep(60)
    await house.open(park=False)
    await house.until_dialled()
    await house.check_the_books()
    kept = await house.rows(select(call.c.joined_at))
    assert len([row for row in kept if row.joined_at]) == 1
    assert len(await house.rows(select(timeline.c.id))) == 2
    assert house.states() == {AgentState.READY: 2}


async def test_an_end_heard_but_not_written_is_written_by_the_next_dialer(house: House):
    await house.furnish(agents=1, far_ends=[TALKS])
    await house.open()
    await house.until(lambda: house.agent_state("agent-1") is AgentState.TALKING)
    # What was heard so far is in the journal; only the end is not.
    await house.until(lambda: house.dialer.writer.pending == 0)
    house.engine.away = True
    await house.until(lambda: not house.dialer.lines.up)
    await house.crash()
    house.engine.away = False
    await house.open(park=False)
    await house.until_dialled()
    await house.check_the_books()
    assert await house.outcomes() == {"connected": 1}


async def test_two_crashes_in_a_row_still_tell_the_truth(house: House):
    await house.furnish(agents=1, far_ends=[FarEnd(ring_s=2, talk_s=120)])
    await house.open()
    await house.until(lambda: call_states(house) == {CallState.RINGING})
    house.exchange.linked = False
    await house.crash()
    # It is answered while nobody is there, and the next dialer joins it.
    await asyncio.sleep(2.5)
    await house.open(park=False)
    await house.until(lambda: house.agent_state("agent-1") is AgentState.TALKING)
    await asyncio.sleep(1)
    await house.crash()
    await asyncio.sleep(1)
    await house.open(park=False)
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 1}
    (kept,) = await house.rows(select(call))
    assert kept.bridged_s == pytest.approx(120, abs=1)
    await house.check_the_books()
