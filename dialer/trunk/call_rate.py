"""How many calls a trunk may be given now: never more than its rate in any one second, nor a tenth of it at once."""

from collections import deque
from dataclasses import dataclass, field
from math import ceil

SPREAD_S = 0.1


@dataclass(kw_only=True)
class CallRate:
    """rate: calls per second; below one, a call each 1/rate seconds. Times are the caller's, in seconds.

    Windows that slide, not a bucket of tokens: a full bucket lets through twice the rate after a quiet second, and
    carriers answer that with congestion. The short window keeps the calls of a second from coming all at once, second
    after second: their answers would come together too, and wait for each other.
    """

    rate: float
    _launched: deque[float] = field(default_factory=deque)

    def available(self, now: float) -> int:
        """Calls that may be launched now."""
        long_s, most = self._windows[0]
        while self._launched and self._launched[0] <= now - long_s:
            self._launched.popleft()
        short_s, at_once = self._windows[1]
        lately = sum(1 for at in self._newest(at_once) if at > now - short_s)
        return max(0, min(most - len(self._launched), at_once - lately))

    def spreads(self, now: float) -> bool:
        """Whether only the spreading is in the way of one more call: not even half of the second's are used."""
        long_s, most = self._windows[0]
        return not self.available(now) and 2 * sum(1 for at in self._launched if at > now - long_s) < most

    def wait_s(self, now: float) -> float:
        """Seconds until one more may be launched; 0 when one may now."""
        if self.available(now):
            return 0.0
        frees = [self._launched[-most] + window_s for window_s, most in self._windows if len(self._launched) >= most]
        return max(0.0, max(frees) - now)

    def take(self, count: int, now: float) -> None:
        """Calls are about to be launched."""
        self._launched.extend([now] * count)

    def give_back(self, count: int) -> None:
        """So many of the calls taken last were not launched after all."""
        for _ in range(min(count, len(self._launched))):
            self._launched.pop()

    @property
    def _windows(self) -> tuple[tuple[float, int], tuple[float, int]]:
        """(seconds, most calls in them): the rate itself, and its spreading."""
        if self.rate < 1:
            return (1.0 / self.rate, 1), (SPREAD_S, 1)
        return (1.0, int(self.rate)), (SPREAD_S, ceil(self.rate * SPREAD_S))

    def _newest(self, count: int) -> list[float]:
        return [self._launched[-i] for i in range(1, min(count, len(self._launched)) + 1)]
