"""Our law against every peer, on the same simulated days, beside the policy that knows the world's true laws.

`run(quick)` gives for each scenario of pacing/scenarios its figures (bench/_pacing_report.py), how rarely a day breaks
the promise (bench/_pacing_promise.py), and what pacing costs (bench/_pacing_cost.py). docs/benchmarks/pacing.md tells
the method. A stopped run goes on where it was: days are kept in the cache folder for as long as the code they ran on
stays the same.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from alo.simulate import scenarios
from base.settings import load_settings
from bench import _pacing_plot, _pacing_promise, _pacing_table
from bench._pacing_choice import FAMILIES, Family, Known, choose
from bench._pacing_cost import costs
from bench._pacing_days import TARGET, Job, Kept, run_all
from bench._pacing_kept import Days
from bench._pacing_report import BOUND, agents_of, days_of, ours, peers, plain_policies, report
from pacing.simulator import Scenario

SEEDS = range(1, 11)
FIRST = 3
"""Seeds on which every setting of a peer is tried."""
HOURS_FROM_AGENTS = {50: 4.0, 200: 2.0}
"""Larger floors have shorter days: they see as many calls, and cost as much to simulate."""
QUICK = ("five-agents", "short-calls", "high-answer")
QUICK_SEEDS, QUICK_HOURS = range(1, 3), 0.5
PAGES = Path(__file__).parents[1] / "docs" / "benchmarks"
BEGIN, END = "<!-- begin of the figures: python -m bench pacing --write -->", "<!-- end of the figures -->"


def run(quick: bool) -> dict[str, Any]:
    figures: dict[str, Any] = costs(quick=quick)
    days, worlds = kept(), floors(quick=quick)
    seeds, many = (QUICK_SEEDS, QUICK_SEEDS) if quick else (SEEDS, _pacing_promise.SEEDS)
    for scenario, told in compared(worlds, seeds=seeds, first=min(FIRST, len(seeds)), kept=days):
        figures[scenario.name] = told
    figures["promise"] = promise([one for one in worlds if one.name in _pacing_promise.FLOORS], seeds=many, kept=days)
    return figures


def floors(*, quick: bool) -> list[Scenario]:
    if quick:
        return [replace(scenarios.find(name), hours=QUICK_HOURS) for name in QUICK]
    return [replace(one, hours=_hours(one)) for one in scenarios.shipped()]


def _hours(scenario: Scenario) -> float:
    agents = agents_of(scenario)
    return min([scenario.hours, *(hours for least, hours in HOURS_FROM_AGENTS.items() if agents >= least)])


def kept() -> Days:
    return Days(load_settings().cache_dir / "bench" / "pacing.jsonl")


def compared(
    worlds: Sequence[Scenario], *, seeds: Sequence[int], first: int, kept: Kept, workers: int | None = None
) -> Iterator[tuple[Scenario, dict[str, Any]]]:
    """Simulate what is not kept yet, then the figures of each scenario."""
    for policies in (peers, plain_policies):
        fill(worlds, policies, seeds=seeds, first=first, kept=kept, workers=workers)
    for scenario in worlds:
        yield scenario, report(scenario, known_of(scenario, kept), seeds=seeds, first=first)


def promise(
    worlds: Sequence[Scenario], *, seeds: Sequence[int], kept: Kept, workers: int | None = None
) -> dict[str, Any]:
    """More days of our law and of the oracle, and how many of ours were above the target."""
    fill(worlds, lambda one: [ours(one), BOUND], families=(), seeds=seeds, kept=kept, workers=workers)
    return {
        one.name: _pacing_promise.told(
            *(days_of(known_of(one, kept), policy, seeds) for policy in (ours(one), BOUND)), agents=agents_of(one)
        )
        for one in worlds
    }


def fill(
    worlds: Sequence[Scenario],
    policies: Callable[[Scenario], Sequence[str]],
    *,
    families: Sequence[Family] = FAMILIES,
    seeds: Sequence[int],
    first: int = FIRST,
    kept: Kept,
    workers: int | None = None,
) -> None:
    """Simulate the days of these policies, and of the settings to choose from, that are not kept yet."""

    def missing(scenario: Scenario) -> Iterator[Job]:
        """What has to be simulated, as far as that can be said by now."""
        known = known_of(scenario, kept)
        wanted = [(policy, seed) for policy in policies(scenario) for seed in seeds]
        for family in families:
            wanted += choose(family, known, seeds=seeds, first=first, target=TARGET)[1]
        for policy, seed in wanted:
            if known(policy, seed) is None:
                yield Job(scenario=scenario, policy=policy, seed=seed)

    run_all(worlds, missing, kept, workers=workers)


def known_of(scenario: Scenario, kept: Kept) -> Known:
    """The days of a scenario by policy and seed."""
    return lambda policy, seed: kept.get(Job(scenario=scenario, policy=policy, seed=seed))


def table(figures: dict[str, Any]) -> str:
    """The tables of docs/benchmarks/pacing.md."""
    return _pacing_table.tables(figures)


def write(figures: dict[str, Any], machine: dict[str, Any]) -> list[Path]:
    """Put the tables between the marks of docs/benchmarks/pacing.md, and draw the picture beside it."""
    page, picture = PAGES / "pacing.md", PAGES / "pacing.svg"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    day = datetime.now().astimezone().date()
    stamp = f"Run on {day}; {machine['cores']} cores, {machine['system']}, Python {machine['python']}."
    page.write_text(f"{before}{BEGIN}\n\n{table(figures)}\n\n{stamp}\n\n{END}{after}", encoding="utf-8")
    _pacing_plot.save(picture, figures)
    return [page, picture]
