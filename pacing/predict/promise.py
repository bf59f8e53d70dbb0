"""Keeping the promise: the overflow a launch may bring, from the abandonment so far.

The regulator never brakes hard, for a law that swings between bold and timid loses more agents' time than it saves
people (docs/pacing.md). The overflow allowed for each expected answer is e^(start + learned - push). The push is in
proportion to the error: the people abandoned beyond the promise, plus a margin for chance. What this floor differs by
is learned from the error too, slowly, so that the share settles on the promise whatever the floor is like.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from pacing.predict.kept import not_negative, number
from pacing.tally import Window

MEMORY_PER_ROOT_AGENT = 50.0
"""Live answers in which the regulator works an error off to a third, for each root of an agent: a small floor has few
answers a day and must be quick, a large one can be gentle, which wastes less."""

ELASTICITY = 1.1
"""How the share abandoned answers the allowed overflow, both in logarithms; measured on simulated floors."""

MARGIN_DEVIATIONS = 2.1
"""Standard deviations of the error kept between the share aimed at and the promise."""

BURSTS_LEAST, BURSTS_RISE, BURSTS_AGENTS = 0.5, 3.0, 25.0
"""On a large floor people are abandoned several at a time, on a small one more evenly than by chance. The variance of
their number is its mean times least + rise·(1 - e^(-agents/bursts agents)); measured on simulated floors."""

START_SHARE = 0.03
START_LEVEL, START_RISE, START_AGENTS = -4.15, 0.75, 120.0
"""The logarithm of the allowed overflow that brings the start share abandoned, from simulated floors:
level + rise·(1 - e^(-agents/start agents)). The level learned is what the floor differs by."""

MOST_LEARNED = 3.0
MOST_CREDIT = 0.6
MOST_DEBT = 1.5
"""Bounds of the push: what was saved is not spent in a burst, and no debt stops the floor for the whole day."""

MOST_ALLOWED = 0.5
"""Overflow for each expected answer that is never passed, unless the promise itself is higher: people lost cannot be
more than people who answer, so near 1 the rule would hold nothing back, whatever the floor has taught."""

NEW_DAY_AFTER_S = 3 * 3600.0
"""A break without a live answer for so long begins a new day."""

HOUR_S = 3600.0
HOUR_ENOUGH = 150
HOUR_SOFT, HOUR_HARD = 1.6, 2.0
"""Times the promise in the trailing hour, once it has enough answers, between which the allowed overflow falls to
nothing."""


class Promise:
    """The overflow allowed so that at most `share` of the live people are abandoned, today and in every window.

    soft, hard: shares of a window between which the allowed overflow falls to nothing; None: no such limit.
    """

    def __init__(self, share: float, *, soft: float | None = None, hard: float | None = None) -> None:
        self._share = share
        self._soft = hard if soft is None else soft
        self._hard = hard
        self._learned = 0.0
        self._live = 0.0
        self._abandoned = 0.0
        self._unseen = 0.0
        self._last = -math.inf
        self._hour = Window(HOUR_S)
        self._agents = self._most_agents = 1

    def settled(
        self, at: float, *, connected: float, abandoned: float, windows: Sequence[Window], held_back: bool = False
    ) -> None:
        """Live people were connected or abandoned at a time in seconds; `windows` already hold them.

        held_back: fewer calls were launched than allowed, so that few abandoned prove nothing, and save nothing to be
        spent when the hold ends.
        """
        if at - self._last > NEW_DAY_AFTER_S:
            self._live = self._abandoned = self._unseen = 0.0
            self._most_agents = self._agents
        self._last = at
        self._abandoned += abandoned
        # A part of a person is one expected among the machines: nobody will tell, so the chance in it adds up all day.
        self._unseen += (abandoned % 1.0) * (1.0 - abandoned % 1.0)
        if not (held_back and self._share and self._push(windows) < 0.0):
            self._live += connected + abandoned
        self._hour.add(at, connected=connected, abandoned=abandoned)
        if not self._share:
            return
        # A regulator with an integral part, critically damped (Åström and Murray, Feedback Systems, 2008, ch. 10).
        push = self._push(windows)
        if held_back:
            push = max(push, 0.0)
        learned = self._learned - 0.25 / self._memory * (connected + abandoned) * push
        self._learned = min(max(learned, -MOST_LEARNED), MOST_LEARNED)

    def allowed(self, at: float, windows: Sequence[Window], *, agents: int) -> float:
        """Overflow allowed for each expected live answer, 0 or more, on a floor of so many agents."""
        self._agents = agents
        self._most_agents = max(self._most_agents, agents)
        if not self._share:
            return 0.0
        allowed = math.exp(self._start() + self._learned - self._push(windows))
        return self._hour_factor(at) * self._window_factor(windows) * min(allowed, max(MOST_ALLOWED, self._share))

    def _start(self) -> float:
        rise = START_RISE * -math.expm1(-self._agents / START_AGENTS)
        return START_LEVEL + rise + math.log(self._share / START_SHARE) / ELASTICITY

    @property
    def _memory(self) -> float:
        return _memory(self._agents)

    def _push(self, windows: Sequence[Window]) -> float:
        """What the error takes off the logarithm of the allowed overflow.

        The error is the people abandoned beyond the promise and the margin, in the worst of today and the windows.
        """
        beyond = self._abandoned - self._share * self._live
        for window in windows:
            beyond = max(beyond, window.abandoned - self._share * window.live)
        # The error is an Ornstein-Uhlenbeck process in live answers; its variance after n of them is this, on the day's
        # largest floor: what was kept for chance is not spent when most have gone home.
        memory = _memory(self._most_agents)
        variance = 0.5 * self._share * memory * -math.expm1(-2.0 * self._live / memory)
        variance *= BURSTS_LEAST + BURSTS_RISE * -math.expm1(-self._most_agents / BURSTS_AGENTS)
        error = beyond + MARGIN_DEVIATIONS * math.sqrt(variance + self._unseen)
        push = error / (self._memory * self._share * ELASTICITY)
        return min(max(push, -MOST_CREDIT), MOST_DEBT)

    def _hour_factor(self, at: float) -> float:
        self._hour.advance(at)
        if self._hour.live < HOUR_ENOUGH:
            return 1.0
        return _falling(self._hour.abandonment, HOUR_SOFT * self._share, HOUR_HARD * self._share)

    def _window_factor(self, windows: Sequence[Window]) -> float:
        if self._hard is None or self._soft is None:
            return 1.0
        worst = max((window.abandonment for window in windows if window.live >= HOUR_ENOUGH), default=0.0)
        return _falling(worst, self._soft, self._hard)

    def state(self) -> dict[str, Any]:
        """What was counted and learned, as JSON."""
        return {
            "learned": self._learned,
            "agents": self._agents,
            "most_agents": self._most_agents,
            "live": self._live,
            "abandoned": self._abandoned,
            "unseen": self._unseen,
            "last": None if math.isinf(self._last) else self._last,
            "hour": self._hour.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over a `state()`; raises KeyError, TypeError or ValueError where it is none."""
        hour = Window(HOUR_S)
        hour.restore(state["hour"])
        learned = number(state["learned"])
        live, abandoned, unseen = (not_negative(state[name]) for name in ("live", "abandoned", "unseen"))
        last = -math.inf if state["last"] is None else number(state["last"])
        self._agents, self._most_agents = (max(1, int(state[name])) for name in ("agents", "most_agents"))
        self._learned, self._live, self._abandoned, self._unseen = learned, live, abandoned, unseen
        self._last, self._hour = last, hour


def _memory(agents: int) -> float:
    return MEMORY_PER_ROOT_AGENT * math.sqrt(agents)


def _falling(share: float, soft: float, hard: float) -> float:
    """1 up to `soft`, 0 from `hard` on, even in between."""
    if share >= hard:
        return 0.0
    return min(1.0, (hard - share) / (hard - soft)) if hard > soft else 1.0
