"""The figure of a comparison: what is kept, how it grew over the day, and what agents waited. Imports matplotlib."""

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from alo.simulate.finding import percent
from alo.simulate.labels import Point, label_points, spread
from pacing.simulation.curves import Floats, cumulative_abandonment, longer_than, median_of_days
from pacing.simulation.day import Day
from pacing.simulation.measures import Measure, Summary
from pacing.simulation.statistics import Estimate

# Okabe and Ito, Color Universal Design (2008), without its yellow, which is too pale for a line on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = "osD^vPX"
DASHES = ("-", "--", ":")
SETTINGS: dict[Any, Any] = {
    "font.size": 10.5,
    "axes.titlesize": 11.5,
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#888888",
    "xtick.color": "#444444",
    "ytick.color": "#444444",
    "axes.labelcolor": "#444444",
    "grid.color": "#e8e8e8",
    "axes.grid": True,
    "axes.axisbelow": True,
    # The same days give the same file.
    "svg.hashsalt": "alo",
}
TARGET = "#666666"
MOMENTS = 241
"""Points of a curve."""
FROM_LIVE = 50
"""Settled live answers from which a day's cumulative abandonment is drawn; before, it jumps with every one."""


def save(
    path: Path,
    summaries: Sequence[Summary],
    days: Mapping[str, Sequence[Day]],
    *,
    title: str,
    world: str,
    target: float,
) -> None:
    """Draw one scenario's comparison into `path`, svg or png by its ending; `title` is the finding, `world` below it.

    Raises OSError where the file cannot be written.
    """
    with mpl.rc_context(SETTINGS):
        figure = draw(summaries, days, title=title, world=world, target=target)
        metadata: dict[str, str | None] | None = {"Date": None} if path.suffix.lower() == ".svg" else None
        figure.savefig(path, dpi=150, metadata=metadata)


def draw(
    summaries: Sequence[Summary], days: Mapping[str, Sequence[Day]], *, title: str, world: str, target: float
) -> Figure:
    """The figure of three panels."""
    figure = Figure(figsize=(15.5, 5.6), layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12, wspace=0.05))
    FigureCanvasAgg(figure)
    headline = textwrap.fill(title, 110)
    figure.suptitle(headline, x=0.012, ha="left", fontsize=15, fontweight="bold")
    figure.supxlabel(world, x=0.012, ha="left", fontsize=9, color=TARGET)
    traded, grown, waited = figure.subplots(1, 3, width_ratios=(1.1, 1.2, 0.9))
    styles = {summary.policy: _style(place) for place, summary in enumerate(summaries)}
    points, promise = _draw_trade(traded, summaries, styles, target)
    _draw_growth(grown, days, styles, target)
    _draw_waits(waited, days, styles)
    label_points(traded, points, taken=[promise])
    return figure


_Style = tuple[str, str, str]


def _style(place: int) -> _Style:
    turn = place // len(COLOURS)
    return COLOURS[place % len(COLOURS)], MARKERS[(place + turn) % len(MARKERS)], DASHES[turn % len(DASHES)]


def _draw_trade(
    axes: Axes, summaries: Sequence[Summary], styles: Mapping[str, _Style], target: float
) -> tuple[list[Point], Artist]:
    """The points to be named, and what their names must not cover."""
    axes.set_title("How much agents work, and what it costs")
    axes.set_xlabel("abandoned, % of live answers")
    axes.set_ylabel("utilisation, % of staffed time")
    points = []
    for summary in summaries:
        lost, busy = summary.means[Measure.ABANDONMENT], summary.means[Measure.UTILISATION]
        if lost is None or busy is None:
            continue
        colour, marker, _ = styles[summary.policy]
        point = Point(
            x=100 * lost.mean, y=100 * busy.mean, x_half=_half(lost), y_half=_half(busy),
            name=summary.policy, colour=colour,
        )  # fmt: skip
        points.append(point)
        axes.errorbar(
            point.x, point.y, xerr=point.x_half, yerr=point.y_half, fmt=marker, color=colour, ms=8, capsize=3,
            elinewidth=1.2, zorder=3,
        )  # fmt: skip
    axes.margins(x=0.1, y=0.12)
    axes.set_xlim(left=min(-0.1, axes.get_xlim()[0]), right=max(100 * target * 1.35, axes.get_xlim()[1]))
    axes.axvline(100 * target, color=TARGET, linestyle=(0, (4, 3)), linewidth=1.2)
    left, right = axes.get_xlim()
    crowded = 100 * target < left + 0.35 * (right - left)
    promise = axes.annotate(
        f"promise {percent(target)}", (100 * target, 0.01), xycoords=("data", "axes fraction"),
        xytext=(4 if crowded else -4, 0), textcoords="offset points", ha="left" if crowded else "right", va="bottom",
        color=TARGET, fontsize=9,
    )  # fmt: skip
    return points, promise


