"""When enough is known to dial ahead: once the first calls launched have all come to their end.

Any calls that have ended are not enough: those that end early are answered more often, or less, than the others. On a
large floor they are seconds old, and nothing at all is known then of a call that rings for longer.
"""

import math
from collections.abc import Mapping
from typing import Any

from pacing.floor import Floor
from pacing.predict.kept import not_negative, number

EVIDENCE_CALLS = 30
"""Calls launched first that must have ended before more is launched than there are ready agents."""


class Evidence:
    """Follows the first calls to their end."""

    def __init__(self) -> None:
        self.enough = False
        """Whether they have ended; it stays so."""
        self._placed = 0
        self._until = -math.inf

    def placed(self, at: float) -> None:
        """A call was launched at a time in seconds."""
        if self._placed < EVIDENCE_CALLS:
            self._placed += 1
            self._until = at

    def ended(self, floor: Floor, calls: int) -> int:
        """How many of them have ended, of so many `calls` that have in all; `enough` is brought up to date."""
        if self.enough:
            return EVIDENCE_CALLS
        ringing = sum(at <= self._until for at in floor.in_flight.values())
        ended = max(0, min(calls, self._placed - ringing))
        self.enough = ended >= EVIDENCE_CALLS
        return ended

    def state(self) -> dict[str, Any]:
        """What was followed, as JSON."""
        until = None if math.isinf(self._until) else self._until
        return {"enough": self.enough, "placed": self._placed, "until": until}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over a `state()`; raises KeyError, TypeError or ValueError where it is none."""
        placed = int(not_negative(state["placed"]))
        until = -math.inf if state["until"] is None else number(state["until"])
        self.enough, self._placed, self._until = bool(state["enough"]), placed, until
