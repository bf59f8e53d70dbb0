"""What has happened so far: totals, and live answers over rolling windows, where the promise is counted.

Abandonment is abandoned / (abandoned + connected), live people only: over 30 days per campaign in the United States
(47 CFR 64.1200(a)(7)); the 24 hours per campaign are Ofcom's of 2006 to 2017, stricter and still widely asked for.
"""

import math
from collections import deque
from collections.abc import Mapping
from typing import Any

from pacing.model import Heard, Observation, Outcome

DAY_S = 24 * 3600.0
SLOTS = 1440
"""Slots a window is kept in: a minute each for 24 hours, half an hour each for 30 days."""

_TOTAL = {
    Heard.PLACED: "dials",
    Heard.ANSWERED: "answers",
    Heard.CONNECTED: "connected",
    Heard.ABANDONED: "abandoned",
    Heard.LOST: "lost",
}


class Window:
    """Connected and abandoned live people of the last `length_s` seconds, to one slot; memory and time are bounded."""

    def __init__(self, length_s: float) -> None:
        self._slot_s = length_s / SLOTS
        self._slots: deque[list[int]] = deque()  # [slot number, connected, abandoned]
        self.connected = 0
        self.abandoned = 0

    @property
    def live(self) -> int:
        """Live people in the window whose call is settled."""
        return self.connected + self.abandoned

    def advance(self, at: float) -> None:
        """Let what is older than the window fall out; what lies ahead of `at` (another clock) counts as of now."""
        slot = math.floor(at / self._slot_s)
        while self._slots and self._slots[0][0] <= slot - SLOTS:
            _, connected, abandoned = self._slots.popleft()
            self.connected -= connected
            self.abandoned -= abandoned
        ahead = self._slots and self._slots[-1][0] > slot
        if ahead:
            for entry in self._slots:
                entry[0] = min(entry[0], slot)

    def add(self, at: float, *, connected: int = 0, abandoned: int = 0) -> None:
        """Count live people settled at a time in seconds."""
        self.advance(at)
        slot = math.floor(at / self._slot_s)
        if not self._slots or self._slots[-1][0] != slot:
            self._slots.append([slot, 0, 0])
        self._slots[-1][1] += connected
        self._slots[-1][2] += abandoned
        self.connected += connected
        self.abandoned += abandoned

    def state(self) -> list[list[int]]:
        """The slots as JSON: [slot number, connected, abandoned], oldest first."""
        return [list(entry) for entry in self._slots]

    def restore(self, state: list[list[int]]) -> None:
        """Take over the slots of `state()`; raises ValueError or TypeError where they are none."""
        slots = deque([int(slot), int(connected), int(abandoned)] for slot, connected, abandoned in state)
        self._slots = slots
        self.connected = sum(entry[1] for entry in slots)
        self.abandoned = sum(entry[2] for entry in slots)


class Tally:
    """Totals since the first fact, carried over restarts, and the two windows of the promise."""

    def __init__(self) -> None:
        self.totals: dict[str, int] = dict.fromkeys(_TOTAL.values(), 0)
        self.outcomes: dict[str, int] = dict.fromkeys([*Outcome, "unknown"], 0)
        self.day = Window(DAY_S)
        self.month = Window(30 * DAY_S)

    def hear(self, observation: Observation) -> None:
        """Count one understood fact."""
        heard, at = observation.heard, observation.at
        if heard is Heard.RANG_OUT:
            self.outcomes[observation.outcome or "unknown"] += 1
            return
        self.totals[_TOTAL[heard]] += 1
        if heard in {Heard.CONNECTED, Heard.ABANDONED}:
            connected = int(heard is Heard.CONNECTED)
            for window in (self.day, self.month):
                window.add(at, connected=connected, abandoned=1 - connected)

    def state(self) -> dict[str, Any]:
        """Everything counted, as JSON."""
        return {
            "totals": dict(self.totals),
            "outcomes": {str(outcome): number for outcome, number in self.outcomes.items()},
            "day": self.day.state(),
            "month": self.month.state(),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "Tally":
        """The tally of a `state()`; raises KeyError, TypeError, AttributeError or ValueError where it is none."""
        tally = cls()
        tally.totals = {name: int(state["totals"][name]) for name in tally.totals}
        tally.outcomes = {name: int(state["outcomes"][name]) for name in tally.outcomes}
        tally.day.restore(state["day"])
        tally.month.restore(state["month"])
        return tally
