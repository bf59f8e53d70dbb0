"""What has happened so far: totals, and live answers over rolling windows, where the promise is counted.

Abandonment is abandoned / (abandoned + connected), live people only: over 30 days per campaign in the United States
(47 CFR 64.1200(a)(7)); the 24 hours per campaign are Ofcom's of 2006 to 2017, stricter and still widely asked for.
Who got an agent after the threshold counts as abandoned (16 CFR 310.4(b)(4)(ii)), and so do, as a fraction, the people
who are expected among the calls taken for machines (Ofcom, 2008 and 2010).
"""

import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from pacing.model import Heard, Observation, Outcome, PacingTarget
from pacing.predict.kept import not_negative

DAY_S = 24 * 3600.0
SLOTS = 1440
"""Slots a window is kept in: a minute each for 24 hours, half an hour each for 30 days."""

VERSION_1_WINDOWS = {"day": DAY_S, "month": 30 * DAY_S}

_TOTAL = {
    Heard.PLACED: "dials",
    Heard.ANSWERED: "answers",
    Heard.CONNECTED: "connected",
    Heard.ABANDONED: "abandoned",
    Heard.LOST: "lost",
}

Settled = Callable[[float, float, float], None]
"""Told of live people when their call is settled: seconds, connected, abandoned; the windows hold them already."""


class Window:
    """Connected and abandoned live people of the last `length_s` seconds, to one slot; memory and time are bounded.

    The counts may be fractions: of a machine that was a person with some probability.
    """

    def __init__(self, length_s: float) -> None:
        self.length_s = length_s
        self._slot_s = length_s / SLOTS
        self._slots: deque[list[float]] = deque()  # [slot number, connected, abandoned]
        self.connected = 0.0
        self.abandoned = 0.0

    @property
    def live(self) -> float:
        """Live people in the window whose call is settled."""
        return self.connected + self.abandoned

    @property
    def abandonment(self) -> float:
        """Abandoned of the live people, 0 to 1; 0 where there are none."""
        return self.abandoned / self.live if self.live else 0.0

    def advance(self, at: float) -> None:
        """Let what is older than the window fall out; what lies ahead of `at` (another clock) counts as of now."""
        slot = math.floor(at / self._slot_s)
        fallen = False
        while self._slots and self._slots[0][0] <= slot - SLOTS:
            self._slots.popleft()
            fallen = True
        if fallen:
            self._sum()
        ahead = self._slots and self._slots[-1][0] > slot
        if ahead:
            for entry in self._slots:
                entry[0] = min(entry[0], slot)

    def add(self, at: float, *, connected: float = 0.0, abandoned: float = 0.0) -> None:
        """Count live people settled at a time in seconds."""
        self.advance(at)
        slot = math.floor(at / self._slot_s)
        if not self._slots or self._slots[-1][0] != slot:
            self._slots.append([slot, 0.0, 0.0])
        self._slots[-1][1] += connected
        self._slots[-1][2] += abandoned
        self.connected += connected
        self.abandoned += abandoned

    def take_over(self, other: "Window") -> None:
        """Fill this window with what another, of another length, remembers."""
        for slot, connected, abandoned in other._slots:
            self.add(slot * other._slot_s, connected=connected, abandoned=abandoned)

    def state(self) -> list[list[float]]:
        """The slots as JSON: [slot number, connected, abandoned], oldest first."""
        return [list(entry) for entry in self._slots]

    def restore(self, state: list[list[float]]) -> None:
        """Take over the slots of `state()`; raises ValueError or TypeError where they are none."""
        self._slots = deque(
            [int(slot), not_negative(connected), not_negative(abandoned)] for slot, connected, abandoned in state
        )
        self._sum()

    def _sum(self) -> None:
        # Anew: what is taken off fractions leaves a rest that grows, and a window of nothing must be 0.
        self.connected = math.fsum(entry[1] for entry in self._slots)
        self.abandoned = math.fsum(entry[2] for entry in self._slots)


