"""Simulated days as jobs: run on all cores, kept on disk, so that a stopped benchmark goes on where it was."""

import os
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import get_context
from signal import SIG_IGN, SIGINT, signal
from typing import Protocol

import numpy as np

from pacing import Denominator, Pacer, PacingTarget
from pacing.peers import policy_factory
from pacing.simulation.calls import share_at
from pacing.simulation.measures import ENOUGH_LIVE
from pacing.simulator import Policy, PolicyFactory, Scenario, simulate

TARGET = 0.03
TOLD = "predictive-told"
"""Our law told the share of calls taken for machines that were people, as a campaign's settings have it."""
TOLD_EVERY_S = 15.0


@dataclass(frozen=True, kw_only=True)
class Job:
    """One day of a scenario under a named policy."""

    scenario: Scenario
    policy: str
    seed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What is kept of a day; shares from 0 to 1."""

    utilisation: float
    abandonment: float
    worst_hour: float | None
    live: int
    """Settled live people."""
    decisions: int
    processor_s: float

    @property
    def counted(self) -> bool:
        """Whether the day has enough live people to be held against the promise."""
        return self.live >= ENOUGH_LIVE


def factory(policy: str) -> PolicyFactory:
    """The policy of a name; it pickles."""
    return _told if policy == TOLD else policy_factory(policy, target=TARGET)


def run_job(job: Job) -> Figures:
    """The day itself, its policy's making included in the time."""
    began = time.process_time()
    day = simulate(job.scenario, factory(job.policy)(job.scenario, job.seed), job.seed, name=job.policy)
    return Figures(
        utilisation=day.utilisation,
        abandonment=day.abandonment,
        worst_hour=day.worst_hour(),
        live=len(day.settled_at),
        decisions=day.decisions,
        processor_s=time.process_time() - began,
    )


def _told(scenario: Scenario, seed: int) -> Policy:
    detection = scenario.machine_detection
    assert detection is not None
    noon = np.array([12.0])
    people = float(share_at(scenario.outcomes.human, noon)[0]) * detection.false_machine
    machines = float(share_at(scenario.outcomes.machine, noon)[0]) * (1.0 - detection.missed_machine)
    target = PacingTarget(
        abandonment=TARGET,
        denominator=Denominator.LIVE_AND_FALSE_MACHINES,
        false_machine_share=people / (people + machines),
    )
    return Pacer(mode="predictive", target=target, seed=seed)


class Kept(Protocol):
    """Where days already simulated are."""

    def get(self, job: Job) -> Figures | None: ...

    def keep(self, job: Job, figures: Figures) -> None: ...


Missing = Callable[[Scenario], Iterable[Job]]


def run_all(scenarios: Iterable[Scenario], missing: Missing, kept: Kept, *, workers: int | None = None) -> None:
    """Run what `missing` names for each scenario, asking it anew after each day of that scenario, until it is content.

    `workers`: processes; None for as many as this process may use cores, 1 to stay in it.
    """
    workers = workers or len(os.sched_getaffinity(0))
    if workers == 1:
        for scenario in scenarios:
            while jobs := list(missing(scenario)):
                for job in jobs:
                    kept.keep(job, run_job(job))
        return
    # Spawned workers read this before numpy does: one thread each, or they fight over the cores.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    pool = ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=signal, initargs=(SIGINT, SIG_IGN)
    )  # Ctrl-C reaches the workers too; this process answers for all.
    progress = _Progress()
    under_way: dict[Future[Figures], Job] = {}
    submitted: set[Job] = set()

    def submit(scenario: Scenario) -> None:
        for job in missing(scenario):
            if job not in submitted:
                submitted.add(job)
                under_way[pool.submit(run_job, job)] = job

    try:
        for scenario in sorted(scenarios, key=_size, reverse=True):
            submit(scenario)
        while under_way:
            for future in wait(under_way, timeout=TOLD_EVERY_S, return_when=FIRST_COMPLETED).done:
                job = under_way.pop(future)
                kept.keep(job, future.result())
                submit(job.scenario)
            progress.tell(len(submitted), len(submitted) - len(under_way))
    finally:
        pool.shutdown(cancel_futures=True)


def _size(scenario: Scenario) -> float:
    return scenario.hours * sum(shift.agents for shift in scenario.staff)


class _Progress:
    def __init__(self) -> None:
        self._began = self._told = time.monotonic()

    def tell(self, total: int, done: int) -> None:
        now = time.monotonic()
        if now - self._told >= TOLD_EVERY_S:
            self._told = now
            minutes = (now - self._began) / 60
            print(f"pacing: {done} of {total} simulated days, {minutes:.1f} minutes", file=sys.stderr, flush=True)
