"""What the dialer needs of a telephone exchange, in its own words. Real: `session`; scripted: `fake`."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from base.errors import AloError
from crm.model import AnswerDetection
from dialer.answer.detector import Sound
from dialer.call.model import AgentLogin, CallId


class ExchangeError(AloError):
    """An order was refused, or not answered in time: whether it was carried out is then not known."""


class ExchangeRefusedError(ExchangeError):
    """The exchange refused an order, or was never asked: nothing was done, and that is certain."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Originate:
    """Dial one number on one trunk; the answered leg runs the dialplan's answered context."""

    call_id: CallId
    number: str
    """E.164 with its plus sign."""
    trunk: str
    caller_id: str
    ring_timeout_s: int
    recording_base: str
    """Absolute path without ending; the legs are written beside it."""
    message: str
    """Absolute path without ending of the sound that is played when no agent comes in time."""
    detection: AnswerDetection = AnswerDetection.OFF


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkUp:
    """The link works (again); what happened meanwhile was not told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkDown:
    pass


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtorRinging:
    call_id: CallId


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtorPickedUp:
    """Somebody or something picked up and is listened to. Told only of calls dialled with a detection."""

    call_id: CallId


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtorAnswered:
    """A person picked up, as far as is known."""

    call_id: CallId
    greeting_ended_ago_s: float | None = None
    """How long before this the greeting ended, where somebody listened to it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MachineAnswered:
    """A machine picked up; the exchange hangs up."""

    call_id: CallId
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtorWaitedTooLong:
    """No agent came in time: the message begins now."""

    call_id: CallId


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageEnded:
    """The message was played to its end, or could not be played; the exchange hangs up. Not told of one cut short."""

    call_id: CallId
    played: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class LegsJoined:
    call_id: CallId
    agent_channel: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtorHungUp:
    call_id: CallId
    cause: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DialFailed:
    """The exchange could not place the call at all."""

    call_id: CallId
    reason: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentParked:
    login: AgentLogin
    channel: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentGone:
    login: AgentLogin
    channel: str


ExchangeFact = (
    LinkUp
    | LinkDown
    | DebtorRinging
    | DebtorPickedUp
    | DebtorAnswered
    | MachineAnswered
    | DebtorWaitedTooLong
    | MessageEnded
    | LegsJoined
    | DebtorHungUp
    | DialFailed
    | AgentParked
    | AgentGone
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A fact with the time it happened at, by the exchange's clock where it says."""

    at: datetime
    fact: ExchangeFact


class Alone(StrEnum):
    """What a debtor goes through who is answered and not joined to anybody."""

    SCREENED = "screened"
    WAITING = "waiting"
    MESSAGE = "message"


@dataclass(frozen=True, kw_only=True, slots=True)
class Leg:
    """One channel that is up now, as the exchange lists it."""

    channel: str
    call_id: CallId | None
    """Set for a debtor's leg."""
    login: AgentLogin | None
    """Set for an agent's leg in the agents' context."""
    up: bool
    ringing: bool
    bridge: str | None
    alone: Alone | None = None
    """Of an answered debtor's leg that is not joined."""


class Exchange(Protocol):
    """An exchange that dials, joins and hangs up, and tells what happens on one queue."""

    facts: asyncio.Queue[Told]

    async def start(self) -> None:
        """Connect; LinkUp is told when it works. Raises ExchangeError in plain words when it cannot."""
        ...

    async def stop(self) -> None: ...

    async def originate(self, order: Originate) -> None:
        """Hand the order over; it is never sent twice.

        Raises ExchangeRefusedError when nothing will ring, ExchangeError when that is not known.
        """
        ...

    async def join(self, *, agent_channel: str, call_id: CallId) -> None:
        """Bridge the two legs; LegsJoined tells when both are in. Raises ExchangeError when refused."""
        ...

    async def listen(self, call_id: CallId) -> "asyncio.Queue[Sound | None]":
        """The debtor's sound from now, in short pieces, joined or not; None: there will be no more.

        Raises ExchangeError when the call cannot be listened to.
        """
        ...

    def stop_listening(self, call_id: CallId) -> None:
        """No more of the debtor's sound is wanted; of one that is not listened to it is no error."""
        ...

    async def hang_up(self, call_id: CallId) -> None:
        """End the debtor's leg; one that is gone already is no error."""
        ...

    async def hang_up_leg(self, channel: str) -> None:
        """End any leg by its channel's name; one that is gone already is no error."""
        ...

    async def legs(self) -> tuple[Leg, ...]:
        """Every leg that is up now."""
        ...

    async def reload_agents(self) -> None:
        """Take the agents' configuration up again."""
        ...
