"""What the pacer is told of a call: once each, and nothing of a call an agent is held for.

Such a call needs none of the agents the pacer counts on; it becomes one of its own when that agent is lost.
"""

from typing import TYPE_CHECKING

from base.clock import Clock
from crm.model import Outcome
from dialer.call.model import CallState
from dialer.campaign.kinds import kind_of

if TYPE_CHECKING:
    from dialer.runtime.lines import Line

OUTCOMES = {
    Outcome.NOANSWER: "noanswer",
    Outcome.BUSY: "busy",
    Outcome.MACHINE: "machine",
}


class PacerNews:
    """Tells each line's pacer, at the time of the clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def placed(self, line: "Line") -> None:
        if not line.guaranteed:
            kind = kind_of(line.lead, line.call.placed_at)
            line.desk.pacer.placed(line.call.id, self._clock.posix_s(), kind=kind)

    def found(self, line: "Line") -> None:
        """How far a call is that the pacer has not heard of; one that was settled before, it has counted."""
        call = line.call
        line.told_pacer = call.joined_at is not None or call.state is CallState.ABANDONED
        if not line.told_pacer:
            self.placed(line)
            if call.answered_at is not None:
                self.answered(line)

    def answered(self, line: "Line") -> None:
        if not line.guaranteed:
            line.desk.pacer.answered(line.call.id, self._clock.posix_s())

    def connected(self, line: "Line") -> None:
        assert line.call.agent is not None
        if not line.guaranteed:
            line.desk.pacer.connected(line.call.id, line.call.agent, self._clock.posix_s())
        line.told_pacer = True

    def abandoned(self, line: "Line") -> None:
        if not line.told_pacer and not line.guaranteed:
            line.told_pacer = True
            line.desk.pacer.abandoned(line.call.id, self._clock.posix_s())

    def over(self, line: "Line") -> None:
        """The call has ended without an agent."""
        assert line.call.outcome is not None
        if line.call.answered_at is not None:
            self.abandoned(line)
        elif not line.told_pacer and not line.guaranteed:
            line.told_pacer = True
            outcome = OUTCOMES.get(line.call.outcome, "failed")
            line.desk.pacer.rang_out(line.call.id, self._clock.posix_s(), outcome)

    def agent_lost(self, line: "Line") -> None:
        """The agent who was held for the call is there no more: it needs one like any other."""
        if line.guaranteed:
            line.guaranteed = False
            self.found(line)
