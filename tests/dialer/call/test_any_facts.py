"""Whatever facts come, in whatever order: the call ends well, and its journal tells the same story again."""

import json
from collections import Counter
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from crm.model import Outcome
from dialer.call.machine import step
from dialer.call.model import (
    AgentFound,
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
    MachineFound,
    MessageOver,
    Order,
    OriginateFailed,
    PatienceOver,
    PickedUp,
    Rang,
    Vanished,
)
from dialer.call.replay import fact_of, payload_of, replay
from tests.dialer.call.facts import at, placed

moments = st.integers(0, 600_000).map(lambda ms: at(ms / 1000))
causes = st.sampled_from([0, 1, 16, 17, 21, 34, 127])
facts: st.SearchStrategy[CallFact] = st.one_of(
    st.builds(Rang, at=moments),
    st.builds(PickedUp, at=moments),
    st.builds(Answered, at=moments, greeting_ended_ago_s=st.none() | st.floats(0, 5)),
    st.builds(MachineFound, at=moments, why=st.text()),
    st.builds(AgentFound, at=moments, agent=st.sampled_from(["ana", "bruno"]).map(AgentLogin)),
    st.builds(Joined, at=moments),
    st.builds(JoinFailed, at=moments, why=st.text()),
    st.builds(PatienceOver, at=moments),
    st.builds(MessageOver, at=moments, played=st.booleans()),
    st.builds(AgentLeft, at=moments),
    st.builds(HangupAsked, at=moments, by=st.sampled_from(["agent", "debtor", "system"])),
    st.builds(HungUp, at=moments, cause=causes),
    st.builds(OriginateFailed, at=moments, why=st.text(), cause=causes),
    st.builds(Vanished, at=moments, answered_at=st.none() | moments, outcome=st.sampled_from(Outcome)),
)


def through_json(fact: CallFact) -> CallFact | None:
    """The fact as the journal gives it back."""
    kind, when, payload = json.loads(json.dumps([type(fact).__name__, fact.at.isoformat(), payload_of(fact)]))
    return fact_of(kind, datetime.fromisoformat(when), payload)


class AnyCall(RuleBasedStateMachine):
    """One call, and what its orders amount to: the agents it took and gave back, how often it was abandoned."""

    def __init__(self) -> None:
        super().__init__()
        self.call: Call = placed()
        self.journal: list[CallFact] = []
        self.orders: Counter[Order] = Counter()
        self.held: AgentLogin | None = None
        self.taken = 0

    @rule(fact=facts)
    def hear(self, fact: CallFact) -> None:
        before = self.call
        self.journal.append(fact)
        taken = step(before, fact)
        self.call = taken.call
        self.orders.update(taken.orders)
        if taken.anomaly:
            assert taken.call is before
            assert not taken.orders
        for order in taken.orders:
            match order:
                case Order.BRIDGE:
                    assert self.held is None, "a second agent was taken"
                    self.held = taken.call.agent
                    self.taken += 1
                case Order.FREE_AGENT:
                    assert self.held == before.agent is not None
                    self.held = None
                case Order.WRAP_UP:
                    assert self.held == taken.call.agent is not None
                    self.held = None

    @invariant()
    def an_agent_is_held_exactly_while_one_is_named(self) -> None:
        busy = self.call.state in {CallState.JOINING, CallState.TALKING}
        assert (self.held is not None) is busy
        assert not busy or self.call.agent == self.held

    @invariant()
    def every_agent_taken_is_given_back_or_wraps_up(self) -> None:
        given_back = self.orders[Order.FREE_AGENT] + self.orders[Order.WRAP_UP]
        assert self.taken - given_back == (self.held is not None)
        assert self.orders[Order.START_TALK] <= 1

    @invariant()
    def an_abandoned_call_is_counted_once(self) -> None:
        assert self.orders[Order.COUNT_ABANDONED] <= 1
        if self.orders[Order.COUNT_ABANDONED]:
            assert self.call.state in {CallState.ABANDONED, CallState.ENDED}
            assert self.call.outcome in {None, Outcome.ABANDONED, Outcome.MACHINE}

    @invariant()
    def the_end_is_final_and_complete(self) -> None:
        ended = self.call.state is CallState.ENDED
        assert self.orders[Order.FINISH] == ended
        assert (self.call.outcome is not None) is (self.call.ended_at is not None) is ended
        if ended:
            assert self.call.ended_by is not None
            talked = {Outcome.CONNECTED, Outcome.MACHINE}
            assert (self.call.outcome in talked) >= (self.call.joined_at is not None)

    def teardown(self) -> None:
        """The journal tells the same call again."""
        told = [through_json(fact) for fact in self.journal]
        assert told == self.journal
        assert replay(placed(), (fact for fact in told if fact)) == self.call


TestAnyCall = AnyCall.TestCase
TestAnyCall.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


@given(st.lists(facts, max_size=30), facts)
def test_after_the_end_nothing_changes(before: list[CallFact], late: CallFact):
    call = replay(placed(), [*before, HungUp(at=at(601), cause=16), late])
    assert call == replay(placed(), [*before, HungUp(at=at(601), cause=16)])
    assert call.state is CallState.ENDED


def test_a_kind_from_another_version_is_passed_over():
    assert fact_of("Teleported", at(1), {"to": "the moon"}) is None


def test_an_anomaly_kept_beside_a_fact_does_not_disturb_it():
    assert fact_of("Answered", at(1), {"anomaly": "Answered while talking"}) == Answered(at=at(1))
