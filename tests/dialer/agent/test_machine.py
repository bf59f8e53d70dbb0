"""What every fact does to an agent in every state. The plan below is written by hand: the table must agree with it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.agent.machine import step
from dialer.agent.model import (
    Agent,
    AgentFact,
    AgentState,
    Freed,
    Gone,
    LeaveAsked,
    Parked,
    PauseAsked,
    ReadyAsked,
    Reserved,
    TalkEnded,
    TalkStarted,
    WrappedUp,
)
from dialer.agent.table import TABLE
from dialer.call.model import AgentLogin, CallId

PLAN = """
offline   Parked       ready
ready     Reserved     reserved
ready     PauseAsked   paused
ready     LeaveAsked   paused
ready     ReadyAsked   ready
ready     Parked       ready
ready     Gone         offline
reserved  TalkStarted  talking
reserved  Freed        ready
reserved  PauseAsked   reserved
reserved  LeaveAsked   reserved
reserved  ReadyAsked   reserved
reserved  Parked       reserved
reserved  Gone         offline
talking   TalkEnded    wrapup
talking   PauseAsked   talking
talking   LeaveAsked   talking
talking   ReadyAsked   talking
talking   Parked       talking
talking   Gone         offline
wrapup    WrappedUp    ready
wrapup    PauseAsked   wrapup
wrapup    LeaveAsked   wrapup
wrapup    ReadyAsked   wrapup
wrapup    Parked       wrapup
wrapup    Gone         offline
paused    ReadyAsked   ready
paused    PauseAsked   paused
paused    LeaveAsked   paused
paused    Parked       paused
paused    Gone         offline
"""
EXPECTED = {(AgentState(state), kind): AgentState(to) for state, kind, to in map(str.split, PLAN.strip().splitlines())}

T0 = datetime(2026, 3, 2, 15, tzinfo=UTC)
CALL, LEG, OTHER_LEG = CallId("6a7a3c0e-5f0e-4f57-9d5c-0a2f6f2c9b11"), "PJSIP/ana-00000001", "PJSIP/ana-00000002"


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


LATER = at(60)
EVERY_FACT: dict[str, AgentFact] = {
    type(fact).__name__: fact
    for fact in (
        Parked(at=LATER, channel=LEG),
        Gone(at=LATER, channel=LEG),
        Reserved(at=LATER, call=CALL),
        Freed(at=LATER),
        TalkStarted(at=LATER, call=CALL),
        TalkEnded(at=LATER),
        WrappedUp(at=LATER),
        PauseAsked(at=LATER),
        LeaveAsked(at=LATER),
        ReadyAsked(at=LATER),
    )
}
PAIRS = [(state, kind) for state in AgentState for kind in EVERY_FACT]


def after(*facts: AgentFact) -> Agent:
    agent = Agent(login=AgentLogin("ana"), state=AgentState.OFFLINE, since=T0)
    for fact in facts:
        taken = step(agent, fact)
        assert taken.anomaly is None, taken.anomaly
        agent = taken.agent
    return agent


PARKED, RESERVED = Parked(at=at(1), channel=LEG), Reserved(at=at(2), call=CALL)
TALK_STARTED, TALK_ENDED = TalkStarted(at=at(3), call=CALL), TalkEnded(at=at(9))
BY_STATE = {
    AgentState.OFFLINE: after(),
    AgentState.READY: after(PARKED),
    AgentState.RESERVED: after(PARKED, RESERVED),
    AgentState.TALKING: after(PARKED, RESERVED, TALK_STARTED),
    AgentState.WRAPUP: after(PARKED, RESERVED, TALK_STARTED, TALK_ENDED),
    AgentState.PAUSED: after(PARKED, PauseAsked(at=at(2))),
}


def test_there_is_an_example_of_every_fact():
    assert set(EVERY_FACT) == {kind.__name__ for kind in get_args(AgentFact)}


def test_the_table_holds_what_is_planned_and_nothing_else():
    assert {(state, kind.__name__) for state, kind in TABLE} == set(EXPECTED)


@pytest.mark.parametrize(("state", "kind"), [pair for pair in PAIRS if pair in EXPECTED])
def test_a_fact_in_its_place_leads_on(state, kind):
    taken = step(BY_STATE[state], EVERY_FACT[kind])
    assert taken.agent.state is EXPECTED[state, kind]
    assert taken.anomaly is None


@pytest.mark.parametrize(("state", "kind"), [pair for pair in PAIRS if pair not in EXPECTED])
def test_a_fact_out_of_place_is_named_and_changes_nothing(state, kind):
    taken = step(BY_STATE[state], EVERY_FACT[kind])
    assert taken.anomaly == f"{kind} while {state}"
    assert taken.agent is BY_STATE[state]


def test_the_call_stays_in_hand_through_wrap_up():
    assert BY_STATE[AgentState.RESERVED].call == BY_STATE[AgentState.WRAPUP].call == CALL
    assert after(PARKED, RESERVED, TALK_STARTED, TALK_ENDED, WrappedUp(at=at(12))).call is None


def test_a_reservation_that_comes_to_nothing_leaves_no_call():
    assert after(PARKED, RESERVED, Freed(at=at(4))).call is None


def test_a_pause_asked_for_while_busy_begins_after_the_wrap_up():
    agent = after(PARKED, RESERVED, TALK_STARTED, PauseAsked(at=at(5)), TALK_ENDED, WrappedUp(at=at(12)))
    assert (agent.state, agent.pause_wanted, agent.since) == (AgentState.PAUSED, False, at(12))


def test_a_pause_asked_for_can_be_taken_back():
    agent = after(PARKED, RESERVED, PauseAsked(at=at(2.5)), ReadyAsked(at=at(2.6)), Freed(at=at(4)))
    assert agent.state is AgentState.READY


def test_asking_twice_for_a_pause_does_not_leave_a_second_one_behind():
    asked = (PauseAsked(at=at(2)), PauseAsked(at=at(3)), ReadyAsked(at=at(4)))
    assert after(PARKED, *asked, Reserved(at=at(5), call=CALL), Freed(at=at(6))).state is AgentState.READY


def test_a_log_out_asked_for_while_busy_waits_in_a_pause_for_the_leg_to_end():
    agent = after(PARKED, RESERVED, TALK_STARTED, LeaveAsked(at=at(5)), TALK_ENDED, WrappedUp(at=at(12)))
    assert (agent.state, agent.pause_wanted, agent.leave_wanted) == (AgentState.PAUSED, False, True)
    agent = step(agent, Gone(at=at(13), channel=LEG)).agent
    assert (agent.state, agent.leave_wanted) == (AgentState.OFFLINE, False)


@pytest.mark.parametrize("instead", [PauseAsked(at=at(6)), ReadyAsked(at=at(6))])
def test_a_log_out_asked_for_can_be_taken_back(instead: AgentFact):
    assert after(PARKED, RESERVED, TALK_STARTED, LeaveAsked(at=at(5))).leave_wanted
    assert not after(PARKED, RESERVED, TALK_STARTED, LeaveAsked(at=at(5)), instead).leave_wanted
    assert not after(PARKED, LeaveAsked(at=at(5)), instead).leave_wanted


def test_the_time_in_a_state_runs_from_its_beginning():
    assert after(PARKED, ReadyAsked(at=at(30))).since == at(1)
    assert after(PARKED, RESERVED).since == at(2)


def test_the_loss_of_an_older_leg_does_not_take_the_new_one_away():
    agent = after(PARKED, Parked(at=at(2), channel=OTHER_LEG))
    assert step(agent, Gone(at=at(3), channel=LEG)).agent is agent
    assert step(agent, Gone(at=at(3), channel=OTHER_LEG)).agent.state is AgentState.OFFLINE


def test_who_is_gone_has_no_leg_no_call_and_no_pause_left():
    agent = after(PARKED, RESERVED, TALK_STARTED, PauseAsked(at=at(5)), Gone(at=at(6), channel=LEG))
    assert agent == replace(BY_STATE[AgentState.OFFLINE], since=at(6))


facts = st.lists(
    st.one_of(
        st.sampled_from([*EVERY_FACT.values(), Parked(at=LATER, channel=OTHER_LEG), Gone(at=LATER, channel=OTHER_LEG)])
    ),
    max_size=40,
)


@given(facts)
def test_whatever_happens_an_agent_has_a_leg_unless_offline_and_a_call_only_while_busy(told: list[AgentFact]):
    agent = BY_STATE[AgentState.OFFLINE]
    for fact in told:
        agent = step(agent, fact).agent
        busy = agent.state in {AgentState.RESERVED, AgentState.TALKING, AgentState.WRAPUP}
        assert (agent.channel is None) is (agent.state is AgentState.OFFLINE)
        assert (agent.call is not None) is busy
        assert busy or not agent.pause_wanted
        assert not agent.leave_wanted or agent.pause_wanted or agent.state is AgentState.PAUSED
