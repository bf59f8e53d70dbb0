"""The dialer is killed with SIGKILL while calls are up: the calls go on, and the next dialer finds every one."""

import asyncio

import pytest

from tests.asterisk.ami import connected
from tests.asterisk.conftest import RunningAsterisk
from tests.asterisk.dialer_sip import RINGS, Manner
from tests.asterisk.dialer_stage import Stage, number, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_calls_go_on_and_are_found_again_and_nobody_is_dialled_twice(
    stage: Stage, dialers_asterisk: RunningAsterisk
) -> None:
    long, short, later, rings, gives_up = (number(n) for n in range(5))
    stage.carrier.manners |= {
        later: Manner(answers_after_s=4.0),
        rings: RINGS,
        gives_up: RINGS,
    }
    agents = ("ana", "bruno", "carla", "davi", "edu")
    await stage.open(
        agents_=agents, numbers=(long, short, later, rings, gives_up), ring_timeout_s=30, wrapup_timeout_s=1
    )
    await stage.start_dialer()
    await stage.park()
    await until(lambda: _all_dialled(stage, 5))
    await until(lambda: _talking(stage, {long, short}))
    before = {login: (await stage.agent(login))["state"] for login in agents}

    stage.kill_dialer()

    # Nobody drives now: one conversation ends, one ringing call is refused, one is answered and hears the message.
    await asyncio.sleep(0.5)
    assert not stage.carrier.by_number[long].ended.is_set(), "a call that was up goes on"
    stage.carrier.by_number[short].hang_up()
    stage.carrier.by_number[gives_up].respond("486 Busy Here")
    stage.carrier.by_number[gives_up].over()
    orphan = await stage.intent(number(9))
    await until(lambda: _answered(stage, later))
    async with connected(dialers_asterisk.settings) as ami:
        await ami.act(Action="CoreShowChannels")
        await ami.event("CoreShowChannelsComplete")
        legs = [event for event in ami.events if event.get("Event") == "CoreShowChannel"]
    assert any(leg["Context"] == "alo-answered" and leg.get("BridgeId") for leg in legs), "they are still joined"

    await stage.start_dialer()

    dials = await stage.until_over(short, gives_up, number(9))
    assert (dials[short].outcome, dials[gives_up].outcome) == ("connected", "busy")
    assert dials[number(9)].id == orphan
    assert dials[number(9)].outcome == "unknown", "an intent that never rang is not dialled again at once"
    assert stage.carrier.dials[number(9)] == 0

    talkers = [login for login in agents if (await stage.agent(login))["state"] == "talking"]
    on_long = [login for login in talkers if (await stage.agent(login))["call"]["number"] == long]
    assert len(on_long) == 1, (before, talkers)
    assert await stage.ask("agent.hangup", login=on_long[0]) is None
    dials = await stage.until_over(long)
    assert (dials[long].outcome, dials[long].ended_by) == ("connected", "agent")

    stage.carrier.by_number[rings].respond("486 Busy Here")
    stage.carrier.by_number[rings].over()
    if not stage.carrier.by_number[later].ended.is_set():
        stage.carrier.by_number[later].hang_up()
    dials = await stage.until_over(later, rings)

    assert dials[rings].outcome == "busy"
    # Answered while no dialer ran: the message may have played, or the new dialer still came in time.
    assert dials[later].outcome in {"abandoned", "connected"}
    assert all(d.rows == 1 and d.row_outcome == d.outcome for d in dials.values())
    assert {n: stage.carrier.dials[n] for n in (long, short, later, rings, gives_up)} == dict.fromkeys(
        (long, short, later, rings, gives_up), 1
    )
    debtor_s, agent_s = stage.leg_seconds(dials[long].id)
    assert dials[long].bridged_s is not None
    assert min(debtor_s, agent_s) >= dials[long].bridged_s - 1.5, "the recording went on while nobody drove"
    for login in agents:
        await stage.until_agent(login, "ready")

    await stage.add_leads([number(20)])
    assert number(20) in (await stage.talking(*await _who_talks(stage, agents))).values()


async def test_a_second_dialer_on_the_same_node_is_refused(stage: Stage) -> None:
    await stage.open()
    await stage.start_dialer()

    code, said = await stage.run_another_dialer()

    assert code == 1
    assert "Another dialer runs for node main" in said


async def _who_talks(stage: Stage, agents: tuple[str, ...]) -> list[str]:
    found: list[str] = []

    async def one() -> bool:
        found[:] = [login for login in agents if (await stage.agent(login))["state"] == "talking"]
        return bool(found)

    await until(one)
    return found


async def _all_dialled(stage: Stage, count: int) -> bool:
    return len(stage.carrier.dials) == count


async def _answered(stage: Stage, n: str) -> bool:
    return stage.carrier.by_number[n].answered.is_set()


async def _talking(stage: Stage, numbers: set[str]) -> bool:
    calls = [(await stage.agent(login))["call"] for login in stage.phones]
    return numbers <= {call["number"] for call in calls if call}
