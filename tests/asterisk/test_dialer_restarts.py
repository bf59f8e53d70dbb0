"""What a dialer finds when it comes back, and what it makes of an Asterisk that went and came back."""

import asyncio
import os
import signal

import pytest

from crm.errors import CommandNotAnsweredError
from tests.asterisk.conftest import RunningAsterisk
from tests.asterisk.dialer_sip import RINGS
from tests.asterisk.dialer_stage import UP, Stage, number, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

LOST = "the link to Asterisk was lost"


async def test_desks_are_found_as_they_were_and_a_newcomer_may_register(stage: Stage) -> None:
    await stage.open(agents_=("ana", "bruno"), numbers=[number(0), number(1)])
    await stage.start_dialer()
    await stage.park()
    to = await stage.talking("ana", "bruno")
    calls = {login: (await stage.agent(login))["call"]["id"] for login in to}
    assert await stage.ask("agent.pause", login="bruno", reason="lunch") is None
    for login in ("bruno", "ana"):
        stage.carrier.by_number[to[login]].hang_up()
        await stage.until_agent(login, "wrapup")
    said = {"call_id": calls["bruno"], "code": "refusal", "data": {}}
    assert await stage.ask("agent.disposition", login="bruno", **said) is None
    await stage.until_agent("bruno", "paused")

    stage.kill_dialer()
    await stage.add_agent("carla")
    await stage.start_dialer()

    found = await stage.agent("ana")
    assert (found["state"], found["call"]["id"]) == ("wrapup", calls["ana"])
    said = {"call_id": calls["ana"], "code": "promise", "data": {}}
    assert await stage.ask("agent.disposition", login="ana", **said) is None
    assert (await stage.dials())[to["ana"]].disposition == "promise"
    assert (await stage.agent("bruno"))["state"] == "paused"
    await stage.park("carla")
    await stage.until_agent("carla", "ready")
    assert await stage.ask("agent.ready", login="bruno") is None
    for login in ("ana", "bruno", "carla"):
        await stage.until_agent(login, "ready")


async def test_a_debtor_nobody_was_there_for_is_counted_as_abandoned_from_the_exchanges_journal(stage: Stage) -> None:
    busy, waits, rings = number(0), number(1), number(2)
    stage.carrier.manners |= {waits: RINGS, rings: RINGS}
    await stage.open(numbers=[busy, waits, rings], ratio=3)
    await stage.start_dialer()
    await stage.park()
    await stage.talking("ana")
    await until(lambda: _rings(stage, waits, rings))

    # One has just been answered and waits; the other is picked up while nobody is there.
    await stage.carrier.by_number[waits].answer()
    await asyncio.sleep(0.5)
    stage.kill_dialer()
    with pytest.raises(CommandNotAnsweredError):
        await stage.ask("agent.hangup", login="ana")
    await stage.carrier.by_number[rings].answer()
    for n in (waits, rings):
        await asyncio.wait_for(stage.carrier.by_number[n].ended.wait(), 40)
    await stage.start_dialer()

    dials = await stage.until_over(waits, rings)
    for n in (waits, rings):
        assert (dials[n].outcome, dials[n].rows, dials[n].row_outcome) == ("abandoned", 1, "abandoned")
        assert dials[n].finalise_jobs == 1
        debtor_s, _ = stage.leg_seconds(dials[n].id)
        assert debtor_s > 2
    # Nor is a hang-up obeyed that was asked so long ago: whom it would hit nobody knows.
    assert (await stage.agent("ana"))["state"] == "talking"
    assert not stage.carrier.by_number[busy].ended.is_set()
    assert set(stage.carrier.dials.values()) == {1}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_an_asterisk_that_restarts_ends_its_calls_and_dialling_goes_on(
    how: signal.Signals, stage: Stage, dialers_asterisk: RunningAsterisk
) -> None:
    talks, rings = number(0), number(1)
    stage.carrier.manners[rings] = RINGS
    await stage.open(numbers=[talks, rings], ratio=2, wrapup_timeout_s=1)
    await stage.start_dialer()
    began_s = asyncio.get_running_loop().time()
    await stage.park()
    await stage.talking("ana")
    await until(lambda: _rings(stage, rings))
    up, talked_s = stage.said(UP), 3.0
    await asyncio.sleep(talked_s)

    pid = dialers_asterisk.process.pid
    assert pid is not None
    os.kill(pid, how)
    up_s = asyncio.get_running_loop().time() - began_s
    await asyncio.to_thread(dialers_asterisk.process.stop)
    for phone in (stage.carrier, stage.phones["ana"]):
        for call in phone.calls.values():
            call.over()
    await stage.add_leads([number(2)])
    await until(lambda: _said(stage, LOST, 1))
    await asyncio.to_thread(dialers_asterisk.process.start)
    await until(lambda: _said(stage, UP, up + 1))

    await stage.until_agent("ana", "offline")
    dials = await stage.until_over(talks, rings)
    assert dials[talks].outcome == "connected"
    assert dials[talks].bridged_s is not None
    assert dials[rings].outcome in {"unknown", "noanswer", "failed"}
    assert all((d.rows, d.row_outcome) == (1, d.outcome) for d in dials.values())
    assert stage.carrier.dials[number(2)] == 0, "nobody is dialled for nobody"
    assert talked_s - 1.0 < dials[talks].bridged_s < up_s + 2.0, "the time without Asterisk is no talk"

    await stage.park("ana")
    assert await stage.talking("ana") == {"ana": number(2)}
    assert set(stage.carrier.dials.values()) == {1}


async def _rings(stage: Stage, *numbers: str) -> bool:
    dialled = stage.carrier.by_number
    return all(n in dialled and not dialled[n].answered.is_set() for n in numbers)


async def _said(stage: Stage, words: str, times: int) -> bool:
    return stage.said(words) >= times
