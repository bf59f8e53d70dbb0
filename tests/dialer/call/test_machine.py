"""What a call remembers on its way, and how its end is told."""

import pytest

from crm.model import Outcome
from dialer.call.causes import unanswered_outcome
from dialer.call.machine import step
from dialer.call.model import (
    AgentLeft,
    AgentLogin,
    Answered,
    Call,
    CallFact,
    CallState,
    HangupAsked,
    HungUp,
    Joined,
    JoinFailed,
    Order,
    OriginateFailed,
    PatienceOver,
    Vanished,
)
from tests.dialer.call.facts import (
    ANA,
    ANSWERED,
    FOUND,
    HUNG_UP,
    JOINED,
    LEFT,
    MACHINE,
    MESSAGE_OVER,
    PATIENCE_OVER,
    PICKED_UP,
    RANG,
    after,
    at,
    placed,
)

TALK = (RANG, ANSWERED, FOUND, JOINED)
JOIN_FAILED = JoinFailed(at=at(6), why="no such channel")


def test_a_connected_call_remembers_its_times_and_its_agent():
    assert after(*TALK, HUNG_UP) == Call(
        id=placed().id,
        state=CallState.ENDED,
        placed_at=at(0),
        answered_at=at(5),
        live_at=at(5),
        agent=ANA,
        joined_at=at(5.2),
        ended_at=at(30),
        ended_by="debtor",
        outcome=Outcome.CONNECTED,
        hangup_cause=16,
    )


@pytest.mark.parametrize(
    ("facts", "by"),
    [
        ((*TALK, HUNG_UP), "debtor"),
        ((*TALK, HangupAsked(at=at(20), by="agent"), HUNG_UP), "agent"),
        ((*TALK, HangupAsked(at=at(20), by="system"), HUNG_UP), "system"),
        ((*TALK, HangupAsked(at=at(20), by="agent"), HangupAsked(at=at(21), by="system"), HUNG_UP), "agent"),
        ((*TALK, LEFT, HUNG_UP), "agent"),
        ((*TALK, HangupAsked(at=at(19), by="system"), LEFT, HUNG_UP), "system"),
        ((*TALK, Vanished(at=at(30), answered_at=None, outcome=Outcome.UNKNOWN)), "system"),
        ((RANG, ANSWERED, HUNG_UP), "debtor"),
        ((RANG, HUNG_UP), "system"),
    ],
)
def test_who_ended_it_is_whoever_was_first(facts: tuple[CallFact, ...], by: str):
    assert after(*facts).ended_by == by


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ((HungUp(at=at(1), cause=1),), Outcome.DEAD_NUMBER),
        ((OriginateFailed(at=at(1), why="refused", cause=34),), Outcome.CONGESTION),
        ((RANG, HungUp(at=at(9), cause=17)), Outcome.BUSY),
        ((RANG, HungUp(at=at(9), cause=0)), Outcome.NOANSWER),
        ((RANG, Vanished(at=at(9), answered_at=None, outcome=Outcome.BUSY)), Outcome.BUSY),
        ((RANG, Vanished(at=at(9), answered_at=at(3), outcome=Outcome.ABANDONED)), Outcome.ABANDONED),
        ((ANSWERED, HungUp(at=at(6.9), cause=16)), Outcome.HANGUP_EARLY),
        ((ANSWERED, HungUp(at=at(7), cause=16)), Outcome.ABANDONED),
        ((ANSWERED, PATIENCE_OVER, HUNG_UP), Outcome.ABANDONED),
        ((ANSWERED, PATIENCE_OVER, MESSAGE_OVER, HUNG_UP), Outcome.ABANDONED),
        ((ANSWERED, FOUND, HungUp(at=at(6), cause=16)), Outcome.HANGUP_EARLY),
        ((PICKED_UP, MACHINE, HUNG_UP), Outcome.MACHINE),
        ((PICKED_UP, MACHINE, Vanished(at=at(9), answered_at=None, outcome=Outcome.UNKNOWN)), Outcome.MACHINE),
        ((PICKED_UP, HungUp(at=at(5), cause=16)), Outcome.HANGUP_EARLY),
        ((PICKED_UP, HungUp(at=at(6), cause=16)), Outcome.ABANDONED),
        ((PICKED_UP, ANSWERED, HungUp(at=at(6), cause=16)), Outcome.ABANDONED),
        ((PICKED_UP, *TALK[1:], HUNG_UP), Outcome.CONNECTED),
        ((*TALK, MACHINE, HUNG_UP), Outcome.MACHINE),
        ((ANSWERED, MACHINE, HUNG_UP), Outcome.MACHINE),
        ((ANSWERED, FOUND, MACHINE, JOINED, HUNG_UP), Outcome.MACHINE),
        ((ANSWERED, FOUND, PATIENCE_OVER, HungUp(at=at(7), cause=16)), Outcome.ABANDONED),
        ((*TALK, HUNG_UP), Outcome.CONNECTED),
        ((*TALK, Vanished(at=at(30), answered_at=None, outcome=Outcome.UNKNOWN)), Outcome.CONNECTED),
    ],
)
def test_the_outcome_follows_from_how_far_the_call_came(facts: tuple[CallFact, ...], outcome: Outcome):
    assert after(*facts).outcome is outcome