def _draw_growth(axes: Axes, days: Mapping[str, Sequence[Day]], styles: Mapping[str, _Style], target: float) -> None:
    axes.set_title("Abandoned since the day began: a line per day, median thick")
    axes.set_xlabel("hours since the day began")
    axes.set_ylabel("abandoned so far, %")
    end_s = max(day.duration_s for own in days.values() for day in own)
    moments = np.linspace(0.0, end_s, MOMENTS)
    hours = moments / 3600
    seen, ends = [100 * target], []
    for policy, own in days.items():
        colour, _, dash = styles[policy]
        curves = [100 * cumulative_abandonment(day, moments, min_live=FROM_LIVE) for day in own]
        for curve in curves:
            axes.plot(hours, curve, color=colour, linewidth=0.7, alpha=0.35, linestyle=dash)
            seen.append(_top(curve, hours))
        middle = median_of_days(curves)
        axes.plot(hours, middle, color=colour, linewidth=2.6, linestyle=dash, zorder=3)
        known = middle[~np.isnan(middle)]
        if len(known):
            ends.append((float(known[-1]), policy, colour))
    top = 1.15 * max(seen)
    axes.set_ylim(-0.02 * top, top)
    axes.set_xlim(0, end_s / 3600)
    axes.axhline(100 * target, color=TARGET, linestyle=(0, (4, 3)), linewidth=1.2)
    ends.append((100 * target, f"promise {percent(target)}", TARGET))
    places = spread([end for end, _, _ in ends], gap=0.05 * top)
    for place, (_, name, colour) in zip(places, ends, strict=True):
        axes.annotate(
            name, (1.01, place), xycoords=("axes fraction", "data"), va="center", color=colour, fontweight="bold",
            annotation_clip=False,
        )  # fmt: skip


def _draw_waits(axes: Axes, days: Mapping[str, Sequence[Day]], styles: Mapping[str, _Style]) -> None:
    axes.set_title("How long agents wait for a call (right: the median)")
    axes.set_xlabel("seconds")
    axes.set_ylabel("waits longer than this, %")
    waits = {policy: np.concatenate([day.idle_spells_s for day in own]) for policy, own in days.items()}
    longest = max((float(np.quantile(own, 0.98)) for own in waits.values() if len(own)), default=60.0)
    seconds = np.linspace(0.0, max(1.0, longest), MOMENTS)
    order = sorted(waits, key=lambda policy: -_median(waits[policy]))
    for row, policy in enumerate(order):
        colour, marker, dash = styles[policy]
        axes.plot(seconds, 100 * longer_than(waits[policy], seconds), color=colour, linewidth=2.2, linestyle=dash)
        axes.plot(_median(waits[policy]), 50, marker, color=colour, ms=7, zorder=3)
        half = f"{_median(waits[policy]):.0f} s" if len(waits[policy]) else "no call"
        axes.annotate(
            f"{half}  {policy}", (1.03, 0.97 - 0.065 * row), xycoords="axes fraction", va="top", color=colour,
            fontweight="bold", annotation_clip=False,
        )  # fmt: skip
    axes.set_ylim(0, 100)
    axes.set_xlim(0, float(seconds[-1]))


def _half(estimate: Estimate) -> float:
    return 100 * (estimate.half_width or 0.0)


def _median(values: Floats) -> float:
    return float(np.median(values)) if len(values) else 0.0


def _top(curve: Floats, hours: Floats) -> float:
    """The highest point after the first hour, so that the jumps of the first answers do not flatten the rest."""
    later = curve[(hours >= min(1.0, hours[-1] / 4)) & ~np.isnan(curve)]
    return float(later.max()) if len(later) else 0.0
