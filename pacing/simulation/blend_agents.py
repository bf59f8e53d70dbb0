"""The agents of the blend floor: two groups whose size follows the plan of the day."""

from enum import Enum
from typing import NamedTuple

from pacing.simulation.policy import Policy


class Group(Enum):
    """Who takes what."""

    INBOUND = "inbound"
    BLEND = "blend"


class Seat(NamedTuple):
    """An agent, as the policy knows them."""

    group: Group
    number: int


class BlendAgents:
    """One group. Who is busy when the group shrinks leaves at the end of the call."""

    def __init__(self, group: Group, policy: Policy, closes_s: float) -> None:
        self.free: list[Seat] = []
        self.busy_s = self.staffed_s = 0.0
        self._away: list[Seat] = []
        self._group, self._policy, self._closes_s = group, policy, closes_s
        self._planned = self._busy = self._seats = 0
        self._counted_to = 0.0

    def plan(self, at: float, agents: int) -> None:
        """From now on there should be so many."""
        self._count(at)
        self._planned = agents
        wanted = max(0, agents - self._busy)
        while len(self.free) > wanted:
            self._leaves(at, self.free.pop())
        while len(self.free) < wanted:
            if not self._away:
                self._away.append(Seat(self._group, self._seats))
                self._seats += 1
            self._is_ready(at, self._away.pop())

    def take(self, at: float) -> Seat:
        """A free agent begins a service."""
        self._count(at)
        self._busy += 1
        return self.free.pop()

    def release(self, at: float, seat: Seat) -> None:
        """A service ends."""
        self._count(at)
        self._busy -= 1
        if self._busy < self._planned:
            self._is_ready(at, seat)
        else:
            self._leaves(at, seat)

    def _is_ready(self, at: float, seat: Seat) -> None:
        self.free.append(seat)
        self._policy.agent(seat, "ready", at)

    def _leaves(self, at: float, seat: Seat) -> None:
        self._away.append(seat)
        self._policy.agent(seat, "offline", at)

    def _count(self, at: float) -> None:
        passed = min(at, self._closes_s) - self._counted_to
        self._counted_to += passed
        self.busy_s += passed * self._busy
        self.staffed_s += passed * (self._busy + len(self.free))

    def close(self) -> None:
        """Count up to the close."""
        self._count(self._closes_s)
