"""What the days of a scenario say, policy by policy."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from bench._pacing_choice import FAMILIES, Known, choose
from bench._pacing_days import TARGET, TOLD, Figures
from pacing.simulation.measures import Promise
from pacing.simulation.statistics import Estimate, estimate, paired_difference
from pacing.simulator import Scenario

PEERS = (
    "vicidial-hard", "vicidial-average", "vicidial-tapered", "issabel", "issabel-overcommit", "impact",
)  # fmt: skip
OURS, PLAIN, BOUND = "predictive", "progressive", "oracle"

HARDLY = 1.1
"""What is further above the target than this counts as above it, however few days there are."""


def plain_policies(scenario: Scenario) -> list[str]:
    """Those with nothing to choose."""
    return [OURS, *([TOLD] if _is_told(scenario) else []), PLAIN, BOUND, *PEERS]


MOST_IN_AN_HOUR = 2 * TARGET
"""What the worst trailing hour of a day should not lose more than."""


def peers(_: Scenario) -> list[str]:
    """Those that do not run on our law, so that its changes leave their days as they are."""
    return [PLAIN, BOUND, *PEERS]


def ours(scenario: Scenario) -> str:
    """Our law as a campaign would be set: told of people taken for machines, where a detector takes them for some."""
    return TOLD if _is_told(scenario) else OURS


def _is_told(scenario: Scenario) -> bool:
    return scenario.machine_detection is not None


def report(scenario: Scenario, known: Known, *, seeds: Sequence[int], first: int) -> dict[str, Any]:
    """The scenario's figures; shares from 0 to 1. `difference_to_…` is ours less the other's, on the same days."""
    names: dict[str, str] = {policy: policy for policy in plain_policies(scenario)}
    for family in FAMILIES:
        chosen, _ = choose(family, known, seeds=seeds, first=first, target=TARGET)
        if chosen is not None:
            names[family.label] = chosen
    days = {label: days_of(known, policy, seeds) for label, policy in names.items()}
    policies = {label: {"policy": names[label], **figures_of(own)} for label, own in days.items()}
    us = ours(scenario)
    best = best_peer(policies)
    told = {
        "title": scenario.title,
        "agents": agents_of(scenario),
        "hours": scenario.hours,
        "days": len(seeds),
        **{name: value for name, value in policies[us].items() if name != "policy"},
        "oracle_utilisation": policies[BOUND]["utilisation"],
        "oracle_abandonment": policies[BOUND]["abandonment"],
        "progressive_utilisation": policies[PLAIN]["utilisation"],
        "difference_to_oracle": difference(days[us], days[BOUND]),
        "difference_to_progressive": difference(days[us], days[PLAIN]),
        "policies": policies,
    }
    if best is not None:
        told |= {
            "best_peer": best,
            "best_peer_policy": names[best],
            "best_peer_utilisation": policies[best]["utilisation"],
            "difference_to_best_peer": difference(days[us], days[best]),
        }
    return told


def best_peer(policies: Mapping[str, Mapping[str, Any]], among: Sequence[str] | None = None) -> str | None:
    """Of the peers that keep the promise the one whose agents work most; None where all break it."""
    honest = [
        label
        for label, figures in policies.items()
        if label not in {OURS, TOLD, PLAIN, BOUND} and keeps(figures) and (among is None or label in among)
    ]
    return max(honest, key=lambda label: policies[label]["utilisation"], default=None)


def keeps(figures: Mapping[str, Any]) -> bool:
    """Whether the mean abandonment is at or below the target, or so little above that the days cannot tell."""
    return bool(figures["abandonment"] <= (TARGET if figures["promise"] == Promise.BROKEN else TARGET * HARDLY))


def agents_of(scenario: Scenario) -> int:
    """All who work some part of its day."""
    return sum(shift.agents for shift in scenario.staff)


def days_of(known: Known, policy: str, seeds: Sequence[int]) -> list[Figures]:
    """The policy's days, as far as they were simulated."""
    found = [known(policy, seed) for seed in seeds]
    return [day for day in found if day is not None]


def figures_of(days: Sequence[Figures]) -> dict[str, Any]:
    work, lost = estimate([day.utilisation for day in days]), estimate([day.abandonment for day in days])
    counted = [day for day in days if day.counted]
    hours = [day.worst_hour for day in days if day.worst_hour is not None]
    return {
        "utilisation": work.mean,
        "utilisation_half_width": work.half_width,
        "abandonment": lost.mean,
        "abandonment_half_width": lost.half_width,
        "promise": str(_promise(lost)),
        "days_counted": len(counted),
        "days_over": sum(day.abandonment > TARGET for day in counted) / len(counted) if counted else None,
        "worst_day": max(day.abandonment for day in days),
        "worst_hour": max(hours, default=None),
        "days_with_hours": len(hours),
        "hours_over": sum(hour > MOST_IN_AN_HOUR for hour in hours) / len(hours) if hours else None,
        "processor_s_per_day": fmean(day.processor_s for day in days),
    }


def _promise(lost: Estimate) -> Promise:
    if lost.high <= TARGET:
        return Promise.KEPT
    return Promise.BROKEN if lost.low > TARGET else Promise.UNSURE


def difference(days: Sequence[Figures], others: Sequence[Figures]) -> dict[str, float | None]:
    """Of the utilisation, day by day: its mean and half of its 95 % interval."""
    found = paired_difference([day.utilisation for day in days], [day.utilisation for day in others])
    assert found is not None
    return {"mean": found.mean, "half_width": found.half_width}
