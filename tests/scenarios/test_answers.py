"""Who picks up and gets no agent, and who is no person: what they hear, what is written, what is counted."""

import asyncio
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from crm.tables import call, campaign, debtor, timeline
from dialer.agent.model import AgentState
from dialer.answer.sounds import Messages
from dialer.asterisk.fake import FarEnd
from dialer.asterisk.port import ExchangeRefusedError
from dialer.call.model import CallState
from tests.scenarios.house import TALKS, House

TWO = {"mode": "ratio", "pacing": {"ratio": 2}}
TALKS_LONG = FarEnd(ring_s=2, talk_s=40)


async def told(house: House, outcome: str) -> list[Any]:
    rows = await house.rows(select(timeline.c.summary, timeline.c.payload))
    return [row for row in rows if row.payload["outcome"] == outcome]


async def test_an_agent_who_is_free_before_the_message_takes_the_call(house: House):
    brief = FarEnd(ring_s=2, talk_s=0.8)
    await house.furnish(agents=1, far_ends=[brief, brief], wrapup_timeout_s=0, **TWO)
    await house.open()
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 2}
    house.check_the_picture()


async def test_an_agent_who_is_free_after_it_began_does_not(house: House):
    brief = FarEnd(ring_s=2, talk_s=3)
    await house.furnish(agents=1, far_ends=[brief, brief], wrapup_timeout_s=0, **TWO)
    await house.open()
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 1, "abandoned": 1}
    (row,) = await told(house, "abandoned")
    assert (row.payload["message"], row.payload["message_s"], row.payload["ended_by"]) == ("whole", 6.0, "system")
    assert 1.7 < row.payload["waited_s"] < 2.0
    await house.check_the_books()
    house.check_the_picture()


async def test_a_debtor_who_hangs_up_during_the_message_heard_a_part_of_it(house: House):
    leaves = FarEnd(ring_s=2.5, patience_s=4.8)
    await house.furnish(agents=1, far_ends=[TALKS_LONG, leaves], **TWO)
    await house.open()
    await house.until_dialled()
    (row,) = await told(house, "abandoned")
    assert row.summary == "Atendeu, mas não havia agente a tempo: desligou durante a mensagem de abandono (3 s)"
    assert (row.payload["message"], row.payload["ended_by"]) == ("part", "debtor")


async def test_who_hangs_up_before_it_is_told_with_the_seconds_waited(house: House):
    await house.furnish(agents=1, far_ends=[TALKS_LONG, FarEnd(ring_s=2.5, patience_s=1.2)], **TWO)
    await house.open()
    await house.until_dialled()
    (row,) = await told(house, "hangup_early")
    assert row.summary == "Atendeu e desligou após 1,2 s, antes de falar com alguém"


async def test_an_abandoned_debtor_rests_for_72_hours_and_the_timeline_says_until_when(house: House):
    await house.furnish(agents=1, far_ends=[TALKS, TALKS], **TWO)
    await house.open()
    await house.until_dialled()
    (row,) = await told(house, "abandoned")
    (rests,) = [r.rests_until for r in await house.rows(select(debtor.c.rests_until)) if r.rests_until is not None]
    assert datetime.fromisoformat(row.payload["rests_until"]) == rests


async def test_a_campaigns_own_message_is_given_to_the_exchange_and_else_the_built_in_one(house: House):
    await house.furnish(agents=1, far_ends=[TALKS], abandonment_message="message-0123456789abcdef")
    await house.open()
    await house.until_dialled()
    builtin = Messages(house._spool / "sounds").of(None, "+551130000000")
    assert [order.message for order in house.exchange.originated] == [builtin], "its own is not on this machine"
    (house._spool / "sounds" / "message-0123456789abcdef.sln").write_bytes(b"\0\0")
    await house.add_debtors([TALKS])
    await house.until_dialled()
    assert house.exchange.originated[-1].message.endswith("/message-0123456789abcdef")


async def test_a_machine_is_found_before_an_agent_is_looked_for(house: House):
    machine = FarEnd(ring_s=2, says="much")
    await house.furnish(agents=1, far_ends=[machine], answer_detection="amd")
    await house.open()
    await house.until_dialled()
    assert await house.outcomes() == {"machine": 1}
    (row,) = await told(house, "machine")
    assert (row.summary, row.payload["machine"]) == ("Caixa postal", "LONGGREETING-1500-1500")
    assert house.states() == {AgentState.READY: 1}
    pacer = house.dialer.floor.desks[1].pacer
    assert pacer.totals == {"dials": 1, "answers": 0, "connected": 0, "abandoned": 0, "lost": 0}
    await house.check_the_books()
    house.check_the_picture()


async def test_of_machines_the_share_that_were_people_counts_as_abandoned_in_every_figure(house: House):
    target = {"false_machine_share": 0.5, "denominator": "live_and_false_machines"}
    machine = FarEnd(ring_s=2, says="much")
    far_ends = [machine, machine, TALKS]
    await house.furnish(agents=1, far_ends=far_ends, answer_detection="amd", pacing={"target": target})
    await house.open()
    await house.until_dialled()
    picture = await house.picture("campaign:1")
    totals = picture["totals"]
    assert (totals["abandoned"], totals["false_machines"], totals["abandonment"]) == (0, 1.0, 0.5)
    assert {window["abandonment"] for window in picture["promise"]["windows"]} == {0.5}


