"""What pacing costs: a decision and a fact on full floors, a day of simulation, and memory over a month."""

import gc
import time
import tracemalloc
from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import numpy as np

from pacing import Decision, Pacer
from pacing.simulator import Outcomes, Scenario, Shift, realistic_ring, simulate

DAY_S = 86_400.0
DAYS_TIMED = 3
"""The quickest of so many is told: what other programs take from the machine is no cost of ours."""


class Timed:
    """A Pacer whose decisions and facts are timed, from a second of the day on and above a number of calls."""

    def __init__(self, pacer: Pacer, *, from_s: float, calls: int) -> None:
        self._pacer, self._from_s, self._calls = pacer, from_s, calls
        self.decisions_s: list[float] = []
        """Processor time; `clock_s` is the same by the clock, other programs' turns included."""
        self.clock_s: list[float] = []
        self.facts_s: list[float] = []

    def decide(self, at: float) -> Decision:
        clock, began = time.perf_counter(), time.thread_time()
        decision = self._pacer.decide(at)
        took, clock = time.thread_time() - began, time.perf_counter() - clock
        if at >= self._from_s and decision.numbers["in_flight"] >= self._calls:
            self.decisions_s.append(took)
            self.clock_s.append(clock)
        return decision

    def agent(self, agent_id: Hashable, state: str, at: float) -> None:
        self._fact("agent", agent_id, state, at)

    def leaving(self, agent_id: Hashable, at: float) -> None:
        self._fact("leaving", agent_id, at)

    def placed(self, call_id: Hashable, at: float, kind: str | None = None) -> None:
        self._fact("placed", call_id, at, kind)

    def rang_out(self, call_id: Hashable, at: float, outcome: str) -> None:
        self._fact("rang_out", call_id, at, outcome)

    def answered(self, call_id: Hashable, at: float) -> None:
        self._fact("answered", call_id, at)

    def connected(self, call_id: Hashable, agent_id: Hashable, at: float) -> None:
        self._fact("connected", call_id, agent_id, at)

    def abandoned(self, call_id: Hashable, at: float) -> None:
        self._fact("abandoned", call_id, at)

    def _fact(self, name: str, *told: Any) -> None:
        hear = getattr(self._pacer, name)
        began = time.thread_time()
        hear(*told)
        self.facts_s.append(time.thread_time() - began)


def floor(agents: int, *, human: float, hours: float) -> Scenario:
    """A plain floor asked each second; with few people answering, many calls are in flight for each agent."""
    return Scenario(
        name="cost",
        hours=hours,
        staff=(Shift(agents=agents),),
        outcomes=Outcomes(human=human),
        ring=realistic_ring(),
    )


def decisions(agents: int, *, human: float, hours: float, calls: int) -> dict[str, float]:
    """Times on a floor as a run of half its length left it, asked each second, with the second's facts in between."""
    scenario = floor(agents, human=human, hours=hours)
    timed = Timed(Pacer(mode="predictive"), from_s=scenario.duration_s / 2, calls=calls)
    simulate(scenario, timed, seed=1)
    times = np.array(timed.decisions_s) * 1e3
    return {
        f"decide_median_ms_{agents}_agents": round(float(np.median(times)), 3),
        f"decide_p99_ms_{agents}_agents": round(float(np.percentile(times, 99)), 3),
        f"decide_clock_p99_ms_{agents}_agents": round(float(np.percentile(timed.clock_s, 99)) * 1e3, 3),
        f"decisions_timed_{agents}_agents": len(times),
        f"fact_us_{agents}_agents": round(float(np.median(timed.facts_s)) * 1e6, 2),
    }


def _day_s(*, hours: float) -> float:
    """Processor time of one day of 8 h, in seconds."""
    began = time.process_time()
    simulate(floor(20, human=0.25, hours=hours), Pacer(mode="predictive"), seed=1)
    return round((time.process_time() - began) * 8.0 / hours, 2)


def costs(*, quick: bool) -> dict[str, float]:
    """Processor times of this machine as it is; with other programs busy they are a little longer."""
    figures = decisions(20, human=0.25, hours=0.5 if quick else 1.0, calls=0)
    figures |= decisions(100, human=0.042, hours=0.1 if quick else 0.5, calls=250)
    if not quick:
        figures |= decisions(500, human=0.042, hours=0.3, calls=1250)
    figures["decide_p99_ms"] = figures["decide_p99_ms_20_agents"]
    figures["fact_us"] = figures["fact_us_20_agents"]
    figures["simulated_day_s"] = min(_day_s(hours=1.0 if quick else 8.0) for _ in range(DAYS_TIMED))
    figures |= memory(days=4 if quick else 30, hours=0.25 if quick else 2.0)
    return figures


class Later:
    """A Pacer that lives through many simulated days: each day's facts come that much later, under names of its own."""

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer
        self.day = 0

    def decide(self, at: float) -> Decision:
        return self._pacer.decide(self._at(at))

    def agent(self, agent_id: Hashable, state: str, at: float) -> None:
        self._pacer.agent(agent_id, state, self._at(at))

    def placed(self, call_id: Hashable, at: float, kind: str | None = None) -> None:
        self._pacer.placed((self.day, call_id), self._at(at), kind)

    def rang_out(self, call_id: Hashable, at: float, outcome: str) -> None:
        self._pacer.rang_out((self.day, call_id), self._at(at), outcome)

    def answered(self, call_id: Hashable, at: float) -> None:
        self._pacer.answered((self.day, call_id), self._at(at))

    def connected(self, call_id: Hashable, agent_id: Hashable, at: float) -> None:
        self._pacer.connected((self.day, call_id), agent_id, self._at(at))

    def abandoned(self, call_id: Hashable, at: float) -> None:
        self._pacer.abandoned((self.day, call_id), self._at(at))

    def ends_day(self, agents: int, at: float) -> None:
        """Everybody goes home; calls still up are never heard of again."""
        for agent in range(agents):
            self.agent(agent, "offline", at)
        self.day += 1

    def _at(self, at: float) -> float:
        return self.day * DAY_S + at


def memory(*, days: int, hours: float) -> dict[str, float]:
    """Memory held by one Pacer and what it keeps, after a third of `days` days and after the last, in KiB.

    The calls it remembers (a fixed number) take some days to be there.
    """
    scenario = replace(floor(10, human=0.25, hours=hours), decide_every_s=2.0)
    tracemalloc.start()
    pacer = Pacer(mode="predictive")
    later = Later(pacer)
    held: list[float] = []
    for seed in range(1, days + 1):
        simulate(scenario, later, seed=seed)
        later.ends_day(10, scenario.duration_s)
        gc.collect()
        held.append(tracemalloc.get_traced_memory()[0] / 1024)
    tracemalloc.stop()
    settled = max(1, days // 3)
    return {
        "memory_days": days,
        "memory_settled_day": settled,
        "memory_settled_kib": round(held[settled - 1], 1),
        "memory_after_last_day_kib": round(held[-1], 1),
    }
