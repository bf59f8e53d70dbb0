"""Calls through the whole stack: how soon an answer is joined, how many dials a second, how much memory.

The floor is real (bench/_floor.py). Times from answer to join are the exchange's own, read over a manager session
beside the dialer's; dials are counted in the database; the bare rate is the same Asterisk asked by the same AMI action
with nothing around it.
"""

import asyncio
import os
import time
from statistics import quantiles
from typing import Any

import psutil

from bench._exchange import Ear, listening
from bench._floor import Campaign, Floor, floor
from lab.sipp import Debtor

ANSWERS_PER_S = 20
PARKED, AGENTS, CALLS_UP = 100, 200, 500
WRAPUP_S = 1
WARM_S = 3.0
AT_ONCE = 50
"""Calls under way at once in both rates; more makes neither faster."""


def run(quick: bool) -> dict[str, Any]:
    """Figures as named in DESIGN.md section 2, and those that explain them."""
    seconds = 10.0 if quick else 60.0
    leads = 20_000 if quick else 1_000_000
    campaigns = (
        Campaign(
            name="talks",
            debtor=Debtor.TALKS,
            leads=5_000,
            ratio=1.0,
            # The trunk's limit is of launches; a little over it, so that the answers come to the rate asked for.
            calls_per_second=ANSWERS_PER_S + 2,
            max_calls=2 * PARKED,
        ),
        Campaign(
            name="refuses",
            debtor=Debtor.REFUSES,
            leads=leads,
            ratio=1.0,
            calls_per_second=2_000,
            max_calls=AT_ONCE,
        ),
        Campaign(
            name="rings",
            debtor=Debtor.RINGS_LONG,
            leads=2_000,
            ratio=CALLS_UP / AGENTS,
            calls_per_second=50,
            max_calls=CALLS_UP,
        ),
    )
    with floor(campaigns, agents=AGENTS, wrapup_s=WRAPUP_S) as up:
        up.park(0, PARKED)
        figures = asyncio.run(_joins(up, seconds))
        figures |= asyncio.run(_bare(up, seconds / 4))
        figures |= _dials(up, seconds)
        figures |= _memory(up)
        figures["lost"] = _lost(up)
    return figures


async def _joins(up: Floor, seconds: float) -> dict[str, Any]:
    async with listening(up.settings, up.secret) as ear:
        up.run("talks", running=True)
        await asyncio.sleep(WARM_S)
        load = _Load(up)
        since = time.time()
        await asyncio.sleep(seconds)
        until = time.time()
        figures = load.figures("joins")
        up.run("talks", running=False)
        await asyncio.sleep(8)
        await asyncio.to_thread(up.drain)
        return {**_answers(ear, since, until), **_answers_by_dialer(up), **figures}


def _answers(ear: Ear, since: float, until: float) -> dict[str, Any]:
    answered = {call: at for call, at in ear.answered.items() if since <= at < until}
    waits = sorted((ear.joined[call] - at) * 1000 for call, at in answered.items() if call in ear.joined)
    told = sorted((ear.told[call] - at) * 1000 for call, at in answered.items() if call in ear.told)
    return {
        "answer_to_joined_p50_ms": _cut(waits, 50),
        "answer_to_joined_p99_ms": _cut(waits, 99),
        "answer_to_told_p50_ms": _cut(told, 50),
        "answer_to_told_p99_ms": _cut(told, 99),
        "answer_to_joined_max_ms": waits[-1] if waits else None,
        "answers_per_s": len(answered) / (until - since),
        "answers": len(answered),
        "answers_not_joined": len(answered) - len(waits),
    }


def _cut(sorted_ms: list[float], percent: int) -> float:
    return quantiles(sorted_ms, n=100)[percent - 1] if len(sorted_ms) > 1 else float("nan")


