"""Keeping the promise: the overflow a launch may bring, from the abandonment so far.

The regulator never brakes hard, for a law that swings between bold and timid loses more agents' time than it saves
people (docs/pacing.md). The overflow allowed for each expected answer is e^(level - gain·error); the error is the
people abandoned beyond the promise, plus a margin for chance; the level is learned from the error, slowly, so that the
share settles on the promise whatever the floor is like.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from pacing.tally import Window

GAIN = 0.12
"""Change of the logarithm of the allowed overflow for each person abandoned too many."""

ELASTICITY = 0.7
"""How the share abandoned answers the allowed overflow, both in logarithms; measured on simulated floors."""

DAMPING = 1.0
MARGIN_DEVIATIONS = 1.5
"""Standard deviations of the error kept between the share aimed at and the promise."""

START_LEVEL = -3.0
LOWEST_LEVEL, HIGHEST_LEVEL = -7.0, -0.3
MOST_CREDIT = 0.6
MOST_DEBT = 1.5
"""Bounds of gain·error: what was saved is not spent in a burst, and no debt stops the floor for the whole day."""

NEW_DAY_AFTER_S = 3 * 3600.0
"""A break without a live answer for so long begins a new day."""

HOUR_S = 3600.0
HOUR_ENOUGH = 150
HOUR_SHARE = 1.8
"""The trailing hour may hold this many times the promise, once it has enough answers."""


class Promise:
    """The overflow allowed so that at most `share` of the live people are abandoned, today and in every window.

    soft, hard: shares of a window between which the allowed overflow falls to nothing; None: no such limit.
    """

    def __init__(self, share: float, *, soft: float | None = None, hard: float | None = None) -> None:
        self._share = share
        self._soft = hard if soft is None else soft
        self._hard = hard
        self._level = START_LEVEL
        self._live = 0.0
        self._abandoned = 0.0
        self._last = -math.inf
        self._hour = Window(HOUR_S)
        slope = GAIN * share * ELASTICITY
        self._memory = 1.0 / slope if slope else math.inf
        """Live answers after which an error has fallen to a third."""
        self._learning = 0.25 * DAMPING * GAIN * slope

    def settled(self, at: float, *, connected: float, abandoned: float, windows: Sequence[Window]) -> None:
        """Live people were connected or abandoned at a time in seconds; `windows` already hold them."""
        if at - self._last > NEW_DAY_AFTER_S:
            self._live = self._abandoned = 0.0
        self._last = at
        self._live += connected + abandoned
        self._abandoned += abandoned
        self._hour.add(at, connected=connected, abandoned=abandoned)
        if not self._share:
            return
        level = self._level - self._learning * (connected + abandoned) * self._error(windows)
        self._level = min(max(level, LOWEST_LEVEL), HIGHEST_LEVEL)

    def allowed(self, at: float, windows: Sequence[Window]) -> float:
        """Overflow allowed for each expected live answer, 0 or more."""
        if not self._share or self._over_the_hour(at):
            return 0.0
        return self._window_factor(windows) * math.exp(self._level - GAIN * self._error(windows))

    def _error(self, windows: Sequence[Window]) -> float:
        """People abandoned beyond the promise and the margin, in the worst of today and the windows, bounded."""
        beyond = self._abandoned - self._share * self._live
        for window in windows:
            beyond = max(beyond, window.abandoned - self._share * window.live)
        # The error is an Ornstein-Uhlenbeck process in live answers; its variance after n of them is this.
        variance = 0.5 * self._share * self._memory * -math.expm1(-2.0 * self._live / self._memory)
        error = beyond + MARGIN_DEVIATIONS * math.sqrt(variance)
        return min(max(error, -MOST_CREDIT / GAIN), MOST_DEBT / GAIN)

    def _over_the_hour(self, at: float) -> bool:
        self._hour.advance(at)
        return self._hour.live >= HOUR_ENOUGH and self._hour.abandoned > HOUR_SHARE * self._share * self._hour.live

    def _window_factor(self, windows: Sequence[Window]) -> float:
        if self._hard is None or self._soft is None:
            return 1.0
        worst = max((window.abandonment for window in windows if window.live >= HOUR_ENOUGH), default=0.0)
        if worst <= self._soft:
            return float(worst < self._hard)
        return max(0.0, (self._hard - worst) / (self._hard - self._soft))

    def state(self) -> dict[str, Any]:
        """What was counted and learned, as JSON."""
        return {
            "level": self._level,
            "live": self._live,
            "abandoned": self._abandoned,
            "last": None if math.isinf(self._last) else self._last,
            "hour": self._hour.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over a `state()`; raises KeyError, TypeError or ValueError where it is none."""
        hour = Window(HOUR_S)
        hour.restore(state["hour"])
        level, live, abandoned = (float(state[name]) for name in ("level", "live", "abandoned"))
        last = -math.inf if state["last"] is None else float(state["last"])
        self._level, self._live, self._abandoned, self._last, self._hour = level, live, abandoned, last, hour
