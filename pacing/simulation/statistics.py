"""What many simulated days say: means with confidence intervals, and the differences of policies on the same days."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

CONFIDENCE = 0.95
"""Probability that an interval, made anew from other days, holds the true mean."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A mean over days and how far it can be trusted, in the unit of the values it came from."""

    mean: float
    half_width: float | None
    """Half of the confidence interval; None where one day alone says nothing about the spread."""
    days: int
    """Days it rests on."""

    @property
    def low(self) -> float:
        """Lower end of the interval; the mean itself where there is none."""
        return self.mean - (self.half_width or 0.0)

    @property
    def high(self) -> float:
        """Upper end of the interval; the mean itself where there is none."""
        return self.mean + (self.half_width or 0.0)


def estimate(values: Sequence[float], *, confidence: float = CONFIDENCE) -> Estimate:
    """The mean of independent days with its Student t interval. Raises ValueError without a value."""
    if not values:
        raise ValueError("an estimate needs the value of one day at least")
    mean = float(np.mean(values))
    if len(values) == 1:
        return Estimate(mean=mean, half_width=None, days=1)
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    return Estimate(mean=mean, half_width=student_t(confidence, len(values) - 1) * error, days=len(values))


def paired_difference(
    values: Sequence[float | None], baseline: Sequence[float | None], *, confidence: float = CONFIDENCE
) -> Estimate | None:
    """The mean of `values` less `baseline`, day by day, over the days on which both have a value; None without one.

    Both are of the same days (common random numbers), so the spread they share does not widen the interval.
    Raises ValueError where they are not equally many.
    """
    if len(values) != len(baseline):
        raise ValueError(f"{len(values)} days cannot be paired with {len(baseline)}: simulate the same seeds for both")
    pairs = zip(values, baseline, strict=True)
    gains = [one - other for one, other in pairs if one is not None and other is not None]
    return estimate(gains, confidence=confidence) if gains else None


@cache
def student_t(confidence: float, degrees: int) -> float:
    """How many standard errors to each side hold `confidence` (0 to 1, both excluded) of Student's t distribution.

    The distribution for whole degrees of freedom is a finite sum (Abramowitz and Stegun, Handbook of Mathematical
    Functions, 26.7.3 and 26.7.4, in the angle atan(t / sqrt(degrees))); it grows with the angle and is inverted by
    halving. Raises ValueError for a confidence outside its range or less than one degree.
    """
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence is {confidence}: give a value between 0 and 1")
    if degrees < 1:
        raise ValueError(f"degrees of freedom are {degrees}: give 1 or more")
    below, above = 0.0, math.pi / 2
    for _ in range(60):  # to the last bit of a double
        middle = (below + above) / 2
        if _within_angle(middle, degrees) < confidence:
            below = middle
        else:
            above = middle
    return math.sqrt(degrees) * math.tan((below + above) / 2)


def _within_angle(angle: float, degrees: int) -> float:
    """Probability that |t| stays below sqrt(degrees)·tan(angle)."""
    odd = degrees % 2
    cosine = math.cos(angle)
    term = cosine if odd else 1.0
    total = 0.0
    for step in range(degrees // 2):
        total += term
        numerator, denominator = (2 * step + 2, 2 * step + 3) if odd else (2 * step + 1, 2 * step + 2)
        term *= cosine**2 * numerator / denominator
    return 2 / math.pi * (angle + math.sin(angle) * total) if odd else math.sin(angle) * total
