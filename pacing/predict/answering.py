"""Which calls will be answered: the shape of ringing, the level of the moment and the classes of call, together."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pacing.floor import Floor
from pacing.model import Heard, Observation
from pacing.predict.answer_rate import STEP, WEIGHTS, AnswerRate
from pacing.predict.kept import not_negative, number, positive, table_of
from pacing.predict.kinds import MOST_STEPS, Kinds, factor
from pacing.predict.overflow import spread
from pacing.predict.ringing import AGES, Ringing

REFRESH_S = 2.0
"""Seconds between two makings of the tables and two steps of the rate."""


class Answering:
    """Estimates of live answers, fed by observations, brought up to date by `advance`."""

    def __init__(self) -> None:
        self._ringing = Ringing()
        self._rate = AnswerRate()
        self._kinds = Kinds()
        self._answers = 0
        self._expected = 0.0
        self._at = -math.inf
        self._points = self._rate.points
        self._chances: dict[int, NDArray[np.float64]] = {}
        self.delay_s = self._ringing.answer_delay_s(self._rate.level)
        """Mean seconds of ringing before a live person answers."""

    @property
    def calls(self) -> int:
        """Calls whose end was learned from."""
        return self._ringing.calls

    @property
    def ringing(self) -> Ringing:
        """How the calls learned from rang."""
        return self._ringing

    def hear(self, observation: Observation) -> None:
        """Learn from a call that was placed, answered, or rang out."""
        heard, age = observation.heard, observation.seconds
        if heard is Heard.PLACED:
            self._kinds.placed(observation.kind)
        elif age is not None and heard in {Heard.ANSWERED, Heard.RANG_OUT}:
            answered = heard is Heard.ANSWERED
            kind = observation.kind
            relative = factor(self._kinds.step(kind))
            accounted = max(0.0, age - max(0.0, observation.at - self._at))
            whole = self._ringing.expected_at_end(age)
            self._expected += relative * (whole - self._ringing.expected(accounted))
            self._answers += answered
            self._ringing.end(age, answered=answered, level=self._rate.level * relative)
            self._kinds.ended(kind, self._rate.level * whole, answered=answered)

    def advance(self, floor: Floor) -> None:
        """Bring the estimates to the floor's time."""
        now = floor.now
        placed = np.fromiter(floor.in_flight.values(), dtype=np.float64, count=len(floor.in_flight))
        self._ages = np.minimum(now - placed, float(AGES))
        self._steps = self._steps_of(floor)
        if not 0.0 <= now - self._at < REFRESH_S:
            relative = None if self._steps is None else np.exp(self._steps * STEP)
            if 0.0 < now - self._at < math.inf:
                before = np.maximum(np.minimum(self._at - placed, float(AGES)), 0.0)
                expected = self._expected + self._ringing.expected_between(before, self._ages, relative)
                self._rate.step(now - self._at, max(expected, 0.0), self._answers)
            self._at = now
            self._expected, self._answers = 0.0, 0
            self._refresh(relative)

    def weights(self) -> NDArray[np.float64]:
        """Weights of the calls in flight by level of their answer probability, for each of the points of the rate."""
        seconds = np.minimum(self._ages.astype(np.intp), AGES - 1)
        if self._steps is None:
            counts = np.bincount(seconds, minlength=AGES)
            rung = counts.nonzero()[0]
            return spread(self._of(0)[:, rung], counts[rung].astype(np.float64))
        groups, counts = np.unique((self._steps + MOST_STEPS) * AGES + seconds, return_counts=True)
        columns = [self._of(int(group) // AGES - MOST_STEPS)[:, int(group) % AGES] for group in groups]
        return spread(np.stack(columns, axis=1), counts.astype(np.float64))

    def next_call(self) -> NDArray[np.float64]:
        """Probability that the next call launched reaches a live person, for each of the points of the rate."""
        chances: NDArray[np.float64] = self._of(self._kinds.mix_step)[:, 0]
        return chances

    def _steps_of(self, floor: Floor) -> NDArray[np.intp] | None:
        if not floor.kinds or not floor.in_flight:
            return None
        kinds, step = floor.kinds, self._kinds.step
        return np.array([step(kinds.get(call)) for call in floor.in_flight], dtype=np.intp)

    def _refresh(self, relative: NDArray[np.float64] | None) -> None:
        levels = self._rate.level * (np.ones(len(self._ages)) if relative is None else relative)
        self._ringing.refresh(self._ages, levels)
        # The scale is free between shape and level; it is kept where the level is 1 on average.
        steps = round(math.log(self._ringing.mean_level) / STEP)
        if steps:
            self._ringing.rebase(math.exp(steps * STEP))
            self._rate.rebase(steps)
            self._ringing.refresh(self._ages, levels / math.exp(steps * STEP))
        self._points = self._rate.points
        self._chances = {}
        self.delay_s = self._ringing.answer_delay_s(self._rate.level)

    def _of(self, step: int) -> NDArray[np.float64]:
        """Answer probabilities by age of calls of a step, shape (points, AGES)."""
        if step not in self._chances:
            self._chances[step] = self._ringing.answer_chances(self._points * factor(step))
        return self._chances[step]

    def state(self) -> dict[str, Any]:
        """What was learned, as JSON."""
        return {
            "ringing": self._ringing.state(),
            "rate": self._rate.state(),
            "kinds": self._kinds.state(),
            "at": None if math.isinf(self._at) else self._at,
            "answers": self._answers,
            "expected": self._expected,
            "points": self._points.tolist(),
            "delay_s": self.delay_s,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over a `state()`; raises KeyError, TypeError or ValueError where it is none."""
        ringing, rate, kinds = Ringing(), AnswerRate(), Kinds()
        ringing.restore(state["ringing"])
        rate.restore(state["rate"])
        kinds.restore(state["kinds"])
        at = -math.inf if state["at"] is None else number(state["at"])
        answers, expected = int(not_negative(state["answers"])), number(state["expected"])
        points, delay_s = table_of(state["points"], len(WEIGHTS)), positive(state["delay_s"])
        self._ringing, self._rate, self._kinds = ringing, rate, kinds
        self._points, self.delay_s = points, delay_s
        self._at, self._answers, self._expected = at, answers, expected
        self._chances = {}
