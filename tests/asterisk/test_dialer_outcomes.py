"""One call of each kind through the dialer's own process: what the far end does, and what is written of it."""

import asyncio

import pytest

from dialer.call.causes import cause_of_sip, outcome_of_sip
from tests.asterisk.dialer_sip import RINGS, Manner
from tests.asterisk.dialer_stage import Stage, number, until

SIP_ERRORS = (
    *(
        400,
        401,
        402,
        403,
        404,
        405,
        406,
        407,
        408,
        409,
        410,
        411,
        412,
        413,
        414,
        415,
        416,
        417,
        418,
        420,
        421,
        422,
        423,
    ),
    *(
        424,
        425,
        428,
        429,
        430,
        433,
        436,
        437,
        438,
        439,
        440,
        469,
        470,
        480,
        481,
        482,
        483,
        484,
        485,
        486,
        487,
        488,
        489,
    ),
    *(491, 493, 494, 499, 500, 501, 502, 503, 504, 505, 513, 555, 580, 599, 600, 603, 604, 606, 607, 608, 699),
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_every_far_end_gets_its_outcome_one_timeline_row_and_a_free_agent(stage: Stage) -> None:
    talks, busy, silent, dead, full, brief = (number(n) for n in range(6))
    stage.carrier.manners |= {
        busy: Manner(refuses="486 Busy Here"),
        silent: RINGS,
        dead: Manner(refuses="404 Not Found"),
        full: Manner(refuses="503 Service Unavailable"),
        brief: Manner(hangs_up_after_s=0.05),
    }
    numbers = (talks, busy, silent, dead, full, brief)
    await stage.open(agents_=("ana", "bruno"), numbers=numbers, ratio=3, ring_timeout_s=4, wrapup_timeout_s=1)
    await stage.start_dialer()
    await stage.park()
    dials = await stage.until_over(busy, silent, dead, full, brief)

    assert {n: dials[n].outcome for n in (busy, silent, dead, full)} == {
        busy: "busy",
        silent: "noanswer",
        dead: "dead_number",
        full: "congestion",
    }
    # Whoever hangs up while being joined was answered: with an agent on the line, or just before.
    assert dials[brief].outcome in {"connected", "hangup_early"}
    assert dials[brief].answered
    assert dials[dead].point == "dead"
    assert dials[full].attempts == 0, "the carrier's congestion consumes no attempt"
    assert all(dials[n].rests for n in (busy, silent, full))

    (login,) = {a for a in ("ana", "bruno") if (await stage.agent(a))["state"] == "talking"}
    assert await stage.ask("agent.hangup", login=login) is None
    dials = await stage.until_over(talks)

    assert (dials[talks].outcome, dials[talks].ended_by, dials[talks].agent) == ("connected", "agent", login)
    assert dials[talks].joined_s is not None
    assert dials[talks].joined_s < 2.0
    assert dials[talks].finalise_jobs == 1
    assert all(d.rows == 1 and d.row_outcome == d.outcome for d in dials.values())
    for agent in ("ana", "bruno"):
        await stage.until_agent(agent, "ready")


async def test_every_sip_error_gets_the_cause_and_the_outcome_of_its_table(stage: Stage) -> None:
    """One call for each status the registry of SIP parameters knows, and one of each class that nobody knows."""
    refused = {number(n): status for n, status in enumerate(SIP_ERRORS)}
    stage.carrier.manners |= {n: Manner(refuses=f"{status} No") for n, status in refused.items()}
    await stage.open(numbers=refused, ratio=8, ring_timeout_s=8)
    await stage.start_dialer()
    await stage.park()
    dials = await stage.until_over(*refused)

    assert {status: dials[n].cause for n, status in refused.items()} == {s: cause_of_sip(s) for s in SIP_ERRORS}
    assert {status: dials[n].outcome for n, status in refused.items()} == {s: outcome_of_sip(s) for s in SIP_ERRORS}
    assert {dials[n].point for n, s in refused.items() if outcome_of_sip(s) == "dead_number"} == {"dead"}
    assert {dials[n].attempts for n, s in refused.items() if outcome_of_sip(s) == "congestion"} == {0}


async def test_nobody_listens_at_the_trunk(stage: Stage) -> None:
    await stage.open(numbers=[number(0)], trunk="gone", ring_timeout_s=4)
    await stage.start_dialer()
    await stage.park()

    dials = await stage.until_over(number(0))

    assert dials[number(0)].outcome in {"noanswer", "congestion", "failed"}
    assert not dials[number(0)].answered
    await stage.until_agent("ana", "ready")


async def test_no_agent_in_time_and_the_message_plays_two_seconds_after_the_answer(stage: Stage) -> None:
    stage.carrier.manners[number(0)] = Manner(answers_after_s=1.5)
    await stage.open(numbers=[number(0)])
    await stage.start_dialer()
    await stage.park()
    await until(lambda: _dialled(stage, number(0)))
    assert await stage.ask("agent.pause", login="ana", reason="lunch") is None

    dials = await stage.until_over(number(0))

    assert dials[number(0)].outcome == "abandoned"
    assert dials[number(0)].finalise_jobs == 1, "what was heard is kept"
    facts = await stage.facts(dials[number(0)].id)
    assert 1.5 <= (facts["PatienceOver"] - facts["Answered"]).total_seconds() <= 2.0
    await until(lambda: _counted_abandoned(stage))
    assert (await stage.agent("ana"))["state"] == "paused"


async def test_an_agents_work_after_and_during_a_call(stage: Stage) -> None:
    await stage.open(numbers=[number(0), number(1)], wrapup_timeout_s=4)
    await stage.start_dialer()
    await stage.park()
    first = (await stage.talking("ana"))["ana"]
    call = (await stage.agent("ana"))["call"]["id"]

    early = await stage.ask("agent.disposition", login="ana", call_id=call, code="promise", data={})
    assert early is not None
    assert "hang up first" in early
    assert await stage.ask("agent.hangup", login="ana") is None
    await stage.until_agent("ana", "wrapup")
    wrong = await stage.ask("agent.disposition", login="ana", call_id=call, code="nonsense", data={})
    assert wrong is not None
    assert (
        await stage.ask("agent.disposition", login="ana", call_id=call, code="promise", data={"amount_cents": 9})
        is None
    )
    assert (await stage.dials())[first].disposition == "promise"
    assert (await stage.dials())[first].lead == "closed"

    (second,) = {number(0), number(1)} - {first}
    await until(lambda: _talks_to(stage, "ana", second))
    assert await stage.ask("agent.pause", login="ana", reason="lunch") is None
    stage.carrier.by_number[second].hang_up()
    await stage.until_agent("ana", "wrapup")
    # The wrap-up time runs out, and the pause asked for during the call begins.
    await stage.until_agent("ana", "paused")
    assert (await stage.dials())[second].ended_by == "debtor"


async def test_an_agents_softphone_drops_in_the_middle_of_a_call(stage: Stage) -> None:
    await stage.open(numbers=[number(0), number(1)], wrapup_timeout_s=1)
    await stage.start_dialer()
    await stage.park()
    first = (await stage.talking("ana"))["ana"]
    leg = stage.phones["ana"].leg
    assert leg is not None

    leg.hang_up()
    dials = await stage.until_over(first)

    assert (dials[first].outcome, dials[first].ended_by) == ("connected", "agent")
    await stage.until_agent("ana", "offline")
    await asyncio.sleep(1)
    assert set(await stage.dials()) == {first}, "nobody is dialled while nobody is there"
    await stage.park()
    assert (await stage.talking("ana"))["ana"] != first


async def _dialled(stage: Stage, n: str) -> bool:
    return stage.carrier.dials[n] == 1


async def _talks_to(stage: Stage, login: str, n: str) -> bool:
    picture = await stage.agent(login)
    return picture["state"] == "talking" and picture["call"] is not None and picture["call"]["number"] == n


async def _counted_abandoned(stage: Stage) -> bool:
    return bool((await stage.picture()).get("totals", {}).get("abandoned") == 1)
