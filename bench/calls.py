"""Calls through the whole stack: how soon an answer is joined, how many dials a second, how soon dialling stops.

The floor is real (bench/_floor.py). Times from answer to join are the exchange's own, read over a manager session
beside the dialer's; dials are counted in the database, and those after a stop in the exchange's own journal; the bare
rate is the same Asterisk asked by the same AMI action with nothing around it.
"""

import asyncio
import time
from statistics import quantiles
from typing import Any

from bench._exchange import Ear, listening
from bench._floor import Campaign, Floor, floor
from bench._load import Load, memory_mb
from dialer.asterisk.configure import places
from dialer.asterisk.journal import read_journal
from lab.sipp import Debtor

AGENTS, LINES, ANSWERS_PER_S = 200, 600, 40
WRAPUP_S = 1
TALK_S = 3.0
RING_S = LINES / ANSWERS_PER_S - TALK_S
"""Every line rings for so long on average, for so many lines to be up at so many answers a second."""
WARM_S = 3.0
AT_ONCE = 200
"""Calls under way at once in both rates, as on a large trunk: a dial must not wait for the commit of another."""
BARS = {
    "answer_to_joined_p99_ms": ("<=", 60.0),
    "lost": ("<=", 0),
    "answers_not_joined": ("<=", 0),
    "joins_dialer_cores": ("<=", 1.0),
    "originate_ratio": (">=", 0.85),
    "stop_to_silence_ms": ("<=", 1000.0),
}


def talks(leads: int, *, answers_per_s: float = ANSWERS_PER_S) -> Campaign:
    """Every debtor answers, talks and hangs up: as many lines up for each answer a second as the bars are said for."""
    return Campaign(
        name="talks",
        debtor=Debtor.TALKS,
        leads=leads,
        ring_s=(RING_S - 2.0, RING_S + 2.0),
        talk_s=TALK_S,
        # More than the trunk lets through: its rate alone says how many.
        ratio=LINES / AGENTS * 10,
        # Bounds of any one second: what is launched stays below by the time from a free place to the next dial.
        calls_per_second=answers_per_s * 1.2,
        max_calls=2 * LINES,
    )


def run(quick: bool) -> dict[str, Any]:
    """Figures as named in DESIGN.md section 2, and those that explain them."""
    seconds = 10.0 if quick else 60.0
    refuses = Campaign(
        name="refuses",
        debtor=Debtor.REFUSES,
        leads=20_000 if quick else 1_000_000,
        ratio=1.0,
        calls_per_second=2_000,
        max_calls=AT_ONCE,
    )
    with floor((talks(5_000), refuses), agents=AGENTS, wrapup_s=WRAPUP_S) as up:
        up.park(0, AGENTS)
        figures = asyncio.run(_joins(up, seconds))
        figures |= _dials(up, seconds)
        # Last: it drives the exchange to where the dialer would hold back.
        figures |= asyncio.run(_bare(up, seconds / 4))
        figures["originate_ratio"] = figures["originate_per_s"] / figures["bare_originate_per_s"]
        figures["stop_to_silence_ms"] = max(figures["joins_stop_to_silence_ms"], figures["dials_stop_to_silence_ms"])
        figures["lost"] = lost(up)
    figures["missed"] = [name for name, bar in BARS.items() if not _kept(figures[name], *bar)]
    return figures


def fill_lines(up: Floor) -> None:
    """Let the campaign's lines come up: until the first talks have ended and no more lines come."""
    up.run("talks", running=True)
    time.sleep(RING_S + 2.0 + TALK_S + WARM_S)


async def _joins(up: Floor, seconds: float) -> dict[str, Any]:
    async with listening(up.settings, up.secret) as ear:
        await asyncio.to_thread(fill_lines, up)
        load, lines = Load(up), up.calls_up()
        since = time.time()
        await asyncio.sleep(seconds)
        until = time.time()
        figures = load.figures("joins") | memory_mb(up)
        lines = min(lines, up.calls_up())
        silence = await asyncio.to_thread(_stop, up, "talks")
        await asyncio.to_thread(up.drain)
        return {
            **answers(ear, since, until),
            **_answers_by_dialer(up),
            "calls_up": lines,
            "agents_parked": AGENTS,
            **figures,
            "joins_stop_to_silence_ms": silence,
        }


def answers(ear: Ear, since: float, until: float) -> dict[str, Any]:
    """What became of the answers of that time, in the exchange's own milliseconds."""
    answered = {call: at for call, at in ear.answered.items() if since <= at < until}
    waits = _between(answered, ear.joined)
    steps = {
        "answer_to_joined": waits,
        "answer_to_told": _between(answered, ear.told),
        "told_to_asked": _between(ear.told, {call: at for call, at in ear.asked.items() if call in answered}),
        "asked_to_joined": _between(ear.asked, {call: at for call, at in ear.joined.items() if call in answered}),
    }
    return {
        **{f"{name}_p{p}_ms": _cut(times, p) for name, times in steps.items() for p in (50, 99)},
        "answer_to_joined_max_ms": waits[-1] if waits else None,
        "answers_per_s": len(answered) / (until - since),
        "answers": len(answered),
        "answers_not_joined": len(answered) - len(waits),
    }


def _between(begins: dict[str, float], ends: dict[str, float]) -> list[float]:
    return sorted((at - begins[call]) * 1000 for call, at in ends.items() if call in begins)


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
        load = Load(up)
        rate = await ear.originates_per_s("refuses", seconds=seconds, at_once=AT_ONCE)
        return {"bare_originate_per_s": rate, **load.figures("bare")}


def _dials(up: Floor, seconds: float) -> dict[str, Any]:
    up.run("refuses", running=True)
    time.sleep(WARM_S)
    load = Load(up)
    since = time.time()
    time.sleep(seconds)
    until = since + seconds
    figures = load.figures("dials")
    silence = _stop(up, "refuses")
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
        "dials_stop_to_silence_ms": silence,
    }


def _stop(up: Floor, campaign: str) -> float:
    """Milliseconds from the moment a campaign was said to stop to its last dial, by the exchange's own journal."""
    asked_at = up.run(campaign, running=False)
    time.sleep(3.0)
    dialled = (call.started_at.timestamp() for call in read_journal(places(up.settings).journal).values())
    return max(0.0, (max(dialled) - asked_at) * 1000)


def lost(up: Floor) -> int:
    """Calls without an outcome, or without a row in the timeline."""
    row = up.ask(
        "select count(*) from attempt a left join timeline t on t.merge_key = 'attempt:' || a.id "
        "where a.outcome is null or t.id is null"
    )
    return int(row[0])


def _kept(figure: float, sign: str, bar: float) -> bool:
    return figure <= bar if sign == "<=" else figure >= bar
