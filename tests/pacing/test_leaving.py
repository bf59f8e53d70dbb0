"""Agents who will not take another call: nobody is dialled for them, and they come back as agents who stay."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pacing import AgentState, Anomaly, Pacer, Reason
from pacing.agents import AT_WORK, Agents


@pytest.fixture
def pacer() -> Pacer:
    """Two ready agents."""
    pacer = Pacer()
    pacer.agent("ana", "ready", 0.0)
    pacer.agent("bia", "ready", 0.0)
    return pacer


def test_nobody_is_dialled_for_an_agent_who_leaves(pacer):
    pacer.leaving("ana", 1.0)
    decision = pacer.decide(1.0)
    assert decision.launch == 1
    assert (decision.numbers["ready"], decision.numbers["leaving"]) == (1, 1)
    pacer.leaving("bia", 2.0)
    assert (pacer.decide(2.0).launch, pacer.decide(2.0).reason) == (0, Reason.AGENTS_BUSY)


def test_who_stays_after_all_is_dialled_for_again(pacer):
    pacer.leaving("ana", 1.0)
    pacer.staying("ana", 2.0)
    assert pacer.decide(2.0).launch == 2
    assert pacer.anomalies == {}


@pytest.mark.parametrize("away", ["paused", "offline"])
def test_who_left_and_came_back_is_an_agent_like_any_other(pacer, away):
    pacer.leaving("ana", 1.0)
    pacer.agent("ana", away, 2.0)
    assert pacer.decide(2.0).numbers["leaving"] == 0
    pacer.agent("ana", "ready", 3.0)
    assert pacer.decide(3.0).launch == 2


def test_a_call_and_its_wrap_up_do_not_change_that_an_agent_leaves(pacer):
    pacer.placed("a", 1.0)
    pacer.answered("a", 2.0)
    pacer.connected("a", "ana", 2.0)
    pacer.leaving("ana", 3.0)
    pacer.agent("ana", "wrapup", 60.0)
    pacer.agent("ana", "ready", 70.0)
    assert pacer.decide(70.0).launch == 1


def test_leaving_told_of_nobody_or_twice_is_counted(pacer):
    pacer.leaving("caio", 1.0)
    pacer.staying("caio", 1.0)
    pacer.staying("ana", 1.0)
    pacer.leaving("ana", 1.0)
    pacer.leaving("ana", 1.0)
    pacer.agent("bia", "paused", 1.0)
    pacer.leaving("bia", 1.0)
    assert pacer.anomalies == {Anomaly.UNKNOWN_AGENT: 2, Anomaly.REPEATED: 3}
    assert pacer.decide(1.0).launch == 0


@settings(deadline=None)
@given(
    moves=st.lists(st.tuples(st.sampled_from("abc"), st.one_of(st.sampled_from(AgentState), st.booleans()))),
)
def test_the_counts_are_those_of_the_agents(moves):
    agents, states, leaving = Agents(), {}, set()
    for agent, move in moves:
        if isinstance(move, AgentState):
            agents.move(agent, move)
            states[agent] = move
            leaving -= {agent} if move not in AT_WORK else set()
        else:
            changes = states.get(agent) in AT_WORK and move is not (agent in leaving)
            assert agents.set_leaving(agent, leaving=move) is changes
            leaving = leaving ^ {agent} if changes else leaving
        for state in set(AgentState) - {AgentState.OFFLINE}:
            held = {agent for agent in states if states[agent] is state}
            assert agents.count(state) == len(held)
            assert agents.count_staying(state) == len(held - leaving)
        assert agents.count(AgentState.OFFLINE) == 0
        assert agents.leaving == len(leaving)
        assert agents.at_work == sum(state in AT_WORK for state in states.values())
