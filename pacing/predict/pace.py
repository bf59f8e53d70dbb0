"""Whether calls are launched as the law asks. Where they are not, few abandoned people say nothing about the floor.

A list that gives little, a trunk that is full or an agent alone keep the share abandoned low whatever is allowed; a
regulator that went on learning then would dial without measure the moment the hold is gone (integrator windup, Åström
and Murray, Feedback Systems, 2008, ch. 10.4).
"""

import math
from collections.abc import Mapping
from typing import Any

from pacing.predict.kept import not_negative, number

PATIENCE_S = 1.0
"""Seconds in which calls asked for may be placed: a dialer takes its time and asks again in between."""


class Pace:
    """Compares what is asked with what is placed."""

    def __init__(self) -> None:
        self.held = False
        """Whether something other than the allowed overflow held launches back lately."""
        self._asked = 0
        self._placed = 0
        self._at = -math.inf

    def placed(self) -> None:
        """A call was launched."""
        self._placed += 1

    def asked(self, launch: int, at: float, *, ruled: bool) -> None:
        """So many calls are asked for at a time in seconds; `ruled`: the allowed overflow is what ended the number."""
        if 0.0 <= at - self._at < PATIENCE_S:
            return
        self.held = not ruled or self._placed < self._asked
        self._asked, self._placed, self._at = launch, 0, at

    def state(self) -> dict[str, Any]:
        """What was asked and placed lately, as JSON."""
        at = None if math.isinf(self._at) else self._at
        return {"held": self.held, "asked": self._asked, "placed": self._placed, "at": at}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over a `state()`; raises KeyError, TypeError or ValueError where it is none."""
        asked, placed = int(not_negative(state["asked"])), int(not_negative(state["placed"]))
        at = -math.inf if state["at"] is None else number(state["at"])
        self.held, self._asked, self._placed, self._at = bool(state["held"]), asked, placed, at
