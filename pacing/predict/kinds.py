"""How much readier than the campaign's average each class of call is answered.

A class's factor multiplies the rates of live answers. It is drawn towards 1 where the class has few answers (a gamma
prior on a Poisson rate; Efron and Morris, JASA 70, 1975, on why shrinking beats each class alone).
"""

import math
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from pacing.predict.kept import not_negative, number

SHRINK = 12.0
"""Expected answers at which a class counts half for itself."""

MEMORY = 600.0
"""Expected answers over which a class is learned; older ones fade."""

MOST_KINDS = 512
"""Classes kept; the one unheard of for longest is forgotten first."""

STEP = 0.125
"""Factors are told in steps of this size of the logarithm, so that calls alike can be counted together."""

MOST_STEPS = 16

MIX_MEMORY = 100.0
"""Launches over which the mix of classes on the list is followed."""


class Kinds:
    """Factors by class of call; None is the class of calls told without one. Facts cost O(1)."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, tuple[float, float]] = OrderedDict()  # answers, expected
        self._mix = 0.0

    def step(self, kind: str | None) -> int:
        """The class's factor as a number of steps of the logarithm, -MOST_STEPS to MOST_STEPS."""
        if kind is None or kind not in self._seen:
            return 0
        answers, expected = self._seen[kind]
        steps = round(math.log((answers + SHRINK) / (expected + SHRINK)) / STEP)
        return min(max(steps, -MOST_STEPS), MOST_STEPS)

    def placed(self, kind: str | None) -> None:
        """A call of the class was launched."""
        self._mix += (self.step(kind) - self._mix) / MIX_MEMORY

    @property
    def mix_step(self) -> int:
        """The step of the calls launched lately, which the next ones are taken to be like."""
        return round(self._mix)

    def ended(self, kind: str | None, expected: float, *, answered: bool) -> None:
        """A call of the class ended; `expected` is the answers it would have brought at factor 1."""
        if kind is None:
            return
        answers_before, expected_before = self._seen.pop(kind, (0.0, 0.0))
        fade = math.exp(-expected / MEMORY)
        self._seen[kind] = (answers_before * fade + answered, expected_before * fade + expected)
        if len(self._seen) > MOST_KINDS:
            self._seen.popitem(last=False)

    def state(self) -> dict[str, Any]:
        """Factors and mix as JSON."""
        return {"mix": self._mix, "seen": [[kind, *counts] for kind, counts in self._seen.items()]}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over a `state()`; raises KeyError, TypeError or ValueError where it is none."""
        mix = number(state["mix"])
        if abs(mix) > MOST_STEPS:
            raise ValueError("a mix beyond the bound of the steps")
        seen = OrderedDict(
            (str(kind), (not_negative(answers), not_negative(expected))) for kind, answers, expected in state["seen"]
        )
        self._mix, self._seen = mix, seen


def factor(step: int) -> float:
    """The factor of a step."""
    return math.exp(step * STEP)
