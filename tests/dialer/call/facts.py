"""One example of every fact, and calls in every state they can be in."""

from datetime import UTC, datetime, timedelta

from crm.model import Outcome
from dialer.call.machine import step
from dialer.call.model import (
    AgentFound,
    AgentLeft,
    AgentLogin,
    Answered,
    Call,
    CallFact,
    CallId,
    CallState,
    HangupAsked,
    HungUp,
    Joined,
    JoinFailed,
    MachineFound,
    MessageOver,
    OriginateFailed,
    PatienceOver,
    PickedUp,
    Rang,
    Vanished,
)

T0 = datetime(2026, 3, 2, 15, tzinfo=UTC)
ANA = AgentLogin("ana")


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def placed() -> Call:
    return Call(id=CallId("6a7a3c0e-5f0e-4f57-9d5c-0a2f6f2c9b11"), state=CallState.PLACED, placed_at=T0)


def after(*facts: CallFact) -> Call:
    """A fresh call after these facts, none of which may be out of place."""
    call = placed()
    for fact in facts:
        taken = step(call, fact)
        assert taken.anomaly is None, taken.anomaly
        call = taken.call
    return call


RANG, ANSWERED = Rang(at=at(1)), Answered(at=at(5))
FOUND, JOINED = AgentFound(at=at(5.1), agent=ANA), Joined(at=at(5.2))
PATIENCE_OVER, MESSAGE_OVER = PatienceOver(at=at(7)), MessageOver(at=at(14), played=True)
PICKED_UP, MACHINE = PickedUp(at=at(4)), MachineFound(at=at(5.5), why="it talks too long")
LEFT, HUNG_UP = AgentLeft(at=at(20)), HungUp(at=at(30), cause=16)

BY_STATE: dict[CallState, Call] = {
    CallState.PLACED: placed(),
    CallState.RINGING: after(RANG),
    CallState.WAITING: after(RANG, ANSWERED),
    CallState.JOINING: after(RANG, ANSWERED, FOUND),
    CallState.TALKING: after(RANG, ANSWERED, FOUND, JOINED),
    CallState.ABANDONED: after(RANG, ANSWERED, PATIENCE_OVER),
    CallState.SCREENING: after(RANG, PICKED_UP),
    CallState.MACHINE: after(RANG, PICKED_UP, MACHINE),
    CallState.ENDED: after(RANG, HungUp(at=at(30), cause=17)),
}

EVERY_FACT: dict[str, CallFact] = {
    type(fact).__name__: fact
    for fact in (
        Rang(at=at(40)),
        PickedUp(at=at(40)),
        Answered(at=at(40)),
        MachineFound(at=at(40), why="it talks too long"),
        AgentFound(at=at(40), agent=AgentLogin("bruno")),
        Joined(at=at(40)),
        JoinFailed(at=at(40), why="no such channel"),
        PatienceOver(at=at(40)),
        MessageOver(at=at(40), played=True),
        AgentLeft(at=at(40)),
        HangupAsked(at=at(40), by="agent"),
        HungUp(at=at(40), cause=16),
        OriginateFailed(at=at(40), why="refused", cause=34),
        Vanished(at=at(40), answered_at=None, outcome=Outcome.UNKNOWN),
    )
}
