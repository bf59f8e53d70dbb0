"""What the trunk bears: lines in use and launches a second, whatever the law wishes."""

import math
from collections import deque

from pacing.floor import Floor
from pacing.model import Observation, PacingTarget, Reason
from pacing.trunk import Trunk


class LaunchRate:
    """At most `calls_per_second` launches in any second; of a fraction, so many in the shortest span of whole calls.

    The last launches are kept themselves: a bucket of tokens would let twice the rate through after a quiet second.
    """

    def __init__(self, calls_per_second: float) -> None:
        self._most = math.ceil(calls_per_second)
        self._span_s = self._most / calls_per_second
        self._launches: deque[float] = deque(maxlen=self._most)

    def launched(self, at: float) -> None:
        """A call was launched at a time in seconds."""
        self._launches.append(at)

    def room(self, at: float) -> int:
        """Launches allowed now."""
        if self._launches and self._launches[-1] > at:
            self._launches.clear()  # launched by another clock
        while self._launches and self._launches[0] + self._span_s <= at:
            self._launches.popleft()
        return self._most - len(self._launches)

    def next_at(self, at: float) -> float:
        """The second at which one more is allowed, once the present room is used up at `at`."""
        return (self._launches[0] if self._launches else at) + self._span_s


class Limits:
    """The limits of a target, laid over the wish of a law."""

    def __init__(self, target: PacingTarget) -> None:
        self._target = target
        self._trunk = Trunk()
        self._rate = LaunchRate(target.calls_per_second) if target.calls_per_second is not None else None

    def launched(self, at: float) -> None:
        """A call was launched at a time in seconds."""
        self._trunk.launched(at)
        if self._rate is not None:
            self._rate.launched(at)

    @property
    def trunk_failing(self) -> bool:
        """Whether every call lately failed at once."""
        return self._trunk.failing

    def hear(self, observation: Observation) -> None:
        """Learn whether the trunk carries calls."""
        self._trunk.hear(observation)

    def cut(self, wanted: int, floor: Floor, numbers: dict[str, float]) -> tuple[int, Reason | None]:
        """Calls allowed of those wanted, the limit that bound last, and its numbers added to `numbers`."""
        target, allowed, reason = self._target, wanted, None
        if target.max_lines is not None:
            numbers["lines"], numbers["max_lines"] = floor.lines, target.max_lines
            if allowed > (room := max(0, target.max_lines - floor.lines)):
                allowed, reason = room, Reason.NO_LINES
        if target.max_lines_per_agent is not None:
            most = math.floor(target.max_lines_per_agent * floor.at_work)
            numbers["lines"], numbers["lines_allowed"] = floor.lines, most
            if allowed > (room := max(0, most - floor.lines)):
                allowed, reason = room, Reason.LINES_PER_AGENT
        if self._rate is not None and target.calls_per_second is not None:
            numbers["calls_per_second"] = target.calls_per_second
            if allowed > (room := self._rate.room(floor.now)):
                allowed, reason = room, Reason.CALLS_PER_SECOND
                numbers["next_call_at"] = self._rate.next_at(floor.now)
        tries = self._trunk.room(floor)
        if tries is not None:
            numbers["failures_in_a_row"] = self._trunk.failures
            if allowed > tries:
                allowed, reason = tries, Reason.TRUNK_FAILING
        return allowed, reason
