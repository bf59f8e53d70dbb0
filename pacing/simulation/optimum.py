"""The most a dialler without foresight can reach on a memoryless floor, and the policy that reaches it.

A Markov decision process: b agents busy and m calls in flight, exponential handle and ring times, a call is answered
with a fixed probability, and an answer that finds all agents busy is abandoned at once. After each event m may be
raised. Maximised is the utilisation less a price for each abandonment; the price is moved until the abandonment is
the one asked for (Altman, Constrained Markov Decision Processes, 1999: the optimum mixes at most two policies).
Each price is solved by policy iteration (Howard, Dynamic Programming and Markov Processes, 1960), each policy by
renewal over its visits to one state, the equations by block elimination along b: all exact to rounding.
"""

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.intp]
"""Calls in flight to raise to, by busy agents."""

_Values = NDArray[np.float64]

TIE = 1e-9
"""Below this share of the handle time, or of the utilisation, two decisions are worth the same."""

SAMPLED = 20
"""Calls for each agent, answered, of a sample path by which a state often visited is found."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BaseStock:
    """One policy and what it reaches: in flight is raised to `levels[idle]` whenever it is below it.

    `utilisation` is the mean share of agents busy, `abandonment` abandoned / (abandoned + connected), both exact.
    """

    levels: tuple[int, ...]
    utilisation: float
    abandonment: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Optimum:
    """The highest utilisation at an abandonment, and the policies behind it.

    The abandonment of one policy jumps as the price moves, so the one asked for is met by running `cautious` and
    `bold`, the neighbours below and above it, for shares of the time: `bold_share` and the rest. `base_stock` is the
    table of `cautious`, indexed by idle agents.
    """

    utilisation: float
    abandonment: float
    cautious: BaseStock
    bold: BaseStock
    bold_share: float

    @property
    def base_stock(self) -> tuple[int, ...]:
        """Calls in flight to raise to with 0, 1, ... all agents idle."""
        return self.cautious.levels


def solve(
    agents: int, handle_s: float, ring_s: float, answer_probability: float, abandonment: float, lines: int | None = None
) -> Optimum:
    """The optimum of `agents` with exponential handle and ring times (means in seconds) at an abandonment in [0, 1).

    Where even all lines together abandon less than asked for, that is the optimum. `lines` bounds the calls in
    flight; without it the bound is far beyond what an optimal floor uses. Raises ValueError for what is no floor.
    """
    if not 0.0 <= abandonment < 1.0:
        raise ValueError(f"abandonment is {abandonment}: give a share of live answers, from 0 to below 1")
    lines = _lines(agents, handle_s, ring_s, answer_probability) if lines is None else lines
    if lines < agents:
        raise ValueError(f"lines is {lines}: give at least one for each of the {agents} agents")
    floor = _Floor(agents, handle_s, ring_s, answer_probability, lines)
    idle = agents - np.arange(agents + 1)
    cautious, bold = floor.run(idle), floor.run(np.full_like(idle, lines))
    while bold.excess(abandonment) > 0.0:
        # The price at which the two are worth the same: a better policy there lies between them, if there is one.
        price = (bold.utilisation - cautious.utilisation) / (bold.lost - cautious.lost)
        between = floor.best(price, start=cautious)
        if between.worth(price) <= cautious.worth(price) + TIE:
            break
        if between.excess(abandonment) > 0.0:
            bold = between
        else:
            cautious = between
    under, over = cautious.excess(abandonment), bold.excess(abandonment)
    share = under / (under - over) if over > 0.0 else 1.0
    utilisation = cautious.utilisation + share * (bold.utilisation - cautious.utilisation)
    lost = cautious.lost + share * (bold.lost - cautious.lost)
    return Optimum(
        utilisation=utilisation,
        abandonment=lost / (lost + utilisation),
        cautious=cautious.base_stock(),
        bold=bold.base_stock(),
        bold_share=share,
    )


def evaluate(
    agents: int, handle_s: float, ring_s: float, answer_probability: float, levels: Sequence[int]
) -> BaseStock:
    """What a base-stock table reaches on the same floor; `levels[idle]` for idle agents from 0 to all.

    Raises ValueError for what is no floor, or where the table has not one level for each, 1 or more where an agent is
    idle: without a call for an idle agent what is reached would hang on where the floor began.
    """
    if len(levels) != agents + 1 or levels[0] < 0 or min(levels[1:]) < 1:
        raise ValueError(f"levels are {levels}: give {agents + 1}, the first 0 or more, the others 1 or more")
    floor = _Floor(agents, handle_s, ring_s, answer_probability, max(levels))
    return floor.run(np.array(levels[::-1], dtype=np.intp)).base_stock()


def _lines(agents: int, handle_s: float, ring_s: float, answer_probability: float) -> int:
    """Calls in flight an optimal floor hardly ever reaches: enough for far more idle agents than it has."""
    _check(agents, handle_s, ring_s, answer_probability)
    per_ring = ring_s / handle_s
    # 1 - U is about sqrt((2 - p) R / (S N)) at 3 % (docs/pacing.md); idle agents are taken as six times that.
    idle = min(agents, math.ceil(4 + 6 * math.sqrt((2 - answer_probability) * per_ring * agents)))
    return max(agents, math.ceil((idle + agents * per_ring) / answer_probability))


def _check(agents: int, handle_s: float, ring_s: float, answer_probability: float) -> None:
    if agents < 1:
        raise ValueError(f"agents is {agents}: give 1 or more")
    if not (0.0 < handle_s < math.inf and 0.0 < ring_s < math.inf):
        raise ValueError(f"handle_s is {handle_s}, ring_s is {ring_s}: give mean seconds above 0")
    if not 0.0 < answer_probability <= 1.0:
        raise ValueError(f"answer_probability is {answer_probability}: give a share above 0, at most 1")


class _Run:
    """A policy with its values: expected until the reference state is entered next, from each state after a decision.

    `lost` is utilisation lost to abandonment: handle seconds nobody served, for each agent and second.
    """

    def __init__(self, levels: Levels, reference: tuple[int, int], values: _Values, handle_s: float) -> None:
        agents = len(levels) - 1
        self.levels = levels
        self.reference = reference
        self._time, self._busy, self._unserved = values[0], values[1] / agents, values[2] * handle_s / agents
        self.utilisation = float(self._busy[reference] / self._time[reference])
        self.lost = max(0.0, float(self._unserved[reference] / self._time[reference]))

    def worth(self, price: float) -> float:
        """The objective: utilisation less the price of what was abandoned."""
        return self.utilisation - price * self.lost

    def relative(self, price: float) -> _Values:
        """How much more each state is worth than the reference, in seconds of all agents busy."""
        value: _Values = self._busy - price * self._unserved - self.worth(price) * self._time
        value[0, 0] = -np.inf  # nobody talks and nothing rings: no event would ever come
        return value

    def excess(self, abandonment: float) -> float:
        """Above 0 where more than this share is abandoned; linear when policies share the time."""
        return self.lost - abandonment * (self.lost + self.utilisation)

    def base_stock(self) -> BaseStock:
        """The policy as it is given out."""
        return BaseStock(
            levels=tuple(int(level) for level in self.levels[::-1]),
            utilisation=self.utilisation,
            abandonment=self.lost / (self.lost + self.utilisation),
        )


class _Floor:
    """The decision process of one floor, with at most `lines` calls in flight."""

    def __init__(self, agents: int, handle_s: float, ring_s: float, answer_probability: float, lines: int) -> None:
        _check(agents, handle_s, ring_s, answer_probability)
        self._agents = agents
        self._handle_s, self._ring_s, self._answer_probability = handle_s, ring_s, answer_probability
        self._in_flight = np.arange(lines + 1)
        self._answered = self._in_flight * (answer_probability / ring_s)
        self._unanswered = self._in_flight * ((1.0 - answer_probability) / ring_s)

    def best(self, price: float, start: _Run) -> _Run:
        """The policy of the highest worth at a price for what is abandoned."""
        run, seen = start, set[bytes]()
        while (policy := run.levels.tobytes()) not in seen:
            seen.add(policy)
            value = run.relative(price)
            enough = value.max(axis=1) - TIE * self._handle_s
            kept = value[np.arange(len(value)), run.levels] >= enough
            fewest = np.argmax(value >= enough[:, None], axis=1)
            fewest[:-1] = np.maximum(1, fewest[:-1])  # a single call is never abandoned while an agent is idle
            found = self.run(np.where(kept, run.levels, fewest), run.reference)
            run = max(found, run, key=lambda one: round(one.worth(price), 9))
        return run

    def run(self, levels: Levels, near: tuple[int, int] | None = None) -> _Run:
        """A policy's values; a state it visits often is looked for from `near` on, or from most agents busy."""
        reference = self._often(levels.tolist(), near or (self._agents * 4 // 5, 0))
        return _Run(levels, reference, self._solve(levels, reference), self._handle_s)

    def _often(self, levels: list[int], state: tuple[int, int]) -> tuple[int, int]:
        """The state a sample path enters most often late on; what is exact does not depend on it."""
        chance, entered = random.Random(0), Counter[tuple[int, int]]()  # noqa: S311 - no secret
        busy, calls = state
        events = math.ceil(SAMPLED * (self._agents + 1) / self._answer_probability)
        for event in range(events):
            calls = max(calls, levels[busy])
            entered[busy, calls] += 2 * event >= events
            rings = calls / self._ring_s
            if chance.random() * (busy / self._handle_s + rings) >= rings:
                busy -= 1
                continue
            calls -= 1
            if busy < self._agents and chance.random() < self._answer_probability:
                busy += 1
        return entered.most_common(1)[0][0]

    def _solve(self, levels: Levels, reference: tuple[int, int]) -> _Values:
        """Time, busy agent-seconds and abandonments until the reference is entered, of shape (3, busy, in flight).

        Only b - 1, b and b + 1 are bound together, so levels of b are eliminated upwards and filled in downwards.
        """
        agents, size = self._agents, len(self._in_flight)
        after = np.maximum(levels[:, None], self._in_flight)
        rows = self._in_flight[1:]
        onward: list[_Values] = []
        own: list[_Values] = []

        def enters(busy: int, calls: Levels, rate: Any) -> _Values:
            """The rate of going to a state, 0 where it is the reference: there the count ends."""
            return np.where((calls == reference[1]) & (busy == reference[0]), 0.0, rate)

        for busy in range(agents + 1):
            full = busy == agents
            matrix = np.diag(busy / self._handle_s + self._answered + self._unanswered)
            stay = self._unanswered + self._answered if full else self._unanswered
            calls = after[busy, :-1]
            matrix[rows, calls] -= enters(busy, calls, stay[1:])
            known = np.zeros((size, size + 3))
            known[:, size] = 1.0
            known[:, size + 1] = busy
            if full:
                known[:, size + 2] = self._answered
            else:
                calls = after[busy + 1, :-1]
                known[rows, calls] = enters(busy + 1, calls, self._answered[1:])
            if busy:
                calls = after[busy - 1]
                freed = enters(busy - 1, calls, busy / self._handle_s)[:, None]
                matrix -= freed * onward[-1][calls]
                known[:, size:] += freed * own[-1][calls]
            else:
                matrix[0, 0] = 1.0  # no event leaves (0, 0), and no decision leads there
            solved = np.linalg.solve(matrix, known)
            onward.append(solved[:, :size])
            own.append(solved[:, size:])
        values = np.empty((3, agents + 1, size))
        above = np.zeros((size, 3))
        for busy in range(agents, -1, -1):
            above = onward[busy] @ above + own[busy]
            values[:, busy] = above.T
        return values
