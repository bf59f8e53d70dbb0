"""`step`: one fact applied to one call. Pure; the table says where to go, this file what to remember."""

from dataclasses import replace

from crm.model import Outcome
from dialer.call.causes import unanswered_outcome
from dialer.call.model import (
    AgentFound,
    AgentLeft,
    Answered,
    Call,
    CallFact,
    CallState,
    HangupAsked,
    HungUp,
    Joined,
    MachineFound,
    MessageOver,
    Order,
    OriginateFailed,
    PatienceOver,
    PickedUp,
    Step,
    Vanished,
)
from dialer.call.table import TABLE, Transition

PATIENCE_S = 2.0
"""A person who waits longer has been abandoned (16 CFR 310.4(b)(4)(ii), two seconds after the greeting)."""


def step(call: Call, fact: CallFact) -> Step:
    """The call after `fact`. A fact out of place changes nothing and is named in `anomaly`."""
    transition = TABLE.get((call.state, type(fact)))
    if transition is None:
        return Step(call=call, anomaly=f"{type(fact).__name__} while {call.state}")
    if call.message_at is not None and call.state is CallState.JOINING and transition.to is CallState.WAITING:
        # The message plays already: there is nothing left to wait for.
        transition = Transition(CallState.ABANDONED, (Order.FREE_AGENT, Order.COUNT_ABANDONED))
    after = _remember(replace(call, state=transition.to), call, fact)
    if (transition.to is CallState.WAITING and call.state is CallState.JOINING) or transition.to is CallState.ABANDONED:
        after = replace(after, agent=None)
    if after.state is CallState.ENDED:
        after = _ended(after, call, fact)
    return Step(call=after, orders=transition.orders)


def _remember(after: Call, before: Call, fact: CallFact) -> Call:
    match fact:
        case PickedUp():
            return replace(after, answered_at=fact.at)
        case Answered():
            return replace(after, answered_at=before.answered_at or fact.at, live_at=fact.at)
        case MachineFound():
            return replace(after, machine=fact.why)
        case AgentFound():
            return replace(after, agent=fact.agent)
        case Joined():
            return replace(after, joined_at=fact.at)
        case PatienceOver():
            return replace(after, message_at=fact.at)
        case MessageOver():
            return replace(after, message_ended_at=fact.at, message_played=fact.played)
        case AgentLeft() if before.state is CallState.TALKING:
            return replace(after, ended_by=after.ended_by or "agent")
        case HangupAsked():
            return replace(after, ended_by=after.ended_by or fact.by)
        case _:
            return after


def _ended(after: Call, before: Call, fact: CallFact) -> Call:
    cause = fact.cause if isinstance(fact, HungUp | OriginateFailed) else None
    answered_at = before.answered_at or (fact.answered_at if isinstance(fact, Vanished) else None)
    # After its message, or finding a machine, the exchange hangs up by itself.
    ours = before.machine is not None or (before.message_ended_at is not None and before.joined_at is None)
    by = after.ended_by or ("debtor" if isinstance(fact, HungUp) and answered_at and not ours else "system")
    return replace(
        after,
        answered_at=answered_at,
        agent=before.agent if before.joined_at else None,
        ended_at=fact.at,
        ended_by=by,
        hangup_cause=cause,
        outcome=_outcome(before, fact),
    )


def _outcome(before: Call, fact: CallFact) -> Outcome:
    if before.machine is not None:
        return Outcome.MACHINE
    if before.joined_at:
        return Outcome.CONNECTED
    if before.answered_at:
        waited_s = (fact.at - before.answered_at).total_seconds()
        abandoned = before.message_at is not None or waited_s >= PATIENCE_S
        return Outcome.ABANDONED if abandoned else Outcome.HANGUP_EARLY
    if isinstance(fact, Vanished):
        return fact.outcome
    # The table lets nothing else end a call.
    assert isinstance(fact, HungUp | OriginateFailed)
    return unanswered_outcome(fact.cause)
