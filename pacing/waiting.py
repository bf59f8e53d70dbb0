"""How long an agent waits for the next call, by promise and number of agents: the exact end and the fitted rest.

Where nobody may be abandoned a renewal argument tells it exactly (`pacing.simulation.closed_forms`). The predictive
law shortens it: to wait / (1 + e^y), y a polynomial in the logarithms of what the floor is like. The form keeps it
between nothing and the exact end whatever the coefficients, which `python -m bench whatif` fits on simulated days.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pacing.predict.estimates import Estimates
from pacing.waiting_fit import COEFFICIENTS


class Axis(StrEnum):
    """What a floor's waiting depends on."""

    AGENTS = "agents"
    TARGET = "target"
    """Promised abandonment."""
    HANDLING = "handling"
    """Mean handling time over the mean ringing before an answer."""
    SEARCH = "search"
    """Mean time one line takes to find a live person over the mean ringing before an answer."""
    ANSWERS = "answers"
    """Share of calls a live person answers."""
    DELAY = "delay"
    """Mean seconds of ringing before an answer: beside the fixed seconds a person may wait."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """What an axis was fitted between."""

    low: float
    high: float

    def place(self, value: float) -> float:
        """Where a value above 0 lies on a logarithmic scale: -1 at the low end, 1 at the high end."""
        return 2.0 * math.log(value / self.low) / math.log(self.high / self.low) - 1.0


BOX: Mapping[Axis, Span] = {
    Axis.AGENTS: Span(low=2.0, high=220.0),
    Axis.TARGET: Span(low=0.004, high=0.08),
    Axis.HANDLING: Span(low=3.0, high=50.0),
    Axis.SEARCH: Span(low=1.3, high=40.0),
    Axis.ANSWERS: Span(low=0.06, high=0.66),
    Axis.DELAY: Span(low=6.0, high=16.0),
}
"""The floors the formula was fitted on (bench/_whatif_days.py)."""


def progressive_wait_s(estimates: Estimates) -> float:
    """Mean seconds one line takes to find a live person, which an agent waits where nobody may be abandoned."""
    failed = (1.0 - estimates.answer_probability) / estimates.answer_probability
    return estimates.answer_s + failed * estimates.failed_s


def wait_s(estimates: Estimates, *, agents: int, target: float) -> tuple[float, tuple[Axis, ...]]:
    """Mean seconds an agent of so many (1 or more) is ready before a call at a promise from 0 to 1.

    Beside it the axes on which this lies outside of what was fitted; it is then that of the nearest end, or, below
    the smallest promise fitted, between that and the exact end.
    """
    longest_s = progressive_wait_s(estimates)
    if agents < 2 or not target:
        return longest_s, ()
    values = axes(estimates, agents=agents, target=target)
    places = {axis: BOX[axis].place(value) for axis, value in values.items()}
    outside = tuple(axis for axis in Axis if abs(places[axis]) > 1.0 + 1e-9)
    held = {axis: min(max(place, -1.0), 1.0) for axis, place in places.items()}
    shorter_s = longest_s / (1.0 + math.exp(exponent(held)))
    part = min(target / BOX[Axis.TARGET].low, 1.0)
    return longest_s + part * (shorter_s - longest_s), outside


def axes(estimates: Estimates, *, agents: float, target: float) -> dict[Axis, float]:
    """Where a floor lies on each axis."""
    return {
        Axis.AGENTS: agents,
        Axis.TARGET: target,
        Axis.HANDLING: estimates.handle_s / estimates.answer_s,
        Axis.SEARCH: progressive_wait_s(estimates) / estimates.answer_s,
        Axis.ANSWERS: estimates.answer_probability,
        Axis.DELAY: estimates.answer_s,
    }


def exponent(places: Mapping[Axis, float]) -> float:
    """The polynomial, at places from -1 to 1 on each axis."""
    return sum(coefficient * monomial(names, places) for names, coefficient in COEFFICIENTS.items())


def monomial(names: str, places: Mapping[Axis, float]) -> float:
    """The product of the places on the axes a term names, such as "agents target"; 1 for the empty name."""
    return math.prod(places[Axis(name)] for name in names.split())
