"""How calls ring: the rates at which live people answer, and at which calls end otherwise, by age of the ringing.

Competing risks with censoring (Prentice et al., Biometrics 34, 1978): each second of age has a rate for either end,
its events over the call-seconds spent in it, so that a call still ringing has already told how long it has rung. Rates
of live answers are relative to the level of the moment (Breslow, JRSS B 34, 1972), which `answer_rate` follows apart:
what changes from minute to minute is the level, what is learned over hours is the shape.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pacing.predict.kept import positive, table_of

AGES = 90
"""Bins of one second of ringing; longer ringing counts in the last."""

MEMORY = 4000.0
"""Calls over which the shape is learned; older ones fade."""

PRIOR_CALLS = 12.0
"""Weight, in calls, of the shape supposed before any has rung."""

_HEAVIEST = 1e9
_NOBODY = 1e-200


class Ringing:
    """The shape of ringing of one campaign. Facts cost O(1); `refresh` makes the tables that questions are put to."""

    def __init__(self) -> None:
        human, other = _supposed()
        # Weights grow by a factor with each call, which is fading without touching what is kept.
        self._weight = 1.0
        self._growth = math.exp(1.0 / MEMORY)
        self._human = human
        self._other = other
        self._ended = human + other
        self._level_at_end = human + other
        self.calls = 0
        """Calls that have ended, answered or not."""
        self.refresh(np.zeros(0), np.zeros(0))

    def end(self, age_s: float, *, answered: bool, level: float) -> None:
        """A call ended after `age_s` of ringing, while the level of live answers was `level`."""
        age = min(int(age_s), AGES - 1)
        weight = self._weight
        (self._human if answered else self._other)[age] += weight
        self._ended[age] += weight
        self._level_at_end[age] += weight * level
        self.calls += 1
        self._weight *= self._growth
        if self._weight > _HEAVIEST:
            for table in (self._human, self._other, self._ended, self._level_at_end):
                np.divide(table, self._weight, out=table)
            self._weight = 1.0

    def refresh(self, ages_s: NDArray[np.float64], levels: NDArray[np.float64]) -> None:
        """Make the tables anew; the calls that ring now, of these ages and levels, count as far as they have come."""
        age = np.minimum(ages_s.astype(np.intp), AGES - 1)
        exposed = _exposure(self._ended, np.bincount(age, minlength=AGES), self._weight)
        exposed_level = _exposure(self._level_at_end, np.bincount(age, levels, minlength=AGES), self._weight)
        self.mean_level = float(exposed_level.sum() / exposed.sum())
        """Mean level over what was learned."""
        self._take(np.minimum(self._human / exposed_level, 4.0), np.minimum(self._other / exposed, 4.0))

    def _take(self, human_rate: NDArray[np.float64], other_rate: NDArray[np.float64]) -> None:
        self.human_rate = human_rate
        """Live answers per second of ringing at level 1, by age, shape (AGES,)."""
        self.other_rate = other_rate
        """Ends without a live person per second of ringing, by age, shape (AGES,)."""
        self.cumulative: NDArray[np.float64] = np.concatenate([[0.0], np.cumsum(human_rate)])
        """Expected live answers at level 1 of a call that has rung so many whole seconds, shape (AGES + 1,)."""

    @property
    def answer_probability(self) -> float:
        """Share of the calls learned from that live people answered."""
        return float(self._human.sum() / (self._human.sum() + self._other.sum()))

    @property
    def answer_s(self) -> float:
        """Mean seconds they rang before."""
        return _mean_age_s(self._human)

    @property
    def failed_s(self) -> float:
        """Mean seconds of ringing of the calls that ended without a live person."""
        return _mean_age_s(self._other)

    def rebase(self, factor: float) -> None:
        """Make what was level `factor` level 1."""
        self._level_at_end /= factor

    def expected(self, age_s: float) -> float:
        """Expected live answers at level 1 of a call that has rung for `age_s`."""
        age = min(int(age_s), AGES - 1)
        part = min(age_s - age, 1.0)
        return float(self.cumulative[age] + part * self.human_rate[age])

    def expected_at_end(self, age_s: float) -> float:
        """Expected live answers at level 1 of a call that ended after `age_s`, its last second counted half.

        The rates are made that way too: were the level told otherwise, it would err wherever calls end early or late in
        a second, as those do that end by a timer.
        """
        age = min(int(age_s), AGES - 1)
        return float(self.cumulative[age] + 0.5 * self.human_rate[age])

    def expected_between(
        self, before_s: NDArray[np.float64], after_s: NDArray[np.float64], relative: NDArray[np.float64] | None
    ) -> float:
        """Expected live answers at level 1, times `relative`, of calls that went from one age to another, summed."""
        expected = self._expected_at(after_s) - self._expected_at(before_s)
        return float(expected.sum() if relative is None else expected @ relative)

    def _expected_at(self, ages_s: NDArray[np.float64]) -> NDArray[np.float64]:
        age = np.minimum(ages_s.astype(np.intp), AGES - 1)
        part = np.minimum(ages_s - age, 1.0)
        return np.asarray(self.cumulative[age] + part * self.human_rate[age])

    def answer_chances(self, levels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probability that a call of an age will yet be answered by a live person, shape (levels, AGES)."""
        human = levels[:, None] * self.human_rate
        total = human + self.other_rate
        safe = np.maximum(total, 1e-12)
        # Survival to the start of each second; the exponent is held where a float still divides by it.
        gone = np.minimum(total.cumsum(axis=1) - total, 500.0)
        survive = np.exp(-gone)
        answered = survive * (human / safe) * -np.expm1(-total)
        ahead = answered[:, ::-1].cumsum(axis=1)[:, ::-1]
        return np.minimum(ahead / survive, 1.0)

    def answer_delay_s(self, level: float) -> float:
        """Mean seconds of ringing of the calls that live people answer."""
        human = level * self.human_rate
        total = human + self.other_rate
        gone = np.minimum(total.cumsum() - total, 500.0)
        answered = np.exp(-gone) * (human / np.maximum(total, 1e-12)) * -np.expm1(-total)
        reached = float(answered.sum())
        if reached < _NOBODY:
            return 0.5 * AGES  # any delay will do but none at all, which others divide by
        return float(answered @ (np.arange(AGES) + 0.5)) / reached

    def state(self) -> dict[str, Any]:
        """The shape as JSON."""
        return {
            "calls": self.calls,
            "weight": self._weight,
            "human": self._human.tolist(),
            "other": self._other.tolist(),
            "ended": self._ended.tolist(),
            "level_at_end": self._level_at_end.tolist(),
            "human_rate": self.human_rate.tolist(),
            "other_rate": self.other_rate.tolist(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over a `state()`; raises KeyError, TypeError or ValueError where it is none."""
        tables = [table_of(state[name], AGES) for name in ("human", "other", "ended", "level_at_end")]
        calls, weight = int(state["calls"]), positive(state["weight"])
        self._human, self._other, self._ended, self._level_at_end = tables
        human_rate, other_rate = table_of(state["human_rate"], AGES), table_of(state["other_rate"], AGES)
        self.calls, self._weight = calls, weight
        self._take(human_rate, other_rate)


def _exposure(ended: NDArray[np.float64], ringing: NDArray[Any], weight: float) -> NDArray[np.float64]:
    """Call-seconds spent in each second of age: whole for calls that rang on, half for those that ended in it."""
    both = ended + weight * ringing
    reached = both[::-1].cumsum()[::-1]
    return np.asarray(np.maximum(reached - 0.5 * both, 1e-9))


def _mean_age_s(ended: NDArray[np.float64]) -> float:
    return float(ended @ (np.arange(AGES) + 0.5) / ended.sum())


def _supposed() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ends by age before anything is known: people answer around 10 s (gamma, shape 4, after 2 s of set-up), the rest
    rings out over a minute. A quarter are people; `answer_rate` knows that this is only a guess.
    """
    age = np.arange(AGES) + 0.5
    rung = np.maximum(age - 2.0, 1e-9) / 2.4
    human = rung**3 * np.exp(-rung)
    other = np.exp(-age / 25.0)
    return human / human.sum() * 0.25 * PRIOR_CALLS, other / other.sum() * 0.75 * PRIOR_CALLS
