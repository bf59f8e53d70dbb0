"""The laws: from the picture of the floor to the number of calls wished for. Limits of the trunk come after.

A law is an object with one question, `wish`, so that a law that learns can take the place of one that does not.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from pacing.floor import Floor
from pacing.model import AgentState, Mode, Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a law asks for: calls to launch now, 0 or more, why, and its own numbers."""

    launch: int
    reason: Reason
    numbers: dict[str, float] = field(default_factory=dict)


class Law(Protocol):
    """How many calls the floor should have launched now."""

    def wish(self, floor: Floor) -> Wish:
        """Calls to launch for this picture; asking changes nothing."""
        ...


class Preview:
    """The agent dials; the law never does."""

    def wish(self, floor: Floor) -> Wish:  # noqa: ARG002 - the face of a law
        """Nothing, whatever the floor."""
        return Wish(launch=0, reason=Reason.PREVIEW)


class Progressive:
    """One call for each ready agent, so that abandonment is 0 (PACING.md section 1: target in flight = idle)."""

    def wish(self, floor: Floor) -> Wish:
        """Ready agents less the live people waiting for one less the calls in flight."""
        return _cover(floor, 1.0)


class Ratio:
    """A fixed number of calls for each ready agent (PACING.md section 2: target in flight = floor(k·idle)).

    Raises ValueError for a ratio below 1 or not finite.
    """

    def __init__(self, ratio: float) -> None:
        if not 1.0 <= ratio < math.inf:
            raise ValueError(f"ratio is {ratio}: give calls for each ready agent, 1 or more")
        self._ratio = ratio

    def wish(self, floor: Floor) -> Wish:
        """As progressive, `ratio` calls for each ready agent nobody waits for."""
        return replace(_cover(floor, self._ratio), numbers={"ratio": self._ratio})


class Predictive:
    """Without evidence of answers and times it holds to the progressive law, and says so."""

    def __init__(self) -> None:
        self._until_evidence = Progressive()

    def wish(self, floor: Floor) -> Wish:
        """The progressive wish, marked as a cold start."""
        wish = self._until_evidence.wish(floor)
        covered = wish.reason in {Reason.LAUNCHING, Reason.ALL_AGENTS_COVERED}
        reason = Reason.COLD_START if covered else wish.reason
        return replace(wish, reason=reason, numbers={"cold_start": 1.0})


def law_for(mode: Mode, *, ratio: float) -> Law:
    """The law of a mode; `ratio` (calls for each ready agent) is used by RATIO alone and raises ValueError below 1."""
    laws: dict[Mode, Callable[[], Law]] = {
        Mode.PREVIEW: Preview,
        Mode.PROGRESSIVE: Progressive,
        Mode.RATIO: lambda: Ratio(ratio),
        Mode.PREDICTIVE: Predictive,
    }
    return laws[mode]()


def _cover(floor: Floor, calls_per_agent: float) -> Wish:
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
