"""The picture of the benchmark: a row for each scenario, a mark for each policy. Imports matplotlib."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bench._pacing_days import TARGET, TOLD
from bench._pacing_report import BOUND, OURS, keeps
from bench._pacing_table import GROUPS, Figures, representative, worlds

# Okabe and Ito, Color Universal Design (2008).
LOOKS: dict[str, tuple[str, str]] = {
    "progressive": ("#999999", "o"),
    "VICIdial as shipped": ("#CC79A7", "v"),
    "VICIdial, best cap": ("#CC79A7", "^"),
    "Issabel": ("#009E73", "s"),
    "ImpactDialing": ("#E69F00", "D"),
    "best fixed ratio": ("#56B4E9", "P"),
}
OUR_COLOUR = "#0072B2"
SETTINGS: dict[Any, Any] = {
    "font.size": 10.0,
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    # The same figures give the same file.
    "svg.hashsalt": "alo",
}
ROW_INCHES = 0.40
SIZES = ("five-agents", "ten-agents", "twenty-agents", "fifty-agents", "hundred-agents", "two-hundred-agents")
"""The same list and calls by the number of agents; every other floor differs in something else."""
LEFT_LEAST = 35.0
"""Percent at the left edge, unless somebody works less."""


def save(path: Path, figures: Figures) -> None:
    """Write the picture, SVG or PNG by the path's ending."""
    rows = sorted(worlds(figures), key=lambda row: SIZES.index(row[0]) if row[0] in SIZES else len(SIZES))
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(10.5, 1.9 + ROW_INCHES * len(rows)), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        for place, (_, told) in enumerate(rows):
            _row(axes, place, told)
        _frame(axes, rows)
        figure.suptitle(_headline(rows), x=0.01, ha="left", fontsize=13, fontweight="bold")
        figure.legend(
            handles=_legend(), loc="outside lower left", ncols=3, frameon=False, fontsize=9.5, handletextpad=0.4
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        # Nothing but the picture in the file, so that the same figures give the same file.
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(path, metadata=nothing if path.suffix == ".svg" else None)


def _row(axes: Axes, place: int, told: Figures) -> None:
    policies = told["policies"]
    ours = policies[TOLD if TOLD in policies else OURS]
    if "best_peer_utilisation" in told:
        ends = [100 * told["best_peer_utilisation"], 100 * ours["utilisation"]]
        axes.plot(ends, [place] * 2, color=OUR_COLOUR, alpha=0.35, linewidth=4, solid_capstyle="butt", zorder=2)
    for group, members in GROUPS.items():
        label = representative(told, members)
        if label is not None:
            colour, marker = LOOKS[group]
            filled = keeps(policies[label])
            axes.plot(
                100 * policies[label]["utilisation"], place, marker=marker, markersize=6.5 if filled else 5.5,
                markerfacecolor=colour if filled else "white", markeredgecolor=colour,
                markeredgewidth=0 if filled else 0.9, zorder=3,
            )  # fmt: skip
    bound = policies[BOUND]["utilisation"]
    axes.plot([100 * bound] * 2, [place - 0.36, place + 0.36], color="black", linewidth=1.8, zorder=4)
    axes.plot(
        100 * ours["utilisation"], place, marker="o", markersize=11, zorder=5,
        markerfacecolor=OUR_COLOUR if keeps(ours) else "white", markeredgecolor=OUR_COLOUR, markeredgewidth=1.5,
    )  # fmt: skip
    if not keeps(ours):
        axes.annotate(
            f"{100 * ours['abandonment']:.1f} %", (100 * ours["utilisation"], place), xytext=(0, 7),
            textcoords="offset points", ha="center", va="bottom", fontsize=7.5, color=OUR_COLOUR,
        )  # fmt: skip


def _frame(axes: Axes, rows: Sequence[tuple[str, Figures]]) -> None:
    least = min((100 * one["utilisation"] for _, told in rows for one in told["policies"].values()), default=0.0)
    axes.set_xlim(max(0.0, min(LEFT_LEAST, least - 2)), 100)
    axes.set_ylim(len(rows) - 0.4, -0.7)
    axes.set_yticks(range(len(rows)), [f"{name.replace('-', ' ')}  ({told['agents']})" for name, told in rows])
    axes.set_xlabel("utilisation: talk and wrap-up as % of the time agents are at work")
    axes.tick_params(length=0)
    axes.grid(axis="x", color="#e8e8e8")
    axes.set_axisbelow(True)
    sizes = sum(name in SIZES for name, _ in rows)
    if 0 < sizes < len(rows):
        axes.axhline(sizes - 0.5, color="#777777", linewidth=1.0)
    for place in range(0, len(rows), 2):
        axes.axhspan(place - 0.5, place + 0.5, color="#f6f6f6", zorder=0, linewidth=0)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)


def _headline(rows: Sequence[tuple[str, Figures]]) -> str:
    ours = [told["policies"][TOLD if TOLD in told["policies"] else OURS] for _, told in rows]
    kept = sum(keeps(one) for one in ours)
    ahead = sum(
        told.get("best_peer_utilisation", 0.0) <= one["utilisation"]
        for (_, told), one in zip(rows, ours, strict=True)
        if keeps(one)
    )
    return (
        f"Alô keeps the {100 * TARGET:g} % promise on {kept} of {len(rows)} floors; on {ahead} of these agents work\n"
        "at least as much as with the best peer that keeps it too"
    )


def _legend() -> list[Line2D]:
    marks = [
        Line2D([], [], marker="o", markersize=11, color=OUR_COLOUR, linestyle="", label="Alô, nothing to set"),
        Line2D([], [], marker="|", markersize=13, markeredgewidth=1.8, color="black", linestyle="",
               label="oracle: knows the true laws"),
        Line2D([], [], color=OUR_COLOUR, alpha=0.35, linewidth=4,
               label="from the best peer that keeps the promise to Alô"),
    ]  # fmt: skip
    chosen = {"VICIdial, best cap", "best fixed ratio"}
    marks += [
        Line2D([], [], marker=marker, color=colour, linestyle="", markeredgewidth=0,
               label=f"{group}, set in hindsight" if group in chosen else group)
        for group, (colour, marker) in LOOKS.items()
    ]  # fmt: skip
    broken = Line2D(
        [], [], marker="s", markerfacecolor="white", markeredgecolor="#555555", color="white", linestyle="",
        label=f"hollow: abandons more than {100 * TARGET:g} %",
    )  # fmt: skip
    return [*marks, broken]
