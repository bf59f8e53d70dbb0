"""What a day is measured by, and policies compared on the same days."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from pacing.simulation.day import Day
from pacing.simulation.statistics import Estimate, estimate, paired_difference

ENOUGH_LIVE = 300
"""Settled live answers a day (or a trailing hour) needs before its abandonment is held against the target."""


class Measure(StrEnum):
    """A figure of one day."""

    UTILISATION = "utilisation"
    """Talk and wrap-up as a share of staffed time, 0 to 1."""
    ABANDONMENT = "abandonment"
    """Live people who got no agent in time as a share of the settled live people, 0 to 1."""
    WORST_HOUR = "worst_hour"
    """Highest abandonment of any trailing hour with enough live answers, 0 to 1."""
    TALK_MINUTES = "talk_minutes_per_agent_hour"
    WAIT_S = "wait_between_calls_s"
    """Mean seconds an agent was ready before each call."""
    LIVE = "live_answers_per_agent_hour"
    DIALS = "dials_per_agent_hour"


class Promise(StrEnum):
    """Whether a policy's mean abandonment stays within the target."""

    KEPT = "kept"
    """The whole interval is at or below the target."""
    UNSURE = "unsure"
    """The target lies inside the interval: more days would tell."""
    BROKEN = "broken"
    """The whole interval is above the target."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """One policy over the days of a scenario."""

    policy: str
    days: int
    figures: Mapping[Measure, Sequence[float | None]]
    """Day by day; None on a day that has no such figure."""
    means: Mapping[Measure, Estimate | None]
    """None where no day has the figure."""
    days_above: int
    """Days whose abandonment was above the target, of `days_counted`."""
    days_counted: int
    """Days with ENOUGH_LIVE settled live answers."""
    promise: Promise

    def difference(self, measure: Measure, *, to: "Summary") -> Estimate | None:
        """This policy's figure less that of another on the same days; None where no day has both."""
        return paired_difference(self.figures[measure], to.figures[measure])


def figure(day: Day, measure: Measure) -> float | None:
    """One figure of a day; None where it has none (nobody staffed, no call connected, too few answers in any hour)."""
    figures: dict[Measure, Callable[[], float | None]] = {
        Measure.UTILISATION: lambda: day.utilisation if day.staffed_s else None,
        Measure.ABANDONMENT: lambda: day.abandonment,
        Measure.WORST_HOUR: lambda: day.worst_hour(min_live=ENOUGH_LIVE),
        Measure.TALK_MINUTES: lambda: _each_agent_hour(day, day.talk_s / 60),
        Measure.WAIT_S: lambda: float(np.mean(day.idle_spells_s)) if len(day.idle_spells_s) else None,
        Measure.LIVE: lambda: _each_agent_hour(day, day.live),
        Measure.DIALS: lambda: _each_agent_hour(day, day.dials),
    }
    return figures[measure]()


def compare(days: Mapping[str, Sequence[Day]], *, target: float) -> list[Summary]:
    """A summary for each policy, in order; `days` holds the same seeds in the same order for each of them.

    `target` is the promised abandonment, 0 to 1. Raises ValueError for a policy without days, or with other days
    than the first.
    """
    seeds = [[day.seed for day in own] for own in days.values()]
    if any(own != seeds[0] or not own for own in seeds):
        raise ValueError("policies are compared on the same days: simulate the same seeds, one at least, for each")
    return [_summary(policy, own, target) for policy, own in days.items()]


def _summary(policy: str, days: Sequence[Day], target: float) -> Summary:
    figures = {measure: [figure(day, measure) for day in days] for measure in Measure}
    counted = [day.abandonment for day in days if len(day.settled_at) >= ENOUGH_LIVE]
    return Summary(
        policy=policy,
        days=len(days),
        figures=figures,
        means={measure: _estimate_of(values) for measure, values in figures.items()},
        days_above=sum(share > target for share in counted),
        days_counted=len(counted),
        promise=_promise(estimate([day.abandonment for day in days]), target),
    )


def _estimate_of(values: Sequence[float | None]) -> Estimate | None:
    known = [value for value in values if value is not None]
    return estimate(known) if known else None


def _promise(abandonment: Estimate, target: float) -> Promise:
    if abandonment.high <= target:
        return Promise.KEPT
    return Promise.BROKEN if abandonment.low > target else Promise.UNSURE


def _each_agent_hour(day: Day, amount: float) -> float | None:
    return amount / (day.staffed_s / 3600) if day.staffed_s else None
