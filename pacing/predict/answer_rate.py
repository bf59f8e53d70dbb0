"""The level of live answers now: a hidden Markov model on a grid of levels, filtered exactly.

The level multiplies the rates of `ringing`. It wanders slowly and now and then jumps (another list, another hour, a
carrier's fault); answers are a Poisson stream whose mean is the level times what was expected of the calls that rang.
The filter (Rabiner, Proc. IEEE 77, 1989) follows a jump as soon as the answers prove it and does not move otherwise,
and says how sure it is, which the law needs more than the level itself.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pacing.predict.kept import table_of

STEP = 0.125
"""Distance of two levels, in logarithms."""

HALF_WIDTH = 28
"""Levels on either side of 1: from e^-3.5 to e^3.5."""

JUMPS_PER_S = 1.0 / 3600.0
WANDERS_PER_SQRT_S = 0.15 / math.sqrt(3600.0)
"""Deviation of the logarithm of the level after one second of wandering."""

LANDING_DEVIATION = 1.0
"""Deviation, in logarithms, of where a jump lands."""

_LONGEST_STEP_S = 3600.0


class AnswerRate:
    """Probabilities of the levels of live answers."""

    def __init__(self) -> None:
        self._logarithms: NDArray[np.float64] = np.linspace(-HALF_WIDTH * STEP, HALF_WIDTH * STEP, 2 * HALF_WIDTH + 1)
        self._levels = np.exp(self._logarithms)
        landing = np.exp(-0.5 * (self._logarithms / LANDING_DEVIATION) ** 2)
        self._landing: NDArray[np.float64] = landing / landing.sum()
        self._chances = self._landing.copy()
        self._measure()

    def step(self, seconds: float, expected: float, answers: int) -> None:
        """Time has passed in which `answers` came where level 1 would have brought `expected`."""
        seconds = min(seconds, _LONGEST_STEP_S)
        wander = min(0.5 * seconds * (WANDERS_PER_SQRT_S / STEP) ** 2, 0.25)
        chances = self._chances
        spread = chances * (1.0 - 2.0 * wander)
        spread[1:] += wander * chances[:-1]
        spread[:-1] += wander * chances[1:]
        jump = -math.expm1(-seconds * JUMPS_PER_S)
        predicted = spread * (1.0 - jump) + jump * self._landing
        # Poisson likelihood; what does not depend on the level is left out, the largest is made 1.
        likelihood = answers * self._logarithms - expected * self._levels
        likelihood -= likelihood.max()
        weighed = predicted * np.exp(likelihood)
        self._chances = weighed / weighed.sum()
        self._measure()

    def rebase(self, steps: int) -> None:
        """Make what was level e^(steps·STEP) level 1."""
        chances = np.zeros_like(self._chances)
        if steps > 0:
            chances[:-steps] = self._chances[steps:]
        else:
            chances[-steps:] = self._chances[:steps]
        self._chances = chances / chances.sum()
        self._measure()

    def _measure(self) -> None:
        self.level = float(self._chances @ self._levels)
        """Mean level."""
        below = self._chances.cumsum()
        middle = below - 0.5 * self._chances
        self.points: NDArray[np.float64] = np.exp(np.interp(_QUANTILES, middle, self._logarithms))
        """Three levels that stand for all, with `WEIGHTS` (Gauss-Legendre on the probability)."""

    def state(self) -> list[float]:
        """The probabilities as JSON."""
        kept: list[float] = self._chances.tolist()
        return kept

    def restore(self, state: Any) -> None:
        """Take over a `state()`; raises TypeError or ValueError where it is none."""
        chances = table_of(state, len(self._chances))
        # As kept to the last bit, so that what is restored decides the same.
        if abs(float(chances.sum()) - 1.0) > 1e-6:
            raise ValueError("probabilities that add up to 1 are expected")
        self._chances = chances
        self._measure()


WEIGHTS: NDArray[np.float64] = np.array([5.0, 8.0, 5.0]) / 18.0
_QUANTILES = 0.5 + 0.5 * math.sqrt(0.6) * np.array([-1.0, 0.0, 1.0])
