"""How soon busy agents become ready: talk and wrap-up, by how long they have lasted.

Each stage has a rate of ending by age (piecewise constant, events over seconds spent), drawn towards its mean rate
where a bin has seen little: exponential stages stay exponential, scripted calls of even length are foreseen.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pacing.floor import Floor
from pacing.model import AgentState, Heard, Observation
from pacing.predict.kept import not_negative, number, positive, table_of
from pacing.predict.overflow import spread

FIRST_EDGE_S = 3.0
EDGE_RATIO = 1.2
BINS = 40
"""Bins of age: 0 to 3 s, then each longer by a fifth, to over an hour."""

MEMORY = 1500.0
"""Stages over which the rates are learned; older ones fade."""

SHRINK = 12.0
"""Stages whose weight the mean rate has in each bin."""

PRIOR_STAGES = 3.0

WRAPPED_MEMORY = 100.0
"""Talks over which the share of those with a wrap-up is followed."""

REFRESH_S = 5.0
"""Seconds between two makings of the tables."""

EDGES: NDArray[np.float64] = np.concatenate([[0.0], FIRST_EDGE_S * EDGE_RATIO ** np.arange(BINS)])
_WIDTHS = np.diff(EDGES)
_INNER = EDGES[1:-1]
_HEAVIEST = 1e9


class Stage:
    """The rates at which one stage of an agent's work ends, from its lengths; O(1) a fact.

    supposed_s: mean length before any was seen.
    """

    def __init__(self, supposed_s: float) -> None:
        self._weight = 1.0
        self._growth = math.exp(1.0 / MEMORY)
        self._ended = np.zeros(BINS)
        self._rest_s = np.zeros(BINS)  # seconds spent in the bin where the stage ended
        self._supposed_s = supposed_s
        self.seen = 0
        self.refresh(np.zeros(0))

    def end(self, length_s: float) -> None:
        """A stage ended after `length_s`."""
        place = _bin(length_s)
        self._ended[place] += self._weight
        self._rest_s[place] += self._weight * max(0.0, length_s - float(EDGES[place]))
        self.seen += 1
        self._weight *= self._growth
        if self._weight > _HEAVIEST:
            self._ended /= self._weight
            self._rest_s /= self._weight
            self._weight = 1.0

    def refresh(self, ages_s: NDArray[np.float64]) -> None:
        """Make the table of rates anew; stages that last now, of these ages, count as far as they have come."""
        place = np.searchsorted(_INNER, ages_s, side="right")
        lasting = np.bincount(place, minlength=BINS) * self._weight
        rest = np.bincount(place, ages_s - EDGES[place], minlength=BINS) * self._weight
        stages = self._ended + lasting
        reached_after = stages[::-1].cumsum()[::-1] - stages
        exposed = self._rest_s + rest + reached_after * _WIDTHS
        prior = PRIOR_STAGES * self._weight
        self.mean_s = float((exposed.sum() + prior * self._supposed_s) / (self._ended.sum() + prior))
        """Mean length."""
        shrink = SHRINK * self._weight
        self.rates: NDArray[np.float64] = (self._ended + shrink) / (exposed + shrink * self.mean_s)
        """Ends per second by bin of age."""

    def state(self) -> dict[str, Any]:
        """The rates as JSON."""
        return {
            "seen": self.seen,
            "weight": self._weight,
            "ended": self._ended.tolist(),
            "rest_s": self._rest_s.tolist(),
            "rates": self.rates.tolist(),
            "mean_s": self.mean_s,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over a `state()`; raises KeyError, TypeError or ValueError where it is none."""
        ended, rest_s = table_of(state["ended"], BINS), table_of(state["rest_s"], BINS)
        seen, weight = int(state["seen"]), positive(state["weight"])
        rates, mean_s = table_of(state["rates"], BINS), positive(state["mean_s"])
        self._ended, self._rest_s, self.seen, self._weight = ended, rest_s, seen, weight
        self.rates, self.mean_s = rates, mean_s


