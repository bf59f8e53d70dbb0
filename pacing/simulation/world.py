"""What chance has in store: everything that belongs to the k-th call, drawn before anyone decides anything.

Two policies in the same world see the same k-th call, so that their days differ by what they decide and not by luck.
"""

from typing import NamedTuple

import numpy as np

from pacing.simulation.calls import CallClass, share_at
from pacing.simulation.chance import Floats, Law
from pacing.simulation.scenario import Scenario

BLOCK = 4096
"""Calls drawn at a time."""

SHORTEST_RING_S = 0.01
"""Above 0, or calls without an answer could follow one another for ever within one instant."""

_CALLS = 0

HUMAN, MACHINE, BUSY, INVALID, NOANSWER = range(5)


class Call(NamedTuple):
    """What is in store for one call, whatever comes of it. Times in seconds."""

    outcome: float
    """Where in the shares of outcomes it falls, 0 to 1."""
    call_class: int
    failure: float
    """It fails in a spell of the trunk that fails more than this share."""
    detection: float
    """Machine detection errs where its share of errors is above this."""
    rings: tuple[float, float, float, float, float]
    """From the dial to the end, by outcome in the order of HUMAN to NOANSWER."""
    talk: float
    wrap: float
    patience: float
    detection_delay: float
    machine_talk: float


def streams(seed: int, about: int, number: int) -> list[np.random.Generator]:
    """Independent sources of chance for one purpose: drawing more from one leaves the others as they are."""
    return [np.random.default_rng(each) for each in np.random.SeedSequence([seed, about]).spawn(number)]


class Calls:
    """The calls of a day in the order they are placed, in blocks."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self._scenario = scenario
        self._streams = streams(seed, _CALLS, 14)
        weights = np.array([one.share for one in scenario.classes] or [1.0])
        self._classes = (np.cumsum(weights) / weights.sum())[:-1]

    def block(self) -> list[Call]:
        """The next BLOCK calls."""
        scenario, ring, detection = self._scenario, self._scenario.ring, self._scenario.machine_detection
        source = iter(self._streams)
        # Each quantity has a stream of its own, used or not, so that one option does not move another's draws.
        chances = [next(source).random(BLOCK) for _ in range(4)]
        rings = [
            self._ring(law, next(source)) for law in (ring.human, ring.machine, ring.busy, ring.invalid, ring.noanswer)
        ]
        laws = [scenario.talk, scenario.wrap, scenario.patience]
        laws += [detection.delay, detection.machine_talk] if detection else [None, None]
        lengths = [
            np.full(BLOCK, np.inf) if law is None else law.draw(each, BLOCK)
            for law, each in zip(laws, source, strict=True)
        ]
        outcome, classes, failure, error = chances
        return list(
            map(
                Call,
                outcome.tolist(),
                np.searchsorted(self._classes, classes, side="right").tolist(),
                failure.tolist(),
                error.tolist(),
                zip(*(each.tolist() for each in rings), strict=True),
                *(each.tolist() for each in lengths),
            )
        )

    def _ring(self, law: Law | None, source: np.random.Generator) -> Floats:
        ring = self._scenario.ring
        if law is None:
            return np.full(BLOCK, ring.time_out_s)
        return np.clip(ring.post_dial_delay_s + law.draw(source, BLOCK), SHORTEST_RING_S, ring.time_out_s)


class Shares:
    """What becomes of a call placed at a second of the day; shares hold for a whole second."""

    def __init__(self, scenario: Scenario) -> None:
        seconds = np.arange(int(scenario.duration_s) + 1)
        hours = scenario.start_hour + seconds / 3600.0
        outcomes = scenario.outcomes
        table = np.array(
            [share_at(each, hours) for each in (outcomes.human, outcomes.machine, outcomes.busy, outcomes.invalid)]
        )
        for shock in scenario.shocks:
            during = (seconds >= scenario.second(shock.from_hour)) & (seconds < scenario.second(shock.to_hour))
            factors = np.array([[shock.human], [shock.machine], [shock.busy], [shock.invalid]])
            table = np.where(during, table * factors, table)
        table /= np.maximum(table.sum(axis=0), 1.0)
        self._edges: list[list[list[float]]] = [
            _edges(table, one).T.tolist() for one in scenario.classes or (CallClass(name=""),)
        ]

    def outcome(self, second: float, call: Call) -> int:
        """HUMAN, MACHINE, BUSY, INVALID or NOANSWER."""
        chance = call.outcome
        for outcome, edge in enumerate(self._edges[call.call_class][int(second)]):
            if chance < edge:
                return outcome
        return NOANSWER


def _edges(table: Floats, one: CallClass) -> Floats:
    """Upper edges of the first four outcomes for a class, shape (4, seconds): a factor on odds is one on a weight."""
    weights = table * np.array([[one.human], [one.machine], [one.busy], [one.invalid]])
    total = weights.sum(axis=0) + (1.0 - table.sum(axis=0))
    return np.asarray(np.cumsum(weights, axis=0) / np.where(total > 0.0, total, 1.0))
