"""Where the wait of a live person begins, and whether an agent came too late for the promise."""

from collections.abc import Hashable

from pacing.model import ClockStart

TOLERANCE_S = 1e-6
"""Seconds are floats on a clock that may count from 1970: an agent told in time must not be late by rounding."""


class Waits:
    """The beginning of each wait, by the campaign's clock.

    `begins`: the moment the wait is counted from; where it is never told of a call, the answer, the strictest.
    `limit_s`: seconds from there after which an agent comes too late (16 CFR 310.4(b)(4)(ii): within two seconds of
    the completed greeting).
    """

    def __init__(self, begins: ClockStart, limit_s: float) -> None:
        self._begins = begins
        self._limit_s = limit_s
        self._began: dict[Hashable, float] = {}

    def heard(self, call: Hashable, moment: ClockStart, at: float) -> bool:
        """A moment of the answer passed at a time in seconds. False where it was told before: the first stands."""
        if moment is not self._begins:
            return True
        return self._began.setdefault(call, at) == at

    def late(self, call: Hashable, answered: float | None, at: float) -> bool:
        """Whether an agent at `at` is too late; a person whose wait has no known beginning was not kept waiting."""
        began = self._began.get(call, answered)
        return began is not None and at - began > self._limit_s + TOLERANCE_S

    def forget(self, call: Hashable) -> None:
        """The call's wait is over."""
        self._began.pop(call, None)

    def restart(self, at: float) -> None:
        """Another clock began: every wait counts from now."""
        self._began = dict.fromkeys(self._began, at)
