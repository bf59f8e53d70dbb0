"""Whose turn is next? Names take turns by their weights. Pure.

Each turn goes to the name that has waited longest for its share: nginx calls it smooth weighted round-robin
(ngx_http_upstream_round_robin.c). Who has nothing to give passes the turn on and is owed nothing afterwards.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Generic, TypeVar

Name = TypeVar("Name", int, str)


class Mix(Generic[Name]):
    """Deals turns. weights: by name; one of weight 0 rests. Between equals the lesser name is first."""

    def __init__(self, weights: Mapping[Name, int]) -> None:
        self._weights: dict[Name, int] = {name: weight for name, weight in sorted(weights.items()) if weight > 0}
        self._owed: dict[Name, int] = dict.fromkeys(self._weights, 0)

    @property
    def names(self) -> tuple[Name, ...]:
        """Those that have turns."""
        return tuple(self._weights)

    def deal(self, turns: int, without: Collection[Name] = ()) -> Counter[Name]:
        """So many turns by name, not to those `without` anything to give; nothing when there is no other."""
        at_table = {name: weight for name, weight in self._weights.items() if name not in without}
        for name in self._weights.keys() - at_table.keys():
            self._owed[name] = 0
        dealt: Counter[Name] = Counter()
        for _ in range(turns if at_table else 0):
            for name, weight in at_table.items():
                self._owed[name] += weight
            chosen = max(at_table, key=lambda name: self._owed[name])
            self._owed[chosen] -= sum(at_table.values())
            dealt[chosen] += 1
        return dealt