class Tally:
    """Totals since the first fact, carried over restarts, and the windows of the promise; `settled` is told of each."""

    def __init__(self, target: PacingTarget, settled: Settled) -> None:
        self.totals: dict[str, int] = dict.fromkeys(_TOTAL.values(), 0)
        self.outcomes: dict[str, int] = dict.fromkeys([*Outcome, "unknown"], 0)
        self.windows = tuple(Window(length_s) for length_s in target.windows_s)
        self.untold_connected = self.untold_abandoned = 0.0
        """Live people settled here of whom those who pace the same campaign elsewhere were not told yet."""
        self._false_machine_share = target.false_machine_share
        self._settled = settled

    def hear(self, observation: Observation) -> None:
        """Count one understood fact."""
        heard, at = observation.heard, observation.at
        if heard is Heard.RANG_OUT:
            self.outcomes[observation.outcome or "unknown"] += 1
            if observation.outcome is Outcome.MACHINE and self._false_machine_share:
                self._settle(at, abandoned=self._false_machine_share)
            return
        if heard not in _TOTAL:
            return
        self.totals[_TOTAL[heard]] += 1
        if heard is Heard.ABANDONED or observation.late:
            self._settle(at, abandoned=1.0)
        elif heard is Heard.CONNECTED:
            self._settle(at, connected=1.0)

    def elsewhere(self, at: float, connected: float, abandoned: float) -> None:
        """Count live people of the same promise who were settled by another pacer."""
        self._count(at, connected, abandoned)

    def advance(self, at: float) -> None:
        """Let what is too old fall out of the windows."""
        for window in self.windows:
            window.advance(at)

    def state(self) -> dict[str, Any]:
        """Everything counted, as JSON."""
        return {
            "totals": dict(self.totals),
            "outcomes": {str(outcome): number for outcome, number in self.outcomes.items()},
            "windows": [{"length_s": window.length_s, "slots": window.state()} for window in self.windows],
            "untold": [self.untold_connected, self.untold_abandoned],
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any], target: PacingTarget, settled: Settled) -> "Tally":
        """The tally of a `state()`, of version 1 ("day" and "month") too, with the windows the target has now.

        A window that was not kept begins with what the shortest longer one remembers, else the longest of all.
        Raises KeyError, TypeError, AttributeError or ValueError where it is no such state.
        """
        tally = cls(target, settled)
        tally.totals = {name: int(state["totals"][name]) for name in tally.totals}
        tally.outcomes = {name: int(state["outcomes"][name]) for name in tally.outcomes}
        connected, abandoned = state.get("untold", (0.0, 0.0))
        tally.untold_connected, tally.untold_abandoned = not_negative(connected), not_negative(abandoned)
        kept = _kept_windows(state)
        for window in tally.windows:
            same = [other for other in kept if other.length_s == window.length_s]
            longer = [other for other in kept if other.length_s > window.length_s]
            if same:
                window.restore(same[0].state())
            elif kept:
                window.take_over(longer[0] if longer else kept[-1])
        return tally

    def _settle(self, at: float, *, connected: float = 0.0, abandoned: float = 0.0) -> None:
        self.untold_connected += connected
        self.untold_abandoned += abandoned
        self._count(at, connected, abandoned)

    def _count(self, at: float, connected: float, abandoned: float) -> None:
        for window in self.windows:
            window.add(at, connected=connected, abandoned=abandoned)
        self._settled(at, connected, abandoned)


@cache
def window_name(length_s: float) -> str:
    """A window's length as its figures are named by: 24h, 30d, 90min or 90s."""
    for unit_s, unit, least in ((DAY_S, "d", 2.0), (3600.0, "h", 1.0), (60.0, "min", 1.0)):
        if length_s % unit_s == 0.0 and length_s >= least * unit_s:
            return f"{length_s / unit_s:.0f}{unit}"
    return f"{length_s:.12g}s"


def _kept_windows(state: Mapping[str, Any]) -> Sequence[Window]:
    """The windows of a state, shortest first."""
    if "windows" in state:
        told = [(float(entry["length_s"]), entry["slots"]) for entry in state["windows"]]
    else:
        told = [(length_s, state[name]) for name, length_s in VERSION_1_WINDOWS.items()]
    windows = []
    for length_s, slots in sorted(told, key=lambda entry: entry[0]):
        window = Window(length_s)
        window.restore(slots)
        windows.append(window)
    return windows
