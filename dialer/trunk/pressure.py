"""How full the fullest of the exchange's queues is, also between two looks."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """One task processor. waiting: tasks now; deepest: most since it began; high_water: at which calls are refused."""

    name: str
    waiting: int
    deepest: int
    high_water: int


class Pressure:
    """Remembers how deep each queue was: one that was deeper than ever since the last look was that deep lately."""

    def __init__(self) -> None:
        self._deepest: dict[str, int] | None = None

    def of(self, queues: Iterable[Queue]) -> float:
        """0 where nothing waits, 1 where a queue reached its high water mark since the last look."""
        told, fullest = tuple(queues), 0.0
        known = self._deepest
        for queue in told:
            deeper = known is not None and queue.deepest > known.get(queue.name, 0)
            lately = queue.deepest if deeper else queue.waiting
            fullest = max(fullest, lately / max(1, queue.high_water))
        self._deepest = {queue.name: queue.deepest for queue in told}
        return fullest