def _answers_by_dialer(up: Floor) -> dict[str, Any]:
    row = up.ask(
        "select percentile_cont(0.5) within group (order by answer_to_joined_s) * 1000, "
        "percentile_cont(0.99) within group (order by answer_to_joined_s) * 1000 from call"
    )
    return {"answer_to_joined_by_dialer_p50_ms": row[0], "answer_to_joined_by_dialer_p99_ms": row[1]}


async def _bare(up: Floor, seconds: float) -> dict[str, Any]:
    async with listening(up.settings, up.secret) as ear:
        load = _Load(up)
        rate = await ear.originates_per_s("refuses", seconds=seconds, at_once=AT_ONCE)
        return {"bare_originate_per_s": rate, **load.figures("bare")}


def _dials(up: Floor, seconds: float) -> dict[str, Any]:
    up.run("refuses", running=True)
    time.sleep(WARM_S)
    load = _Load(up)
    since = time.time()
    time.sleep(seconds)
    until = since + seconds
    figures = load.figures("dials")
    up.run("refuses", running=False)
    up.drain()
    row = up.ask(
        "select sum(n), percentile_cont(0.5) within group (order by n), min(n) from ("
        "  select floor(extract(epoch from a.ended_at) - %s), count(*) as n from attempt a"
        "  join campaign on campaign.id = a.campaign_id and campaign.name = 'refuses'"
        "  where a.ended_at >= to_timestamp(%s) and a.ended_at < to_timestamp(%s) group by 1) as second",
        since,
        since,
        until,
    )
    return {
        "originate_per_s": float(row[0] or 0) / (until - since),
        "originate_median_second": row[1],
        "originate_slowest_second": row[2],
        **figures,
    }


def _memory(up: Floor) -> dict[str, Any]:
    up.park(PARKED, AGENTS)
    up.run("rings", running=True)
    most_calls, rss = 0, 0.0
    end = time.monotonic() + 45
    while time.monotonic() < end:
        calls = int(up.ask("select count(*) from attempt where outcome is null")[0])
        most_calls, rss = max(most_calls, calls), max(rss, up.dialer_rss_mb())
        if most_calls >= CALLS_UP and calls < CALLS_UP // 2:
            break
        time.sleep(0.5)
    up.run("rings", running=False)
    return {"dialer_rss_mb": rss, "calls_up": most_calls, "agents_parked": AGENTS}


def _lost(up: Floor) -> int:
    """Calls of the measured campaigns without an outcome, or without a row in the timeline."""
    row = up.ask(
        "select count(*) from attempt a join campaign c on c.id = a.campaign_id left join timeline t "
        "on t.merge_key = 'attempt:' || a.id where c.name in ('talks', 'refuses') "
        "and (a.outcome is null or t.id is null)"
    )
    return int(row[0])


class _Load:
    """What the dialer's process and the machine did from now on, in cores."""

    def __init__(self, up: Floor) -> None:
        self._dialer = psutil.Process(up.dialer.pid)
        self._postmaster = psutil.Process(up.postmaster())
        self._at = time.monotonic()
        self._before = self._spent()

    def _spent(self) -> tuple[float, float, float]:
        own = psutil.Process()
        ours = [own, *own.children(recursive=True), self._postmaster, *self._postmaster.children()]
        machine = psutil.cpu_times()
        busy = sum(machine) - machine.idle - machine.iowait - machine.guest - machine.guest_nice
        return _cpu_s(self._dialer), sum(_cpu_s(p) for p in set(ours)), busy

    def figures(self, name: str) -> dict[str, Any]:
        seconds = time.monotonic() - self._at
        dialer, ours, busy = (b - a for a, b in zip(self._before, self._spent(), strict=True))
        return {
            f"{name}_dialer_cores": dialer / seconds,
            f"{name}_bench_cores": ours / seconds,
            f"{name}_other_programs_cores": max(0.0, busy - ours) / seconds,
            f"{name}_load_1m": os.getloadavg()[0],
        }


def _cpu_s(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)
