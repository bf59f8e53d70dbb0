"""How rarely a day breaks the promise: more days of our law and the oracle; ten cannot tell 5 % of days from 20 %."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from bench._pacing_days import TARGET, Figures
from bench._pacing_report import difference, figures_of
from pacing.simulation.statistics import CONFIDENCE

FLOORS = (
    "five-agents", "ten-agents", "twenty-agents", "answer-shock", "lunch", "scripted-calls", "mixed-list",
)  # fmt: skip
SEEDS = range(1, 41)
ASKED = 0.05
"""Share of days that may end above the promise, and share of days whose worst hour may be twice it."""


def told(days: Sequence[Figures], oracle: Sequence[Figures], *, agents: int) -> dict[str, Any]:
    """The figures of our law's days on a floor, beside the oracle's of the same days."""
    figures = figures_of(days)
    counted, hours = figures["days_counted"], figures["days_with_hours"]
    over = round((figures["days_over"] or 0.0) * counted)
    hours_over = round((figures["hours_over"] or 0.0) * hours)
    return {
        **{name: figures[name] for name in ("utilisation", "abandonment", "abandonment_half_width", "worst_day")},
        "agents": agents,
        "days": len(days),
        "difference_to_oracle": difference(days, oracle),
        "target": TARGET,
        "days_counted": counted,
        "days_over": over,
        "days_over_interval": clopper_pearson(over, counted),
        "days_with_hours": hours,
        "hours_over": hours_over,
        "hours_over_interval": clopper_pearson(hours_over, hours),
    }


def clopper_pearson(hits: int, days: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The exact interval of a share seen as `hits` of `days` (Biometrika 26, 1934); 0 to 1 where there were none."""
    half = (1.0 - confidence) / 2

    def at_least(share: float) -> float:
        return sum(math.comb(days, k) * share**k * (1.0 - share) ** (days - k) for k in range(hits, days + 1))

    def at_most(share: float) -> float:
        return sum(math.comb(days, k) * share**k * (1.0 - share) ** (days - k) for k in range(hits + 1))

    low = 0.0 if hits == 0 else _border(lambda share: at_least(share) >= half)
    high = 1.0 if hits == days else _border(lambda share: at_most(share) < half)
    return low, high


def _border(reached: Callable[[float], bool]) -> float:
    """Where, from 0 to 1, something begins to hold."""
    below, above = 0.0, 1.0
    for _ in range(50):
        middle = (below + above) / 2
        below, above = (below, middle) if reached(middle) else (middle, above)
    return above