def test_a_cause_nobody_knows_is_a_failure():
    assert unanswered_outcome(127) is Outcome.FAILED


def test_an_answer_known_only_from_the_records_is_kept():
    assert after(RANG, Vanished(at=at(9), answered_at=at(3), outcome=Outcome.ABANDONED)).answered_at == at(3)


@pytest.mark.parametrize("failure", [JOIN_FAILED, AgentLeft(at=at(6))])
def test_a_join_that_fails_in_time_waits_for_another_agent(failure: CallFact):
    call = after(ANSWERED, FOUND, failure)
    assert (call.state, call.agent) == (CallState.WAITING, None)


@pytest.mark.parametrize("failure", [JOIN_FAILED, AgentLeft(at=at(8))])
def test_a_join_that_fails_after_the_message_began_is_abandoned_once(failure: CallFact):
    taken = step(after(ANSWERED, FOUND, PATIENCE_OVER), failure)
    assert (taken.call.state, taken.call.agent) == (CallState.ABANDONED, None)
    assert taken.orders == (Order.FREE_AGENT, Order.COUNT_ABANDONED)
    end = step(taken.call, HUNG_UP)
    assert (end.call.outcome, end.orders) == (Outcome.ABANDONED, (Order.FINISH,))


def test_a_bridge_that_wins_against_the_message_connects():
    call = after(ANSWERED, FOUND, PATIENCE_OVER, Joined(at=at(7.1)), HUNG_UP)
    assert (call.outcome, call.agent) == (Outcome.CONNECTED, ANA)


def test_an_agent_who_never_talked_is_not_named_at_the_end():
    assert after(ANSWERED, FOUND, HungUp(at=at(6), cause=16)).agent is None


def test_the_first_answer_counts():
    taken = step(after(RANG, ANSWERED), Answered(at=at(6)))
    assert taken.anomaly == "Answered while waiting"
    assert taken.call.answered_at == at(5)


def test_who_was_listened_to_first_was_answered_at_the_pick_up_and_is_a_person_since_the_verdict():
    call = after(RANG, PICKED_UP, ANSWERED)
    assert (call.answered_at, call.live_at) == (at(4), at(5))


def test_why_somebody_is_held_for_a_machine_is_kept():
    call = after(PICKED_UP, MACHINE, HUNG_UP)
    assert (call.machine, call.live_at, call.ended_by) == ("it talks too long", None, "system")


def test_an_agent_found_after_the_message_began_comes_too_late():
    taken = step(after(ANSWERED, PATIENCE_OVER), FOUND)
    assert (taken.anomaly, taken.orders) == ("AgentFound while abandoned", ())


def test_a_message_is_remembered_from_its_beginning_to_its_end():
    call = after(ANSWERED, PATIENCE_OVER, MESSAGE_OVER, HUNG_UP)
    assert (call.message_at, call.message_ended_at, call.message_played) == (at(7), at(14), True)
    assert after(ANSWERED, PATIENCE_OVER, HUNG_UP).message_played is None


def test_a_hang_up_after_the_message_is_ours_and_before_its_end_the_debtors():
    assert after(ANSWERED, PATIENCE_OVER, MESSAGE_OVER, HUNG_UP).ended_by == "system"
    assert after(ANSWERED, PATIENCE_OVER, HUNG_UP).ended_by == "debtor"


def test_patience_that_ends_during_a_talk_changes_nothing():
    taken = step(after(*TALK), PatienceOver(at=at(8)))
    assert taken.anomaly == "PatienceOver while talking"
    assert taken.call.agent == AgentLogin("ana")