async def test_a_person_who_is_listened_to_first_is_connected_and_has_waited_since_the_pick_up(house: House):
    await house.furnish(agents=1, far_ends=[TALKS], answer_detection="amd")
    await house.open()
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 1}
    ((waited_s,),) = await house.rows(select(call.c.answer_to_joined_s))
    assert 1.6 <= waited_s < 1.8
    await house.check_the_books()
    house.check_the_picture()


async def test_by_the_clock_of_the_answer_listening_makes_the_agent_late_and_by_that_of_the_greeting_not(house: House):
    slow = FarEnd(ring_s=2, talk_s=20, heard_after_s=2.4)
    await house.furnish(agents=1, far_ends=[slow], answer_detection="amd")
    await house.open()
    await house.until_dialled()
    assert {w["abandonment"] for w in (await house.picture("campaign:1"))["promise"]["windows"]} == {1.0}
    async with house.engine.begin() as connection:
        greeting = {"target": {"clock_start": "greeting_end"}}
        await connection.execute(update(campaign).values(pacing=greeting))
    await house.dialer.refresh()
    await house.add_debtors([slow])
    await house.until_dialled()
    windows = (await house.picture("campaign:1"))["promise"]["windows"]
    assert {(w["live"], w["abandonment"]) for w in windows} == {(2, 0.5)}


async def test_who_hangs_up_while_being_listened_to_is_taken_for_a_person(house: House):
    leaves = FarEnd(ring_s=2, patience_s=1.0)
    await house.furnish(agents=1, far_ends=[leaves], answer_detection="amd")
    await house.open()
    await house.until_dialled()
    assert await house.outcomes() == {"hangup_early": 1}
    assert house.dialer.floor.desks[1].pacer.totals["abandoned"] == 1
    house.check_the_picture()


async def test_a_dialer_that_dies_while_a_call_is_listened_to_finds_it_again(house: House):
    slow = FarEnd(ring_s=2, talk_s=20, heard_after_s=4)
    await house.furnish(agents=1, far_ends=[slow], answer_detection="amd")
    await house.open()
    await house.until(lambda: CallState.SCREENING in states(house))
    await house.crash()
    await house.open(park=False)
    assert CallState.SCREENING in states(house)
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 1}
    await house.check_the_books()
    house.check_the_picture()


async def test_a_dialer_that_was_away_for_the_verdict_finds_who_waits_and_for_whom_the_message_plays(house: House):
    slow = FarEnd(ring_s=2, talk_s=20, heard_after_s=3)
    await house.furnish(agents=1, far_ends=[slow, slow], answer_detection="amd", **TWO)
    await house.open()
    await house.until(lambda: states(house) == {CallState.SCREENING})
    await house.crash()
    await asyncio.sleep(3.5)
    await house.open(park=False)
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 1, "abandoned": 1}
    await house.check_the_books()


async def test_connect_first_gives_the_agent_the_call_and_takes_it_away_when_it_is_a_machines(house: House):
    machine = FarEnd(ring_s=2, talk_s=20, says="much")
    await house.furnish(agents=1, far_ends=[machine], answer_detection="connect_first", wrapup_timeout_s=30)
    await house.open()
    await house.until(lambda: house.states() == {AgentState.TALKING: 1})
    await house.until_dialled()
    assert await house.outcomes() == {"machine": 1}
    ((joined_at, bridged_s),) = await house.rows(select(call.c.joined_at, call.c.bridged_s))
    assert joined_at is not None
    assert bridged_s < 3.0
    assert house.states() == {AgentState.READY: 1}, "there is nothing to write down about a machine"
    (row,) = await told(house, "machine")
    assert row.payload["machine"] == "talked for 2.2 s"
    house.check_the_picture()


async def test_connect_first_leaves_people_alone_and_stops_listening(house: House):
    await house.furnish(agents=1, far_ends=[TALKS, FarEnd(ring_s=2, says="nothing")], answer_detection="connect_first")
    await house.open()
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 2}
    assert house.exchange._ears == {}
    await house.check_the_books()
    house.check_the_picture()


async def test_a_machine_found_while_it_waits_for_an_agent_wants_none_any_more(house: House):
    brief, machine = FarEnd(ring_s=2, talk_s=40), FarEnd(ring_s=2.1, says="much")
    await house.furnish(agents=1, far_ends=[brief, machine], answer_detection="connect_first", **TWO)
    # The message would begin first: this exchange lets people wait longer.
    house.exchange._patience_s = 10
    await house.open()
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 1, "machine": 1}
    house.check_the_picture()
    await house.check_the_books()


async def test_a_call_that_cannot_be_listened_to_goes_on(house: House, monkeypatch: pytest.MonkeyPatch):
    async def refuse(_call_id: object) -> None:
        raise ExchangeRefusedError("Asterisk refused Originate: no.")

    monkeypatch.setattr(house.exchange, "listen", refuse)
    await house.furnish(agents=1, far_ends=[FarEnd(ring_s=2, says="much")], answer_detection="connect_first")
    await house.open()
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 1}


def states(house: House) -> set[CallState]:
    return {line.call.state for line in house.dialer.lines.up.values()}
