"""What was asked of the law, line by line, and whether the figures meet it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench._pacing_promise import ASKED

Figures = Mapping[str, Any]

FEW_AGENTS = 5
BEHIND, BEHIND_FEW = 0.010, 0.015
"""How far below the oracle's utilisation ours may be, and with FEW_AGENTS or fewer."""
MOST_MS = {20: 2.0, 100: 10.0, 500: 25.0}
"""99th percentile of a decision by agents."""
MOST_DAY_S = 8.0
MOST_FACT_RATIO = 2.0
"""How much longer a fact may take with 500 agents than with 20 to pass for independent of them."""
A_MONTH = 30
"""Simulated days before anything is said about memory."""
MOST_GROWTH = 1.1
"""Memory after the last day over that after a third of the days, to pass for bounded."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One line: what is asked, what was measured, and whether that is enough."""

    asked: str
    measured: str
    met: bool


def bars(floors: Sequence[tuple[str, Figures]], figures: Figures) -> list[Bar]:
    """Of what was measured; nothing is said of what was not."""
    many = figures.get("promise", {})
    found = [_behind_the_oracle(floors, many), _above_the_peers(floors), *_promise(floors, many)]
    return [*found, *_costs(figures)]


def _behind_the_oracle(floors: Sequence[tuple[str, Figures]], many: Figures) -> Bar:
    # A floor is counted by its longest run: its first days are the same days in both.
    longest = {**dict(floors), **many}
    short = {
        name: told["difference_to_oracle"]
        for name, told in longest.items()
        if told["difference_to_oracle"]["mean"] < -(BEHIND_FEW if told["agents"] <= FEW_AGENTS else BEHIND)
    }
    furthest = min(longest, key=lambda name: longest[name]["difference_to_oracle"]["mean"], default=None)
    told = "" if furthest is None else f"; furthest {furthest} ({points(longest[furthest]['difference_to_oracle'], 2)})"
    return Bar(
        asked="utilisation at most 1.0 point below the oracle's (1.5 with 5 agents), cold start included",
        measured=_of(floors, short) + told,
        met=not short,
    )


def _above_the_peers(floors: Sequence[tuple[str, Figures]]) -> Bar:
    short = {
        name: told["difference_to_best_peer"]
        for name, told in floors
        if told.get("difference_to_best_peer", {"mean": 0.0})["mean"] < 0.0
    }
    return Bar(
        asked="utilisation above every peer that keeps the promise, its setting chosen in hindsight",
        measured=_of(floors, short),
        met=not short,
    )


def _of(floors: Sequence[tuple[str, Figures]], short: Mapping[str, Figures]) -> str:
    text = f"{len(floors) - len(short)} of {len(floors)} floors"
    if not short:
        return text
    return f"{text}; short on " + ", ".join(f"{name} ({points(difference)})" for name, difference in short.items())


def points(difference: Figures, digits: int = 1) -> str:
    """A difference of shares in points with its interval."""
    half = difference["half_width"]
    return f"{100 * difference['mean']:+.{digits}f}" + ("" if half is None else f" ± {100 * half:.{digits}f}")


def _promise(floors: Sequence[tuple[str, Figures]], many: Figures) -> list[Bar]:
    # A floor is counted by its longest run: its first days are the same days in both.
    once = [(name, told) for name, told in floors if name not in many]
    days, hours = _rarely(once, "days_counted", "days_over"), _rarely(once, "days_with_hours", "hours_over")
    for name, told in many.items():
        days[f"{name}, {told['days']} days"] = (told["days_over"], told["days_counted"])
        hours[f"{name}, {told['days']} days"] = (told["hours_over"], told["days_with_hours"])
    return [
        _seldom("at most 5 % of days with 300 live people or more end above 3 %, on every floor", days),
        _seldom("the worst hour with 300 live people or more is at most 6 % on 95 % of days, on every floor", hours),
    ]


def _rarely(floors: Sequence[tuple[str, Figures]], counted: str, over: str) -> dict[str, tuple[int, int]]:
    return {name: (round(told[over] * told[counted]), told[counted]) for name, told in floors if told[counted]}


def _seldom(asked: str, seen: Mapping[str, tuple[int, int]]) -> Bar:
    short = {name: (over, days) for name, (over, days) in seen.items() if over > ASKED * days}
    over, days = (sum(each[place] for each in seen.values()) for place in (0, 1))
    measured = f"{over} of {days} days in all"
    if short:
        measured += "; more on " + ", ".join(f"{name} ({over} of {days})" for name, (over, days) in short.items())
    return Bar(asked=asked, measured=measured, met=not short)


def _costs(figures: Figures) -> list[Bar]:
    found = [
        Bar(
            asked=f"a decision with {agents} agents: 99th percentile at most {most:g} ms",
            measured=f"{figures[f'decide_p99_ms_{agents}_agents']:.2f} ms",
            met=figures[f"decide_p99_ms_{agents}_agents"] <= most,
        )
        for agents, most in MOST_MS.items()
        if f"decide_p99_ms_{agents}_agents" in figures
    ]
    if "fact_us_500_agents" in figures:
        few, many = figures["fact_us_20_agents"], figures["fact_us_500_agents"]
        found.append(
            Bar(
                asked="a fact takes as long with many agents as with few",
                measured=f"{few:.1f} µs with 20, {many:.1f} µs with 500",
                met=many <= MOST_FACT_RATIO * few,
            )
        )
    if figures.get("memory_days", 0) >= A_MONTH:
        early, late = figures["memory_settled_kib"], figures["memory_after_last_day_kib"]
        found.append(
            Bar(
                asked=f"memory is bounded over {figures['memory_days']} simulated days",
                measured=f"{early:.0f} KiB after day {figures['memory_settled_day']}, {late:.0f} KiB after the last",
                met=late <= MOST_GROWTH * early,
            )
        )
    if "simulated_day_s" in figures:
        found.append(
            Bar(
                asked=f"a day of 20 agents, 8 h, a decision each second: at most {MOST_DAY_S:g} s on a core",
                measured=f"{figures['simulated_day_s']:.1f} s",
                met=figures["simulated_day_s"] <= MOST_DAY_S,
            )
        )
    return found
