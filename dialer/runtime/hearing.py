"""What the exchange tells, handed to the call or the agent it is about."""

import asyncio
from datetime import datetime

from dialer.asterisk.port import (
    AgentGone,
    AgentParked,
    DebtorAnswered,
    DebtorHungUp,
    DebtorPickedUp,
    DebtorRinging,
    DebtorWaitedTooLong,
    DialFailed,
    ExchangeFact,
    LegsJoined,
    MachineAnswered,
    MessageEnded,
)
from dialer.call.model import (
    AgentLeft,
    Answered,
    HungUp,
    Joined,
    MachineFound,
    MessageOver,
    OriginateFailed,
    PatienceOver,
    PickedUp,
    Rang,
)
from dialer.runtime.floor import Floor
from dialer.runtime.lines import Lines

NO_ANSWER_REASON = 3
"""OriginateResponse: it was ringing when the time was over (AST_CONTROL_RINGING)."""
FAILED_CAUSE, NO_ANSWER_CAUSE = 34, 19
HANGUP_FOLLOWS_S = 0.5


class Hearing:
    """Translates the exchange's words into the machines' facts."""

    def __init__(self, *, floor: Floor, lines: Lines) -> None:
        self._floor = floor
        self._lines = lines

    def hear(self, at: datetime, fact: ExchangeFact) -> None:
        """Hand one fact on. Never waits, never raises."""
        match fact:
            case DebtorRinging():
                self._lines.post(fact.call_id, Rang(at=at))
            case DebtorPickedUp():
                self._lines.post(fact.call_id, PickedUp(at=at))
            case DebtorAnswered():
                self._lines.post(fact.call_id, Answered(at=at, greeting_ended_ago_s=fact.greeting_ended_ago_s))
            case MachineAnswered():
                self._lines.post(fact.call_id, MachineFound(at=at, why=fact.why))
            case DebtorWaitedTooLong():
                self._lines.post(fact.call_id, PatienceOver(at=at))
            case MessageEnded():
                self._lines.post(fact.call_id, MessageOver(at=at, played=fact.played))
            case LegsJoined():
                self._lines.post(fact.call_id, Joined(at=at))
            case DebtorHungUp():
                self._lines.post(fact.call_id, HungUp(at=at, cause=fact.cause))
            case DialFailed():
                self._later(at, fact)
            case AgentParked():
                self._floor.parked(fact.login, fact.channel)
            case AgentGone():
                call_id = self._floor.gone(fact.login, fact.channel)
                if call_id is not None:
                    self._lines.post(call_id, AgentLeft(at=at))
            case _:
                pass

    def _later(self, at: datetime, fact: DialFailed) -> None:
        """A dial that failed is told before its channel's hang-up, which alone knows the cause: give that a moment."""

        def over() -> None:
            if fact.call_id in self._lines.up:
                cause = NO_ANSWER_CAUSE if fact.reason == NO_ANSWER_REASON else FAILED_CAUSE
                why = f"originate reason {fact.reason}"
                self._lines.post(fact.call_id, OriginateFailed(at=at, why=why, cause=cause))

        asyncio.get_running_loop().call_later(HANGUP_FOLLOWS_S, over)
