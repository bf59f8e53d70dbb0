"""The benchmark's figures as the tables of docs/benchmarks/pacing.md."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench._pacing_bars import bars, points
from bench._pacing_days import TOLD
from bench._pacing_report import BOUND, OURS, PLAIN, best_peer, keeps

SHIPPED = ("vicidial-hard", "vicidial-average", "vicidial-tapered")
CHOSEN = tuple(f"{name}-best" for name in SHIPPED)
ISSABEL = ("issabel", "issabel-overcommit")
GROUPS: Mapping[str, Sequence[str]] = {
    "progressive": (PLAIN,),
    "VICIdial as shipped": SHIPPED,
    "VICIdial, best cap": CHOSEN,
    "Issabel": ISSABEL,
    "ImpactDialing": ("impact",),
    "best fixed ratio": ("ratio-best",),
}
"""What a reader knows by one name, and the policies it stands for."""
SHORT = {"hard": "H", "average": "A", "tapered": "T"}

Figures = Mapping[str, Any]


def worlds(figures: Figures) -> list[tuple[str, Figures]]:
    """The scenarios, in their order, among whatever else the benchmark tells."""
    return [(name, told) for name, told in figures.items() if isinstance(told, dict) and "policies" in told]


def representative(told: Figures, group: Sequence[str]) -> str | None:
    """Of a group the one that works most while it keeps the promise; where none does, the one that loses fewest."""
    policies = told["policies"]
    there = [label for label in group if label in policies]
    if PLAIN in there:
        return PLAIN
    best = best_peer(policies, among=there)
    return best or min(there, key=lambda label: float(policies[label]["abandonment"]), default=None)


def tables(figures: Figures) -> str:
    """Markdown: the bars, ours, everybody, the promise over more days, and the costs."""
    told = worlds(figures)
    parts = {
        "What was asked, line by line": _bars(told, figures),
        "Alô on every floor": _ours(told),
        "Everybody": _everybody(told),
        "Over more days": _promise(figures.get("promise", {})),
        "Costs": _costs(figures),
    }
    return "\n\n".join(f"### {title}\n\n{part}" for title, part in parts.items() if part)


def _bars(told: Sequence[tuple[str, Figures]], figures: Figures) -> str:
    rows = ((one.asked, one.measured, "met" if one.met else "**short**") for one in bars(told, figures))
    return _table(("asked", "measured", ""), rows, "left")


def _promise(many: Figures) -> str:
    if not many:
        return ""
    head = (
        "scenario", "days", "to the oracle", "abandoned %", "days above 3 %", "95 % interval", "worst day %",
        "days whose worst hour is above 6 %", "95 % interval",
    )  # fmt: skip

    def rows() -> Iterator[Sequence[str]]:
        for name, one in many.items():
            yield (
                name,
                str(one["days"]),
                points(one["difference_to_oracle"], 2),
                _interval(one, "abandonment", 2),
                f"{one['days_over']} of {one['days_counted']}",
                _range(one["days_over_interval"]),
                _percent(one["worst_day"]),
                f"{one['hours_over']} of {one['days_with_hours']}" if one["days_with_hours"] else "–",
                _range(one["hours_over_interval"]) if one["days_with_hours"] else "–",
            )

    return _table(head, rows())


def _range(interval: Sequence[float]) -> str:
    return f"{100 * interval[0]:.1f} to {100 * interval[1]:.1f} %"


def _table(head: Sequence[str], rows: Iterator[Sequence[str]], side: str = "right") -> str:
    lines = [list(head), ["---", *["--:" if side == "right" else "---"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _ours(told: Sequence[tuple[str, Figures]]) -> str:
    head = (
        "scenario", "agents", "days", "utilisation %", "abandoned %", "days above 3 %", "worst hour %",
        "over progressive", "over the best peer", "to the oracle",
    )  # fmt: skip

    def rows() -> Iterator[Sequence[str]]:
        for name, one in told:
            peer = one.get("best_peer_policy")
            yield (
                name,
                str(one["agents"]),
                f"{one['days']} × {one['hours']:g} h",
                f"**{_interval(one, 'utilisation', 1)}**",
                _interval(one, "abandonment", 2),
                "–" if one["days_over"] is None else f"{100 * one['days_over']:.0f} %",
                _percent(one["worst_hour"]),
                points(one["difference_to_progressive"]),
                "–" if peer is None else f"{points(one['difference_to_best_peer'])} ({peer})",
                points(one["difference_to_oracle"]),
            )

    return _table(head, rows())


def _everybody(told: Sequence[tuple[str, Figures]]) -> str:
    def rows() -> Iterator[Sequence[str]]:
        for name, one in told:
            cells = [_cell(one, group) for group in GROUPS.values()]
            mine = one["policies"][TOLD if TOLD in one["policies"] else OURS]
            yield (name, *cells, f"**{_pair(mine)}**", _pair(one["policies"][BOUND]))

    return _table(("scenario", *GROUPS, "Alô", "oracle"), rows())


def _cell(one: Figures, group: Sequence[str]) -> str:
    label = representative(one, group)
    if label is None:
        return "none keeps it"
    figures = one["policies"][label]
    setting = str(figures["policy"]).partition(":")[2]
    method = SHORT.get(label.removesuffix("-best").partition("-")[2], "+" if label == "issabel-overcommit" else "")
    shown = " ".join(part for part in (method, setting) if part)
    return _pair(figures) + (f" ({shown})" if shown else "")


def _pair(figures: Figures) -> str:
    """Utilisation and abandonment; struck through where the promise is broken."""
    pair = f"{100 * figures['utilisation']:.1f} / {100 * figures['abandonment']:.1f}"
    return pair if keeps(figures) else f"~~{pair}~~"


def _interval(figures: Figures, name: str, digits: int) -> str:
    half = figures[f"{name}_half_width"]
    return f"{100 * figures[name]:.{digits}f}" + ("" if half is None else f" ± {100 * half:.{digits}f}")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"


def _costs(figures: Figures) -> str:
    rows = [
        (f"decision, {agents} agents{calls}: median / 99th percentile / by the clock",
         " / ".join(f"{figures[f'decide_{name}_ms_{agents}_agents']:.2f}" for name in ("median", "p99", "clock_p99"))
         + " ms")
        for agents, calls in ((20, ""), (100, ", about 300 calls in flight"), (500, ", about 1,500 calls in flight"))
        if f"decide_p99_ms_{agents}_agents" in figures
    ]  # fmt: skip
    rows += [
        (f"a fact, {agents} agents: median", f"{figures[f'fact_us_{agents}_agents']:.1f} µs")
        for agents in (20, 100, 500)
        if f"fact_us_{agents}_agents" in figures
    ]
    if "simulated_day_s" in figures:
        rows.append(("a simulated day, 20 agents, 8 h, a decision each second", f"{figures['simulated_day_s']:.1f} s"))
    if "memory_days" in figures:
        early, late = figures["memory_settled_kib"], figures["memory_after_last_day_kib"]
        rows.append(
            (
                f"memory of one Pacer after {figures['memory_settled_day']} / {figures['memory_days']} days",
                f"{early:.0f} / {late:.0f} KiB",
            )
        )
    return _table(("cost", "processor time"), iter(rows)) if rows else ""
