"""Many days on all cores. Standing apart because it starts processes; the days themselves stay pure."""

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from pacing.simulation.day import Day
from pacing.simulation.policy import PolicyFactory
from pacing.simulation.run import simulate
from pacing.simulation.scenario import Scenario


def run_days(
    scenario: Scenario,
    policy_factory: PolicyFactory,
    seeds: Iterable[int],
    workers: int | None = None,
    *,
    name: str | None = None,
) -> list[Day]:
    """One day for each seed, in their order, each with a policy of its own.

    `workers`: processes; None for as many as there are cores, 1 to stay in this one. With more than one the factory
    has to be picklable. `name` is that of `simulate`. Raises ValueError for fewer than one worker.
    """
    one = partial(_day, scenario, policy_factory, name)
    if workers == 1:
        return [one(seed) for seed in seeds]
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(one, seeds))


def _day(scenario: Scenario, policy_factory: PolicyFactory, name: str | None, seed: int) -> Day:
    return simulate(scenario, policy_factory(scenario, seed), seed, name=name)
