"""The laws: from the picture of the floor to the number of calls wished for. Limits of the trunk come after.

A law has one question, `wish`; a law that learns also hears what happens, and keeps what it learned as JSON.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from pacing.floor import Floor
from pacing.model import AgentState, Observation, Reason
from pacing.tally import Window


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a law asks for: calls to launch now, 0 or more, why, and its own numbers."""

    launch: int
    reason: Reason
    numbers: dict[str, float] = field(default_factory=dict)


class Law(Protocol):
    """How many calls the floor should have launched now."""

    def wish(self, floor: Floor, windows: Sequence[Window]) -> Wish:
        """Calls to launch for this picture; `windows` hold the abandonment so far. Asking again gives the same."""
        ...

    def hear(self, observation: Observation) -> None:
        """An understood fact."""
        ...

    def settled(self, at: float, connected: float, abandoned: float, windows: Sequence[Window]) -> None:
        """Live people were connected or abandoned; `windows` hold them already."""
        ...

    def state(self) -> dict[str, Any]:
        """What was learned, as JSON."""
        ...

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over a `state()`; raises KeyError, TypeError or ValueError, and changes nothing, where it is none."""
        ...


class Unlearned:
    """The part of a law that learns nothing."""

    def hear(self, observation: Observation) -> None:
        """Nothing is learned."""

    def settled(self, at: float, connected: float, abandoned: float, windows: Sequence[Window]) -> None:
        """Nothing is learned."""

    def state(self) -> dict[str, Any]:
        """Nothing."""
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """There is nothing to take over."""


class Preview(Unlearned):
    """The agent dials; the law never does."""

    def wish(self, floor: Floor, windows: Sequence[Window]) -> Wish:  # noqa: ARG002 - the face of a law
        """Nothing, whatever the floor."""
        return Wish(launch=0, reason=Reason.PREVIEW)


class Progressive(Unlearned):
    """One call for each ready agent, so that abandonment is 0: as many in flight as are idle (docs/pacing.md)."""

    def wish(self, floor: Floor, windows: Sequence[Window]) -> Wish:  # noqa: ARG002 - the face of a law
        """Ready agents less the live people waiting for one less the calls in flight."""
        return cover(floor, 1.0)


class Ratio(Unlearned):
    """A fixed number of calls for each ready agent (target in flight = floor(k·idle)).

    Raises ValueError for a ratio below 1 or not finite.
    """

    def __init__(self, ratio: float) -> None:
        if not 1.0 <= ratio < math.inf:
            raise ValueError(f"ratio is {ratio}: give calls for each ready agent, 1 or more")
        self._ratio = ratio

    def wish(self, floor: Floor, windows: Sequence[Window]) -> Wish:  # noqa: ARG002 - the face of a law
        """As progressive, `ratio` calls for each ready agent nobody waits for."""
        return replace(cover(floor, self._ratio), numbers={"ratio": self._ratio})


def cover(floor: Floor, calls_per_agent: float) -> Wish:
    """So many calls in flight for each ready agent nobody waits for."""
    ready = floor.count_staying(AgentState.READY)
    # An answered person holds a whole agent, a ringing call its share of one.
    idle = max(0, ready - len(floor.waiting))
    launch = max(0, math.floor(calls_per_agent * idle) - len(floor.in_flight))
    if launch:
        reason = Reason.LAUNCHING
    elif ready:
        reason = Reason.ALL_AGENTS_COVERED
    else:
        reason = Reason.AGENTS_BUSY if floor.at_work else Reason.NO_AGENTS
    return Wish(launch=launch, reason=reason)
