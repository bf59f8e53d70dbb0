"""The command: what is asked is checked first, then the days are simulated, then told as table, figure or JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import chain
from os import cpu_count
from pathlib import Path
from signal import SIG_IGN, SIGINT, signal
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from alo.simulate import scenarios
from alo.simulate.finding import details, headline
from alo.simulate.table import explain, tables
from base.errors import AloError
from pacing.peers import POLICIES, policy_factory
from pacing.simulation.measures import Measure, Summary, compare
from pacing.simulation.policy import PolicyFactory
from pacing.simulation.statistics import Estimate
from pacing.simulator import Day, Scenario, simulate

DEFAULT_SCENARIOS = ("twenty-agents",)
DEFAULT_POLICIES = ("predictive", "progressive", "oracle")
FIGURES = (".svg", ".png")


class RequestError(AloError):
    """What is asked of the simulation makes no sense."""

    exit_code = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What to simulate; checked when it is made. Raises AloError, saying what to do."""

    scenarios: Sequence[Scenario]
    policies: Mapping[str, PolicyFactory]
    seeds: Sequence[int]
    target: float
    """Promised abandonment, 0 to 1."""
    workers: int
    plot: Path | None


def checked(
    *,
    asked: Sequence[str],
    policies: Sequence[str],
    days: int,
    seed: int,
    target: float,
    workers: int | None,
    plot: Path | None,
) -> Request:
    """The request, everything in it found and checked before the first day is simulated."""
    if not 0.0 < target < 1.0:
        raise RequestError(f"The target is a share between 0 and 1, like 0.03 for 3 %; {target:g} is not.")
    if plot is not None:
        _check_plot(plot)
    return Request(
        scenarios=[scenarios.find(one) for one in dict.fromkeys(asked)],
        policies={name: _policy(name, target) for name in dict.fromkeys(policies)},
        seeds=range(seed, seed + days),
        target=target,
        workers=workers or cpu_count() or 1,
        plot=plot,
    )


def run(request: Request, console: Console, progress_console: Console, *, as_json: bool) -> None:
    """Simulate and tell. Raises AloError where the figure cannot be written."""
    told = []
    for scenario, days in _simulated(request, progress_console):
        summaries = compare(days, target=request.target)
        if as_json:
            told.append(_plain(scenario, summaries, request))
        else:
            _tell(scenario, summaries, request, console)
        if request.plot is not None:
            path = _draw(scenario, summaries, days, request)
            progress_console.print(f"Figure: {path}", highlight=False, markup=False)
    if as_json:
        console.file.write(json.dumps(told, indent=2, ensure_ascii=False) + "\n")


def list_scenarios(console: Console) -> None:
    """The shipped scenarios with their titles, and the policies."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True, style="bold")
    for scenario in scenarios.shipped():
        table.add_row(scenario.name, Text(scenario.title))
    console.print(table)
    console.print(f"\nPolicies: {', '.join(POLICIES)}, ratio:2 with any ratio.", highlight=False)


def _check_plot(plot: Path) -> None:
    if plot.suffix.lower() not in FIGURES:
        raise RequestError(f"A figure is written as {' or '.join(FIGURES)}; {plot.name} is neither.")
    if not plot.absolute().parent.is_dir():
        raise RequestError(f"There is no folder {plot.parent}: make it first.")


def _policy(name: str, target: float) -> PolicyFactory:
    try:
        return policy_factory(name, target=target)
    except ValueError as error:
        raise RequestError(f"{error}.") from None


def _simulated(request: Request, console: Console) -> Iterator[tuple[Scenario, Mapping[str, Sequence[Day]]]]:
    """Each scenario with the days of each policy, by seed; one pool for all, so that no core waits for the last day."""
    # Ctrl-C reaches the workers too; this process answers for all.
    pool = (
        ProcessPoolExecutor(request.workers, initializer=signal, initargs=(SIGINT, SIG_IGN))
        if request.workers > 1
        else ThreadPoolExecutor(1)
    )
    try:
        handed_out = [
            {
                policy: [pool.submit(_one_day, scenario, policy, factory, seed) for seed in request.seeds]
                for policy, factory in request.policies.items()
            }
            for scenario in request.scenarios
        ]
        for scenario, of_policy in zip(request.scenarios, handed_out, strict=True):
            _wait(scenario.name, list(chain.from_iterable(of_policy.values())), console)
            yield scenario, {policy: [day.result() for day in days] for policy, days in of_policy.items()}
            of_policy.clear()  # a day holds an entry for each of its calls
    except BrokenProcessPool:
        raise RequestError(
            "A worker was ended from outside, perhaps for want of memory: try fewer --workers."
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _one_day(scenario: Scenario, name: str, factory: PolicyFactory, seed: int) -> Day:
    return simulate(scenario, factory(scenario, seed), seed, name=name)


def _wait(name: str, days: Sequence[Future[Day]], console: Console) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(f"{name}, days", total=len(days))
        for _ in as_completed(days):
            progress.advance(task)


def _tell(scenario: Scenario, summaries: Sequence[Summary], request: Request, console: Console) -> None:
    console.print(Text(scenario.name, style="bold").append(f"  {scenario.title}", style="default"))
    for table in tables(summaries, target=request.target, width=console.width):
        console.print(table)
    explain(console, summaries)
    sentence = headline(summaries, target=request.target)
    console.print(Text(f"{sentence}.", style="bold"))
    for sentence in details(summaries, target=request.target):
        console.print(Text(f"{sentence}."))
    console.print()


def _draw(
    scenario: Scenario, summaries: Sequence[Summary], days: Mapping[str, Sequence[Day]], request: Request
) -> Path:
    from alo.simulate.plot import save  # matplotlib takes a second to import

    assert request.plot is not None
    path = request.plot
    if len(request.scenarios) > 1:
        path = path.with_stem(f"{path.stem}-{scenario.name}")
    world = f"{scenario.name}: {scenario.title}. Simulated days: {len(request.seeds)}, seeds from {request.seeds[0]}"
    try:
        save(
            path, summaries, days, title=headline(summaries, target=request.target), world=world, target=request.target
        )
    except OSError as error:
        raise RequestError(f"The figure {path} cannot be written: {error.strerror}.") from None
    return path


def _plain(scenario: Scenario, summaries: Sequence[Summary], request: Request) -> dict[str, Any]:
    """A scenario's comparison as JSON knows it; shares from 0 to 1."""
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "target": request.target,
        "seeds": list(request.seeds),
        "finding": headline(summaries, target=request.target),
        "details": details(summaries, target=request.target),
        "policies": [
            {
                "policy": summary.policy,
                "promise": summary.promise,
                "days_above_target": summary.days_above,
                "days_counted": summary.days_counted,
                "means": {measure: _plain_estimate(found) for measure, found in summary.means.items()},
                "difference_to_first": {
                    measure: _plain_estimate(summary.difference(measure, to=summaries[0])) for measure in Measure
                },
            }
            for summary in summaries
        ],
    }


def _plain_estimate(found: Estimate | None) -> dict[str, Any] | None:
    return None if found is None else {"mean": found.mean, "half_width": found.half_width, "days": found.days}