class Handling:
    """How soon busy agents become ready."""

    def __init__(self) -> None:
        self._talk = Stage(supposed_s=120.0)
        self._wrap = Stage(supposed_s=20.0)
        self._wrapped_share = 1.0
        self._at = -math.inf
        self._horizon: tuple[float, float] | None = None
        self._ending: NDArray[np.float64] = np.zeros(2 * BINS)

    @property
    def handle_s(self) -> float:
        """Mean seconds an agent is taken by a call, wrap-up in it."""
        return self._talk.mean_s + self._wrapped_share * self._wrap.mean_s

    @property
    def talk_s(self) -> float:
        """Mean seconds of talk."""
        return self._talk.mean_s

    @property
    def talks(self) -> int:
        """Talks whose end was learned from."""
        return self._talk.seen

    def hear(self, observation: Observation) -> None:
        """Learn from a stage that ended."""
        if observation.seconds is None:
            return
        if observation.heard is Heard.TALK_ENDED:
            self._talk.end(observation.seconds)
            self._wrapped_share += (observation.wraps_up - self._wrapped_share) / WRAPPED_MEMORY
        elif observation.heard is Heard.WRAPUP_ENDED:
            self._wrap.end(observation.seconds)

    def weights(self, floor: Floor, horizon_s: float) -> NDArray[np.float64]:
        """Weights of the busy agents by level of their probability to be ready in time, shape (LEVELS + 1,)."""
        talking = floor.now - _times(floor.since_staying(AgentState.TALKING))
        wrapping = floor.now - _times(floor.since_staying(AgentState.WRAPUP))
        if not 0.0 <= floor.now - self._at < REFRESH_S:
            self._at = floor.now
            self._talk.refresh(talking)
            self._wrap.refresh(wrapping)
            self._horizon = None
        ending = self._ending_within(horizon_s)
        # At the rate of the age half-way there.
        places = np.searchsorted(_INNER, np.concatenate([talking, wrapping]) + 0.5 * horizon_s, side="right")
        places[len(talking) :] += BINS
        counts = np.bincount(places, minlength=2 * BINS)
        seen = counts.nonzero()[0]
        frees: NDArray[np.float64] = spread(ending[None, seen], counts[seen])[0]
        return frees

    def _ending_within(self, horizon_s: float) -> NDArray[np.float64]:
        """Probability to be ready within the horizon, by bin of age: of who talks, then of who wraps up."""
        horizon = (horizon_s, self._wrapped_share)
        if horizon != self._horizon:
            # Who stops talking somewhere in the horizon must also wrap up in the rest of it.
            wrap_s = self._wrap.mean_s
            wrapped_too = 1.0 - wrap_s / horizon_s * -math.expm1(-horizon_s / wrap_s)
            self._ending = -np.expm1(np.concatenate([self._talk.rates, self._wrap.rates]) * -horizon_s)
            self._ending[:BINS] *= 1.0 - self._wrapped_share * (1.0 - wrapped_too)
            self._horizon = horizon
        return self._ending

    def state(self) -> dict[str, Any]:
        """What was learned, as JSON."""
        return {
            "talk": self._talk.state(),
            "wrap": self._wrap.state(),
            "wrapped_share": self._wrapped_share,
            "at": None if math.isinf(self._at) else self._at,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over a `state()`; raises KeyError, TypeError or ValueError where it is none."""
        talk, wrap = Stage(supposed_s=120.0), Stage(supposed_s=20.0)
        talk.restore(state["talk"])
        wrap.restore(state["wrap"])
        share = min(not_negative(state["wrapped_share"]), 1.0)
        at = -math.inf if state["at"] is None else number(state["at"])
        self._talk, self._wrap, self._wrapped_share, self._at = talk, wrap, share, at
        self._horizon = None


def _times(since: Iterable[float]) -> NDArray[np.float64]:
    return np.fromiter(since, dtype=np.float64)


def _bin(length_s: float) -> int:
    if length_s < FIRST_EDGE_S:
        return 0
    return min(1 + int(math.log(length_s / FIRST_EDGE_S) / math.log(EDGE_RATIO)), BINS - 1)
