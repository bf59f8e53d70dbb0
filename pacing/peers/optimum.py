"""A base-stock policy: a wished number of calls in flight for each number of idle agents.

The form of the optimum of a floor whose talk and ring times are exponential, see docs/pacing.md.
"""

from collections.abc import Sequence

from pacing.peers.floor_view import FloorView, Launch


class BaseStock(FloorView):
    """Raises the calls in flight to `calls[idle agents]`; beyond the table its last entry holds.

    Raises ValueError where the table is empty or holds a number below 0.
    """

    def __init__(self, calls: Sequence[int]) -> None:
        if not calls or min(calls) < 0:
            raise ValueError(f"the table is {list(calls)}: give calls in flight, 0 or more, for 0, 1, 2 … idle agents")
        super().__init__()
        self._calls = tuple(calls)

    def decide(self, at: float) -> Launch:  # noqa: ARG002 - the picture is all it needs
        """Calls missing to the wished number."""
        idle = self.count("ready")
        wished = self._calls[min(idle, len(self._calls) - 1)]
        return Launch(launch=max(0, wished - len(self.in_flight)))
