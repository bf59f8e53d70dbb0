"""What a call is, what can happen to it, and what it asks for. Frozen data; times are aware UTC."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, NewType

from crm.model import Outcome

CallId = NewType("CallId", str)
"""A UUID we choose; also the attempt's id and Asterisk's channel id."""
AgentLogin = NewType("AgentLogin", str)

EndedBy = Literal["agent", "debtor", "system"]


class CallState(StrEnum):
    PLACED = "placed"
    """The intent is committed and Originate is on its way."""
    RINGING = "ringing"
    SCREENING = "screening"
    """Picked up; whether by a person or a machine is being found out."""
    WAITING = "waiting"
    """Answered, nobody to talk to yet."""
    JOINING = "joining"
    """An agent is reserved and the bridge is asked for."""
    TALKING = "talking"
    ABANDONED = "abandoned"
    """No agent in time: the abandonment message plays."""
    MACHINE = "machine"
    """A machine picked up: the exchange hangs up."""
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One dial, from the intent to its end."""

    id: CallId
    state: CallState
    placed_at: datetime
    answered_at: datetime | None = None
    live_at: datetime | None = None
    """Since when the call is held to be a person's: the answer, or the verdict of who listened first."""
    machine: str | None = None
    """Why it is held to be a machine, in the detector's words."""
    message_at: datetime | None = None
    """The abandonment message began, unless a bridge already asked for comes first."""
    message_ended_at: datetime | None = None
    message_played: bool | None = None
    """Whether it was played to its end; None while it plays, or when the call ended first."""
    agent: AgentLogin | None = None
    joined_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: EndedBy | None = None
    outcome: Outcome | None = None
    hangup_cause: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """Something that happened, with the time it happened at."""

    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Rang(Fact):
    """The far end rings."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PickedUp(Fact):
    """The far end picked up, and is listened to: a person or a machine."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered(Fact):
    """A person picked up, or whoever listened found no machine."""

    greeting_ended_ago_s: float | None = None
    """How long before this the greeting ended; None when nobody listened, or heard none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MachineFound(Fact):
    """Who picked up is a machine; the exchange hangs up, or is asked to when an agent was looked for already."""

    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentFound(Fact):
    """A ready agent was reserved for this call."""

    agent: AgentLogin


@dataclass(frozen=True, kw_only=True, slots=True)
class Joined(Fact):
    """Agent and debtor hear each other."""


@dataclass(frozen=True, kw_only=True, slots=True)
class JoinFailed(Fact):
    """The bridge could not be made."""

    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PatienceOver(Fact):
    """The debtor waited the whole patience; the abandonment message starts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageOver(Fact):
    """The abandonment message ended; the exchange hangs up."""

    played: bool
    """False: it could not be played."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentLeft(Fact):
    """The agent's leg is gone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HangupAsked(Fact):
    """An agent or the system wants the call ended."""

    by: EndedBy


@dataclass(frozen=True, kw_only=True, slots=True)
class HungUp(Fact):
    """The debtor's leg is gone, with its cause (Q.850, as in Asterisk's causes.h)."""

    cause: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OriginateFailed(Fact):
    """The call could not be placed."""

    why: str
    cause: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Vanished(Fact):
    """The channel is not there any more and no event told us: what is known comes from the call records.

    answered_at is None when the far end never picked up; outcome is what the records say of such a call.
    """

    answered_at: datetime | None
    outcome: Outcome


CallFact = (
    Rang
    | PickedUp
    | Answered
    | MachineFound
    | AgentFound
    | Joined
    | JoinFailed
    | PatienceOver
    | MessageOver
    | AgentLeft
    | HangupAsked
    | HungUp
    | OriginateFailed
    | Vanished
)


class Order(StrEnum):
    """What the machine asks the moving parts to do, in this order."""

    FIND_AGENT = "find_agent"
    BRIDGE = "bridge"
    FREE_AGENT = "free_agent"
    """Give the reserved agent back: no talk took place."""
    START_TALK = "start_talk"
    WRAP_UP = "wrap_up"
    COUNT_ABANDONED = "count_abandoned"
    STOP_WAITING = "stop_waiting"
    """No agent is wanted any more."""
    HANG_UP = "hang_up"
    FINISH = "finish"
    """Write the end of the call."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """The answer of the machine: the call after the fact, what to do, and whether the fact was out of place."""

    call: Call
    orders: tuple[Order, ...] = ()
    anomaly: str | None = None
