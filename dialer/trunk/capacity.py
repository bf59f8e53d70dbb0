"""What a trunk or a carrier bears: calls at once, and calls per second."""

from dataclasses import dataclass, field
from math import inf

from dialer.trunk.call_rate import CallRate


@dataclass(kw_only=True)
class Capacity:
    """max_calls, rate: None where there is no limit. up: calls that hold a line, dialled or about to be."""

    max_calls: int | None = None
    rate: CallRate | None = None
    up: int = 0
    launched: int = field(default=0)
    """Calls ever launched."""

    def lines(self) -> float:
        """Lines that are free; below zero when more calls were found up than may be."""
        return inf if self.max_calls is None else self.max_calls - self.up

    def available(self, now: float) -> float:
        """Calls that may be launched now, lines and rate taken together."""
        rate = inf if self.rate is None else self.rate.available(now)
        return max(0, min(self.lines(), rate))

    def spreads(self, now: float) -> bool:
        """Whether nothing but the spreading of a second's calls is in the way of one more."""
        return self.rate is not None and self.lines() >= 1 and self.rate.spreads(now)

    def wait_s(self, now: float) -> float:
        """Seconds until the rate lets one more through; the lines are another matter."""
        return 0.0 if self.rate is None else self.rate.wait_s(now)

    def take(self, now: float) -> None:
        """A call is about to be launched."""
        self.up += 1
        self.launched += 1
        if self.rate is not None:
            self.rate.take(1, now)

    def give_back(self) -> None:
        """The call taken last was not launched after all."""
        self.up -= 1
        self.launched -= 1
        if self.rate is not None:
            self.rate.give_back(1)
