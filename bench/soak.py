"""Half the floor of `calls` for a long time: does memory stay flat, is any call lost, does joining stay quick?

Half, so that the machine has room for other work meanwhile. Ten minutes unless `--minutes` says otherwise; the hour is
`--minutes 60`. Memory is flat when the median of the last quarter is at most FLAT above that of the second: in the
first, caches and pools fill.
"""

import asyncio
import time
from dataclasses import dataclass
from statistics import median
from typing import Any

import psutil

from bench import calls
from bench._exchange import Ear, listening
from bench._floor import Floor, floor
from bench._load import Load, memory_mb
from bench.calls import WRAPUP_S, answers, fill_lines, lost, talks
from dialer.asterisk.configure import places

AGENTS, ANSWERS_PER_S = calls.AGENTS // 2, calls.ANSWERS_PER_S / 2
MINUTES, QUICK_MINUTES = 10.0, 1.0
SAMPLE_S = 5.0
KEPT_S = 60.0
"""Raw legs are thrown away after so long: the worker, who would take them, is not measured here."""
FLAT = 0.03
MARGIN_S = 120.0


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Memory in MB and open files at one moment."""

    memory: dict[str, float]
    dialer_files: int
    asterisk_files: int
    calls_up: int


def run(quick: bool, minutes: float | None = None) -> dict[str, Any]:
    """Memory at the beginning and the end, growth, joins, and what was lost."""
    minutes = minutes or (QUICK_MINUTES if quick else MINUTES)
    leads = int((minutes * 60 + MARGIN_S) * ANSWERS_PER_S * 1.1)
    with floor((talks(leads, answers_per_s=ANSWERS_PER_S),), agents=AGENTS, wrapup_s=WRAPUP_S) as up:
        up.park(0, AGENTS)
        figures = asyncio.run(_soak(up, minutes * 60))
        figures["lost"] = lost(up)
    return {"minutes": minutes, **figures}


async def _soak(up: Floor, seconds: float) -> dict[str, Any]:
    async with listening(up.settings, up.secret) as ear:
        await asyncio.to_thread(fill_lines, up)
        load, since = Load(up), time.time()
        samples = []
        while time.time() - since < seconds:
            await asyncio.sleep(SAMPLE_S)
            samples.append(await asyncio.to_thread(_sample, up))
            await asyncio.to_thread(_clear, up)
        until = time.time()
        figures = load.figures("soak")
        up.run("talks", running=False)
        await asyncio.to_thread(up.drain)
        return {**_growth(samples), **answers(ear, since, until), **_by_quarter(ear, since, until), **figures}


def _sample(up: Floor) -> Sample:
    return Sample(
        memory=memory_mb(up),
        dialer_files=psutil.Process(up.dialer.pid).num_fds(),
        asterisk_files=psutil.Process(up.asterisk.pid).num_fds(),
        calls_up=up.calls_up(),
    )


def _clear(up: Floor) -> None:
    old = time.time() - KEPT_S
    for leg in places(up.settings).legs.iterdir():
        if leg.stat().st_mtime < old:
            leg.unlink(missing_ok=True)


def _growth(samples: list[Sample]) -> dict[str, Any]:
    """Of each part: the median of the second quarter, of the last, and the growth between them."""
    quarter = max(1, len(samples) // 4)
    early, late = samples[quarter : 2 * quarter], samples[-quarter:]
    found: dict[str, Any] = {}
    for name in samples[0].memory:
        before, after = (median(s.memory[name] for s in some) for some in (early, late))
        found |= {f"{name}_early": before, f"{name}_late": after}
        found[f"{name.partition('_')[0]}_growth"] = after / before - 1.0
    found["dialer_flat"] = found["dialer_growth"] <= FLAT
    found["dialer_files"] = [early[0].dialer_files, late[-1].dialer_files]
    found["asterisk_files"] = [early[0].asterisk_files, late[-1].asterisk_files]
    found["calls_up_median"] = median(s.calls_up for s in samples)
    return found


def _by_quarter(ear: Ear, since: float, until: float) -> dict[str, Any]:
    quarter = (until - since) / 4
    told = [answers(ear, since + n * quarter, since + (n + 1) * quarter) for n in range(4)]
    return {"answer_to_joined_p99_ms_by_quarter": [figures["answer_to_joined_p99_ms"] for figures in told]}
