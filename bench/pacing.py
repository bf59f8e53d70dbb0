"""Our law against every peer, on the same simulated days, beside the policy that knows the world's true laws.

`run(quick)` gives for each scenario of pacing/scenarios its figures (bench/_pacing_report.py), and what pacing costs
(bench/_pacing_cost.py). docs/benchmarks/pacing.md tells the method. A stopped run goes on where it was: days are kept
in the cache folder for as long as the code they ran on stays the same.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from alo.simulate import scenarios
from base.settings import load_settings
from bench import _pacing_plot, _pacing_table
from bench._pacing_choice import FAMILIES, Known, choose
from bench._pacing_cost import costs
from bench._pacing_days import TARGET, Job, Kept, run_all
from bench._pacing_kept import Days
from bench._pacing_report import peers, plain_policies, report
from pacing.simulator import Scenario

SEEDS = range(1, 11)
FIRST = 3
"""Seeds on which every setting of a peer is tried."""
SHORT_FROM_AGENTS, SHORT_HOURS = 50, 4.0
"""Larger floors have shorter days: they see as many calls, and cost as much to simulate."""
QUICK = ("five-agents", "short-calls", "high-answer")
QUICK_SEEDS, QUICK_HOURS = range(1, 3), 0.5
PICTURE = Path(__file__).parents[1] / "docs" / "benchmarks" / "pacing.svg"


def run(quick: bool) -> dict[str, Any]:
    figures: dict[str, Any] = costs(quick=quick)
    seeds = QUICK_SEEDS if quick else SEEDS
    for scenario, told in compared(floors(quick=quick), seeds=seeds, first=min(FIRST, len(seeds)), kept=kept()):
        figures[scenario.name] = told
    return figures


def floors(*, quick: bool) -> list[Scenario]:
    if quick:
        return [replace(scenarios.find(name), hours=QUICK_HOURS) for name in QUICK]
    return [
        replace(one, hours=SHORT_HOURS) if sum(shift.agents for shift in one.staff) >= SHORT_FROM_AGENTS else one
        for one in scenarios.shipped()
    ]


def kept() -> Days:
    return Days(load_settings().cache_dir / "bench" / "pacing.jsonl")


def compared(
    worlds: Sequence[Scenario], *, seeds: Sequence[int], first: int, kept: Kept, workers: int | None = None
) -> Iterator[tuple[Scenario, dict[str, Any]]]:
    """Simulate what is not kept yet, then the figures of each scenario."""
    for policies in (peers, plain_policies):
        fill(worlds, policies, seeds=seeds, first=first, kept=kept, workers=workers)
    for scenario in worlds:
        yield scenario, report(scenario, _known(scenario, kept), seeds=seeds, first=first)


def fill(
    worlds: Sequence[Scenario],
    policies: Callable[[Scenario], Sequence[str]],
    *,
    seeds: Sequence[int],
    first: int,
    kept: Kept,
    workers: int | None = None,
) -> None:
    """Simulate the days of these policies, and of the settings to choose from, that are not kept yet."""

    def missing(scenario: Scenario) -> Iterator[Job]:
        """What has to be simulated, as far as that can be said by now."""
        known = _known(scenario, kept)
        wanted = [(policy, seed) for policy in policies(scenario) for seed in seeds]
        for family in FAMILIES:
            wanted += choose(family, known, seeds=seeds, first=first, target=TARGET)[1]
        for policy, seed in wanted:
            if known(policy, seed) is None:
                yield Job(scenario=scenario, policy=policy, seed=seed)

    run_all(worlds, missing, kept, workers=workers)


def _known(scenario: Scenario, kept: Kept) -> Known:
    return lambda policy, seed: kept.get(Job(scenario=scenario, policy=policy, seed=seed))


def table(figures: dict[str, Any]) -> str:
    """The tables of docs/benchmarks/pacing.md."""
    return _pacing_table.tables(figures)


def plot(figures: dict[str, Any]) -> Path:
    """Draw docs/benchmarks/pacing.svg."""
    _pacing_plot.save(PICTURE, figures)
    return PICTURE
