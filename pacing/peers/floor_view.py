"""The picture of the floor every peer keeps: agents by state, calls by stage, and what today and the last minute saw.

It trusts the facts it is told: a peer is driven by a simulator, whose facts fit. The live engine has `pacing.floor`.
"""

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass

MINUTE_S = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Launch:
    """A peer's decision."""

    launch: int
    """Calls to launch now, 0 or more."""


class FloorView:
    """Facts in, counts out; a peer adds `decide`. Times are seconds from the start of the day, in order."""

    def __init__(self) -> None:
        self.agents: dict[Hashable, str] = {}
        """State of each agent who is not offline."""
        self.in_flight: dict[Hashable, float] = {}
        """Dialled and unresolved calls, with the second each was placed."""
        self.waiting: dict[Hashable, float] = {}
        """Live people without an agent, with the second each answered."""
        self.talking: dict[Hashable, float] = {}
        """Agents in a call, with the second they were joined to it."""
        self.dials_today = 0
        self.answers_today = 0
        """Live people whose call was settled: connected or abandoned."""
        self.drops_today = 0
        self._dials: deque[float] = deque()
        self._drops: deque[float] = deque()

    def agent(self, agent_id: Hashable, state: str, at: float) -> None:
        """An agent is "ready", "talking", "wrapup", "paused" or "offline" from now on."""
        self.advance(at)
        if state != "talking" and agent_id in self.talking:
            self.talk_ended(at - self.talking.pop(agent_id))
        if state == "offline":
            self.agents.pop(agent_id, None)
        else:
            self.agents[agent_id] = state

    def placed(self, call_id: Hashable, at: float, kind: str | None = None) -> None:  # noqa: ARG002 - peers know no kinds
        """A call was launched."""
        self.advance(at)
        self.in_flight[call_id] = at
        self.dials_today += 1
        self._dials.append(at)

    def rang_out(self, call_id: Hashable, at: float, outcome: str) -> None:
        """A call ended without a live person: "noanswer", "busy", "failed" or "machine"."""
        self.advance(at)
        self.call_resolved(outcome, at - self.in_flight.pop(call_id), at)

    def answered(self, call_id: Hashable, at: float) -> None:
        """A live person answered."""
        self.advance(at)
        self.call_resolved("answered", at - self.in_flight.pop(call_id), at)
        self.waiting[call_id] = at

    def connected(self, call_id: Hashable, agent_id: Hashable, at: float) -> None:
        """The live person was joined to an agent."""
        self.advance(at)
        del self.waiting[call_id]
        self.agents[agent_id] = "talking"
        self.talking[agent_id] = at
        self.answers_today += 1

    def abandoned(self, call_id: Hashable, at: float) -> None:
        """A live person was not joined in time, or left."""
        self.advance(at)
        del self.waiting[call_id]
        self.answers_today += 1
        self.drops_today += 1
        self._drops.append(at)

    def count(self, state: str) -> int:
        """Agents in a state now."""
        return sum(1 for known in self.agents.values() if known == state)

    @property
    def lines(self) -> int:
        """Calls up now: ringing, waiting and talking."""
        return len(self.in_flight) + len(self.waiting) + len(self.talking)

    def dials_last_minute(self, at: float) -> int:
        """Calls placed in the minute before a time."""
        return _since(self._dials, at - MINUTE_S)

    def drops_last_minute(self, at: float) -> int:
        """Live people abandoned in the minute before a time."""
        return _since(self._drops, at - MINUTE_S)

    @property
    def abandonment_today(self) -> float:
        """Share of today's live people who were abandoned, 0 to 1; 0 before the first."""
        return self.drops_today / self.answers_today if self.answers_today else 0.0

    def advance(self, at: float) -> None:
        """Called before each fact, with the picture still as it was; a peer with clocks of its own runs them here."""

    def call_resolved(self, outcome: str, ring_s: float, at: float) -> None:
        """Called once a call stops ringing: its outcome, or "answered", and how long it rang."""

    def talk_ended(self, talk_s: float) -> None:
        """Called once an agent's conversation ends."""


def _since(times: deque[float], start: float) -> int:
    while times and times[0] <= start:
        times.popleft()
    return len(times)
