"""An ordinary day: a list is dialled, every far end there is answers or does not, and the books are right."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import select, text

from crm.tables import call, call_fact, lead, timeline
from dialer.agent.model import AgentState
from dialer.asterisk.fake import FarEnd
from tests.scenarios.house import TALKS, House

BUSY, DEAD = FarEnd(kind="busy"), FarEnd(kind="dead")
RINGS_OUT, REFUSED = FarEnd(kind="rings_out"), FarEnd(kind="refused")
HANGS_UP_SOON = FarEnd(ring_s=2, patience_s=1.0)


async def test_every_kind_of_far_end_has_its_outcome(house: House):
    far_ends = [TALKS, BUSY, DEAD, RINGS_OUT, TALKS, BUSY, DEAD, RINGS_OUT, TALKS, TALKS, TALKS]
    await house.furnish(agents=3, far_ends=far_ends, ring_timeout_s=10)
    await house.open()
    await house.until_dialled()
    await house.check_the_books()
    house.check_the_picture()
    assert await house.outcomes() == {"connected": 5, "busy": 2, "dead_number": 2, "noanswer": 2}
    assert house.states() == {AgentState.READY: 3}
    assert len({order.number for order in house.exchange.originated}) == len(far_ends)


async def test_a_refused_dial_is_congestion_and_the_lead_is_tried_again(house: House):
    await house.furnish(agents=1, far_ends=[REFUSED])
    await house.open()
    await house.until_dialled()
    assert await house.outcomes() == {"congestion": 1}
    house.exchange.far_ends[house.exchange.originated[0].number] = TALKS
    await house.until(lambda: len(house.exchange.originated) == 2)
    await house.until_dialled()
    assert await house.outcomes() == {"congestion": 1, "connected": 1}
    await house.check_the_books()
    house.check_the_picture()


async def test_progressive_never_dials_more_than_the_agents_can_take(house: House):
    await house.furnish(agents=4, far_ends=[TALKS] * 16)
    await house.open()
    most = 0
    while not all(d.empty for d in house.dialer.diallings.values()):
        most = max(most, len(house.dialer.lines.up))
        await asyncio.sleep(0.1)
    assert most == 4
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 16}
    await house.check_the_books()
    house.check_the_picture()


async def test_the_timeline_tells_the_talk_and_the_recording_is_ordered(house: House):
    await house.furnish(agents=1, far_ends=[TALKS])
    await house.open()
    await house.until_dialled()
    (row,) = await house.rows(select(timeline))
    assert row.summary == "Ligação atendida: 0:20 de conversa"
    assert row.actor == "agent:agent-1"
    assert row.links == {"attempt": row.links["attempt"], "call": row.links["attempt"]}
    assert row.payload["talked_s"] == pytest.approx(20, abs=0.2)
    assert row.payload["answer_to_joined_s"] == pytest.approx(0, abs=0.2)
    (kept,) = await house.rows(select(call))
    assert (kept.ended_by, kept.bridged_s) == ("debtor", pytest.approx(20, abs=0.2))
    (job,) = await house.rows(
        text("select queue_name, args from procrastinate_jobs where task_name = 'recording.finalise'")
    )
    assert job.queue_name == "recording"
    assert job.args["call_id"] == row.links["call"]
    journal = await house.rows(select(call_fact.c.kind).order_by(call_fact.c.id))
    assert [fact.kind for fact in journal] == ["Rang", "Answered", "AgentFound", "Joined", "HungUp"]


async def test_nobody_free_in_time_is_abandoned_counted_and_told(house: House):
    """Two calls for one agent: the law of ratio may do that, and it must be honest about it."""
    await house.furnish(agents=1, far_ends=[TALKS, TALKS], mode="ratio", pacing={"ratio": 2})
    await house.open()
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 1, "abandoned": 1}
    told = Counter(row.summary for row in await house.rows(select(timeline.c.summary)))
    assert told["Atendeu, mas não havia agente a tempo: ouviu a mensagem de abandono até o fim (6 s)"] == 1
    await house.check_the_books()
    house.check_the_picture()
    pacer = house.dialer.floor.desks[1].pacer
    assert pacer.totals == {"dials": 2, "answers": 2, "connected": 1, "abandoned": 1, "lost": 0}
    picture = await house.picture("campaign:1")
    assert picture["totals"]["abandoned"] == 1
    assert picture["totals"]["abandonment"] == 0.5


async def test_who_hangs_up_before_two_seconds_is_no_abandonment_in_the_books(house: House):
    await house.furnish(agents=1, far_ends=[HANGS_UP_SOON])
    await house.open()
    house.exchange.refuse_joins = 1000
    await house.until_dialled()
    assert await house.outcomes() == {"hangup_early": 1}
    await house.check_the_books()
    assert house.states() == {AgentState.READY: 1}


async def test_a_number_that_is_dead_is_not_dialled_again(house: House):
    await house.furnish(agents=1, far_ends=[DEAD])
    await house.open()
    await house.until_dialled()
    await asyncio.sleep(90)
    assert len(house.exchange.originated) == 1
    (row,) = await house.rows(select(lead.c.status, lead.c.closed_reason))
    assert tuple(row) == ("closed", "no_active_phone")


async def test_a_stop_leaves_calls_to_the_exchange_and_the_next_start_finds_them(house: House):
    await house.furnish(agents=2, far_ends=[FarEnd(ring_s=2, talk_s=60)] * 2)
    await house.open()
    await house.until(lambda: house.states()[AgentState.TALKING] == 2)
    up = set(house.dialer.lines.up)
    await house.dialer.stop()
    house.exchange.facts = asyncio.Queue()
    await house.open(park=False)
    assert set(house.dialer.lines.up) == up
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 2}
    await house.check_the_books()
