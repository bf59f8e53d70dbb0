"""The call's transition table; the diagram in ARCHITECTURE.md is drawn from it.

A fact that is not in the table for the state it meets is an anomaly: kept, counted, and without effect.
"""

from dataclasses import dataclass

from dialer.call.model import (
    AgentFound,
    AgentLeft,
    Answered,
    CallState,
    Fact,
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

S = CallState
DO = Order


@dataclass(frozen=True, slots=True)
class Transition:
    """Where the fact leads and what is asked for."""

    to: CallState
    orders: tuple[Order, ...] = ()


TABLE: dict[tuple[CallState, type[Fact]], Transition] = {
    (S.PLACED, Rang): Transition(S.RINGING),
    (S.PLACED, PickedUp): Transition(S.SCREENING),
    (S.PLACED, Answered): Transition(S.WAITING, (DO.FIND_AGENT,)),
    (S.PLACED, HangupAsked): Transition(S.PLACED, (DO.HANG_UP,)),
    (S.PLACED, HungUp): Transition(S.ENDED, (DO.FINISH,)),
    (S.PLACED, OriginateFailed): Transition(S.ENDED, (DO.FINISH,)),
    (S.PLACED, Vanished): Transition(S.ENDED, (DO.FINISH,)),
    (S.RINGING, Rang): Transition(S.RINGING),
    (S.RINGING, PickedUp): Transition(S.SCREENING),
    (S.RINGING, Answered): Transition(S.WAITING, (DO.FIND_AGENT,)),
    (S.RINGING, HangupAsked): Transition(S.RINGING, (DO.HANG_UP,)),
    (S.RINGING, HungUp): Transition(S.ENDED, (DO.FINISH,)),
    (S.RINGING, OriginateFailed): Transition(S.ENDED, (DO.FINISH,)),
    (S.RINGING, Vanished): Transition(S.ENDED, (DO.FINISH,)),
    (S.SCREENING, Answered): Transition(S.WAITING, (DO.FIND_AGENT,)),
    (S.SCREENING, MachineFound): Transition(S.MACHINE),
    (S.SCREENING, HangupAsked): Transition(S.SCREENING, (DO.HANG_UP,)),
    (S.SCREENING, HungUp): Transition(S.ENDED, (DO.FINISH,)),
    (S.SCREENING, Vanished): Transition(S.ENDED, (DO.FINISH,)),
    (S.WAITING, AgentFound): Transition(S.JOINING, (DO.BRIDGE,)),
    (S.WAITING, MachineFound): Transition(S.MACHINE, (DO.STOP_WAITING, DO.HANG_UP)),
    (S.WAITING, PatienceOver): Transition(S.ABANDONED, (DO.COUNT_ABANDONED,)),
    (S.WAITING, HangupAsked): Transition(S.WAITING, (DO.HANG_UP,)),
    (S.WAITING, HungUp): Transition(S.ENDED, (DO.FINISH,)),
    (S.WAITING, Vanished): Transition(S.ENDED, (DO.FINISH,)),
    (S.JOINING, Joined): Transition(S.TALKING, (DO.START_TALK,)),
    (S.JOINING, JoinFailed): Transition(S.WAITING, (DO.FREE_AGENT, DO.FIND_AGENT)),
    (S.JOINING, AgentLeft): Transition(S.WAITING, (DO.FREE_AGENT, DO.FIND_AGENT)),
    # The bridge asked for may still win the race against the message: Joined or JoinFailed decides.
    (S.JOINING, PatienceOver): Transition(S.JOINING),
    (S.JOINING, MessageOver): Transition(S.JOINING),
    (S.JOINING, MachineFound): Transition(S.JOINING, (DO.HANG_UP,)),
    (S.JOINING, HangupAsked): Transition(S.JOINING, (DO.HANG_UP,)),
    (S.JOINING, HungUp): Transition(S.ENDED, (DO.FREE_AGENT, DO.FINISH)),
    (S.JOINING, Vanished): Transition(S.ENDED, (DO.FREE_AGENT, DO.FINISH)),
    (S.TALKING, AgentLeft): Transition(S.TALKING, (DO.HANG_UP,)),
    (S.TALKING, MachineFound): Transition(S.TALKING, (DO.HANG_UP,)),
    (S.TALKING, HangupAsked): Transition(S.TALKING, (DO.HANG_UP,)),
    (S.TALKING, HungUp): Transition(S.ENDED, (DO.WRAP_UP, DO.FINISH)),
    (S.TALKING, Vanished): Transition(S.ENDED, (DO.WRAP_UP, DO.FINISH)),
    (S.ABANDONED, MessageOver): Transition(S.ABANDONED),
    (S.ABANDONED, HangupAsked): Transition(S.ABANDONED, (DO.HANG_UP,)),
    (S.ABANDONED, HungUp): Transition(S.ENDED, (DO.FINISH,)),
    (S.ABANDONED, Vanished): Transition(S.ENDED, (DO.FINISH,)),
    (S.MACHINE, HangupAsked): Transition(S.MACHINE, (DO.HANG_UP,)),
    (S.MACHINE, HungUp): Transition(S.ENDED, (DO.FINISH,)),
    (S.MACHINE, Vanished): Transition(S.ENDED, (DO.FINISH,)),
}
