"""A trunk that fails every call: without a brake each failure would be dialled anew at once, list and numbers burnt."""

import math

from pacing.floor import Floor
from pacing.model import Heard, Observation, Outcome

FAILURES = 15
"""Calls that must fail in a row, whatever was up before them, until the trunk is taken for failing."""

TRY_EVERY_S = 2.0
"""Seconds between two calls launched to try a failing trunk."""

CARRIED_AFTER_S = 5.0
"""A call that rings for so long is carried: failures come at once."""


class Trunk:
    """Whether calls are carried, from how they end."""

    def __init__(self) -> None:
        self.failures = 0
        """Calls that failed in a row."""
        self._since = math.inf
        self._tried = -math.inf

    @property
    def failing(self) -> bool:
        """Whether so many calls failed in a row that the trunk must be at fault."""
        return self.failures >= FAILURES

    def launched(self, at: float) -> None:
        """A call was launched at a time in seconds."""
        self._tried = at

    def hear(self, observation: Observation) -> None:
        """Learn from a call's answer or end."""
        if observation.heard not in {Heard.ANSWERED, Heard.RANG_OUT}:
            return
        if observation.outcome is Outcome.FAILED:
            self._since = min(self._since, observation.at)
            self.failures += 1
        elif observation.seconds is not None and observation.at - observation.seconds >= self._since:
            self._carries()

    def room(self, floor: Floor) -> int | None:
        """Calls that may be launched to try a failing trunk, 0 or 1; None where it does not fail."""
        if not self.failing:
            return None
        if any(self._since <= placed <= floor.now - CARRIED_AFTER_S for placed in floor.in_flight.values()):
            self._carries()
            return None
        if self._tried > floor.now:
            self._tried = -math.inf  # launched by another clock
        return int(floor.now - self._tried >= TRY_EVERY_S)

    def _carries(self) -> None:
        self.failures, self._since = 0, math.inf
