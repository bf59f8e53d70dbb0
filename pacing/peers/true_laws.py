"""What an all-knowing policy reads off a scenario: answer probability by age of the ring, and when agents come free.

Laws that can only be drawn from are taken from many drawn values, once for each scenario and process. Not in it:
spells in which the trunk fails, and how soon an agent hangs up on a machine.
"""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pacing.simulation.calls import CallClass, share_at
from pacing.simulation.chance import Floats, Law
from pacing.simulation.scenario import Scenario

DRAWS = 200_000
RING_STEP_S = 0.25
AGE_STEP_S = 2.0
SHARE_STEP_S = 10.0
LEAST_LEFT = 200
"""Draws that must be left beyond an age for it to be told from the age before."""


class TrueLaws:
    """A scenario's laws as tables."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._classes = scenario.classes or (CallClass(name=""),)
        self._class_of = {one.name: number for number, one in enumerate(self._classes)}
        self._generator = np.random.default_rng(0)
        detection = scenario.machine_detection
        self.false_machine = detection.false_machine if detection else 0.0
        self._missed_machine = detection.missed_machine if detection else 0.0
        self._survival, self.mean_answer_s = self._rings()
        self._shares = self._shares_by_class()
        self._tables: dict[tuple[int, int], list[float]] = {}
        weights = np.array([one.share for one in self._classes])
        human, machine = self._shares[:, :2].transpose(1, 0, 2)
        answers = human * (1.0 - self.false_machine) + machine * self._missed_machine
        self._candidate: list[float] = np.average(answers, axis=0, weights=weights).tolist()
        people = np.average(human * (1.0 - self.false_machine), axis=0, weights=weights)
        self._human: list[float] = (people / np.maximum(np.average(answers, axis=0, weights=weights), 1e-12)).tolist()

    def candidate(self, at: float) -> float:
        """Probability that the next call placed is answered and handed on, machines taken for people included."""
        return self._candidate[self._slot(at)]

    def human(self, at: float) -> float:
        """Probability that a call handed on as answered is a person and no machine."""
        return self._human[self._slot(at)]

    def answer_by_age(self, at: float, kind: str | None) -> list[float]:
        """For a call placed then: the probability that it will be handed on, given it rings still, by RING_STEP_S."""
        # A kind is "HH/name"; shares by the second are finer than its hour.
        number = 0 if kind is None else self._class_of[kind.partition("/")[2]]
        key = (number, self._slot(at))
        if key not in self._tables:
            human, machine, busy, invalid = self._shares[number, :, key[1]]
            lost, missed = self.false_machine, self._missed_machine
            noanswer = 1.0 - human - machine - busy - invalid
            answer, found, other = self._survival[:2], self._survival[2:4], self._survival[4:]
            on = human * (1.0 - lost) * answer[0] + machine * missed * answer[1]
            off = human * lost * found[0] + machine * (1.0 - missed) * found[1]
            off = off + busy * other[0] + invalid * other[1] + noanswer * other[2]
            self._tables[key] = (on / np.maximum(on + off, 1e-300)).tolist()
        return self._tables[key]

    def free_within(self, look_ahead_s: float) -> tuple[list[float], list[float]]:
        """Probability that an agent is ready again within a time, by AGE_STEP_S of talk, and of wrap-up."""
        talk, wrap = self._lengths
        return _ends_within(talk, talk + wrap, look_ahead_s), _ends_within(wrap, wrap, look_ahead_s)

    @cached_property
    def _lengths(self) -> tuple[Floats, Floats]:
        scenario = self._scenario
        return scenario.talk.draw(self._generator, DRAWS), scenario.wrap.draw(self._generator, DRAWS)

    def _slot(self, at: float) -> int:
        return min(int(at / SHARE_STEP_S), len(self._candidate) - 1)

    def _rings(self) -> tuple[NDArray[np.float64], float]:
        """Survival of ring times on the grid, and the mean time to a person who answers.

        Rows: person and machine up to the verdict (as handed on, then as hung up on), busy, invalid, no answer.
        """
        ring, detection = self._scenario.ring, self._scenario.machine_detection

        def drawn(law: Law | None) -> Floats:
            if law is None:
                return np.full(DRAWS, ring.time_out_s)
            return np.minimum(ring.post_dial_delay_s + law.draw(self._generator, DRAWS), ring.time_out_s)

        verdict = detection.delay.draw(self._generator, DRAWS) if detection else 0.0
        human, machine = drawn(ring.human) + verdict, drawn(ring.machine) + verdict
        unanswered = [drawn(ring.busy), drawn(ring.invalid), drawn(ring.noanswer)]
        ends = [human, machine, human, machine, *unanswered]
        ages = np.arange(0.0, max(float(each.max()) for each in ends) + 2 * RING_STEP_S, RING_STEP_S)
        rows = [1.0 - np.searchsorted(np.sort(each), ages, side="right") / DRAWS for each in ends]
        return np.array(rows), float(human.mean())

    def _shares_by_class(self) -> NDArray[np.float64]:
        """Shares of person, machine, busy, invalid: shape (classes, 4, slots)."""
        scenario, outcomes = self._scenario, self._scenario.outcomes
        hours = scenario.start_hour + np.arange(0.0, scenario.duration_s, SHARE_STEP_S) / 3600.0
        each = (outcomes.human, outcomes.machine, outcomes.busy, outcomes.invalid)
        table = np.array([share_at(share, hours) for share in each])
        for shock in scenario.shocks:
            during = (hours >= shock.from_hour) & (hours < shock.to_hour)
            factors = np.array([[shock.human], [shock.machine], [shock.busy], [shock.invalid]])
            table = np.where(during, table * factors, table)
        table = table / np.maximum(table.sum(axis=0), 1.0)
        rest = 1.0 - table.sum(axis=0)
        by_class = []
        for one in self._classes:
            odds = table * np.array([[one.human], [one.machine], [one.busy], [one.invalid]])
            by_class.append(odds / np.maximum(odds.sum(axis=0) + rest, 1e-12))
        return np.array(by_class)


def _ends_within(lasted: Floats, ends: Floats, look_ahead_s: float) -> list[float]:
    """By age: of the draws that last longer than the age, the share that ends within `look_ahead_s` after it."""
    table: list[float] = []
    age = 0.0
    while True:
        left = ends[lasted > age]
        if len(left) < LEAST_LEFT:
            return table or [1.0]
        table.append(float(np.count_nonzero(left <= age + look_ahead_s)) / len(left))
        age += AGE_STEP_S
