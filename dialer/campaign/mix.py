"""Of which list is the next lead? Lists take turns by their weights. Pure.

Each turn goes to the list that has waited longest for its share: nginx calls it smooth weighted round-robin
(ngx_http_upstream_round_robin.c). A list that has nothing to give passes its turn on and is owed nothing afterwards.
"""

from collections import Counter
from collections.abc import Collection, Mapping


class Mix:
    """Deals turns to lists. weights: by list; one of weight 0 rests. Without any, list 0 has every turn."""

    def __init__(self, weights: Mapping[int, int]) -> None:
        self._weights = {name: weight for name, weight in sorted(weights.items()) if weight > 0}
        if not weights:
            self._weights = {0: 1}
        self._owed = dict.fromkeys(self._weights, 0)

    @property
    def lists(self) -> tuple[int, ...]:
        """The lists that have turns."""
        return tuple(self._weights)

    def deal(self, turns: int, without: Collection[int] = ()) -> Counter[int]:
        """So many turns by list, not to those `without` anything to give; nothing when there is no other."""
        at_table = {name: weight for name, weight in self._weights.items() if name not in without}
        for name in self._weights.keys() - at_table.keys():
            self._owed[name] = 0
        dealt: Counter[int] = Counter()
        for _ in range(turns if at_table else 0):
            for name, weight in at_table.items():
                self._owed[name] += weight
            chosen = max(at_table, key=lambda name: (self._owed[name], -name))
            self._owed[chosen] -= sum(at_table.values())
            dealt[chosen] += 1
        return dealt
