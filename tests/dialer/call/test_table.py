"""What every fact does in every state. The plan below is written by hand: the table must agree with it."""

from typing import get_args

import pytest

from dialer.call.machine import step
from dialer.call.model import CallFact, CallState, Order
from dialer.call.table import TABLE
from tests.dialer.call.facts import BY_STATE, EVERY_FACT

PLAN = """
placed     Rang             ringing
placed     PickedUp         screening
placed     Answered         waiting    find_agent
placed     HangupAsked      placed     hang_up
placed     HungUp           ended      finish
placed     OriginateFailed  ended      finish
placed     Vanished         ended      finish
ringing    Rang             ringing
ringing    PickedUp         screening
ringing    Answered         waiting    find_agent
ringing    HangupAsked      ringing    hang_up
ringing    HungUp           ended      finish
ringing    OriginateFailed  ended      finish
ringing    Vanished         ended      finish
screening  Answered         waiting    find_agent
screening  MachineFound     machine
screening  HangupAsked      screening  hang_up
screening  HungUp           ended      finish
screening  Vanished         ended      finish
waiting    AgentFound       joining    bridge
waiting    MachineFound     machine    stop_waiting hang_up
waiting    PatienceOver     abandoned  count_abandoned
waiting    HangupAsked      waiting    hang_up
waiting    HungUp           ended      finish
waiting    Vanished         ended      finish
joining    Joined           talking    start_talk
joining    JoinFailed       waiting    free_agent find_agent
joining    AgentLeft        waiting    free_agent find_agent
joining    PatienceOver     joining
joining    MessageOver      joining
joining    MachineFound     joining    hang_up
joining    HangupAsked      joining    hang_up
joining    HungUp           ended      free_agent finish
joining    Vanished         ended      free_agent finish
talking    AgentLeft        talking    hang_up
talking    MachineFound     talking    hang_up
talking    HangupAsked      talking    hang_up
talking    HungUp           ended      wrap_up finish
talking    Vanished         ended      wrap_up finish
abandoned  MessageOver      abandoned
abandoned  HangupAsked      abandoned  hang_up
abandoned  HungUp           ended      finish
abandoned  Vanished         ended      finish
machine    HangupAsked      machine    hang_up
machine    HungUp           ended      finish
machine    Vanished         ended      finish
"""

EXPECTED: dict[tuple[CallState, str], tuple[CallState, tuple[Order, ...]]] = {
    (CallState(row[0]), row[1]): (CallState(row[2]), tuple(Order(order) for order in row[3:]))
    for row in (line.split() for line in PLAN.strip().splitlines())
}
PAIRS = [(state, kind) for state in CallState for kind in EVERY_FACT]


def test_there_is_an_example_of_every_fact():
    assert set(EVERY_FACT) == {kind.__name__ for kind in get_args(CallFact)}


def test_the_table_holds_what_is_planned_and_nothing_else():
    assert {(state, kind.__name__) for state, kind in TABLE} == set(EXPECTED)


@pytest.mark.parametrize(("state", "kind"), [pair for pair in PAIRS if pair in EXPECTED])
def test_a_fact_in_its_place_leads_on(state, kind):
    taken = step(BY_STATE[state], EVERY_FACT[kind])
    assert (taken.call.state, taken.orders) == EXPECTED[state, kind]
    assert taken.anomaly is None


@pytest.mark.parametrize(("state", "kind"), [pair for pair in PAIRS if pair not in EXPECTED])
def test_a_fact_out_of_place_is_named_and_changes_nothing(state, kind):
    taken = step(BY_STATE[state], EVERY_FACT[kind])
    assert taken.anomaly == f"{kind} while {state}"
    assert taken.call is BY_STATE[state]
    assert taken.orders == ()
