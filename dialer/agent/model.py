"""What an agent is on the floor, what can happen, and what follows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dialer.call.model import AgentLogin, CallId


class AgentState(StrEnum):
    OFFLINE = "offline"
    READY = "ready"
    RESERVED = "reserved"
    """Promised to a call whose bridge is being made."""
    TALKING = "talking"
    WRAPUP = "wrapup"
    PAUSED = "paused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Agent:
    """One agent, with the phone leg that stays up for the whole shift."""

    login: AgentLogin
    state: AgentState
    since: datetime
    channel: str | None = None
    call: CallId | None = None
    """The call in hand; stays during wrap-up."""
    pause_wanted: bool = False
    """Asked for a pause while busy: it begins when the wrap-up ends."""
    leave_wanted: bool = False
    """Asked to log out: the leg is hung up as soon as the pause begins."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Parked(Fact):
    """The agent's leg waits in the holding bridge."""

    channel: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone(Fact):
    """The agent's leg hung up."""

    channel: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reserved(Fact):
    call: CallId


@dataclass(frozen=True, kw_only=True, slots=True)
class Freed(Fact):
    """The reservation came to nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TalkStarted(Fact):
    call: CallId


@dataclass(frozen=True, kw_only=True, slots=True)
class TalkEnded(Fact):
    """The call in hand is over; wrap-up begins."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WrappedUp(Fact):
    """The disposition is chosen, or the wrap-up time is over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PauseAsked(Fact):
    pass


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaveAsked(Fact):
    """The shift is over after the call in hand."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadyAsked(Fact):
    pass


AgentFact = (
    Parked | Gone | Reserved | Freed | TalkStarted | TalkEnded | WrappedUp | PauseAsked | LeaveAsked | ReadyAsked
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """The agent after the fact, and whether the fact was out of place."""

    agent: Agent
    anomaly: str | None = None
