"""The formula of pacing/waiting.py: fitted anew on simulated days, and how exact it is on days it has not seen.

`run(quick)` simulates DAYS floors (half an hour of one core, shared by two), fits, and holds what was fitted and what
is shipped against them. The table ends with the text of pacing/waiting_fit.py, to be put there when the law changed.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from bench._whatif_days import Settled, floors, settled_days
from bench._whatif_fit import fit, held_out, sample
from pacing.waiting_fit import COEFFICIENTS, FITTED

DAYS, WORKERS = 130, 2
QUICK_DAYS, QUICK_SCALE = 12, 0.05

MODULE = '''"""The figures of pacing/waiting.py, fitted by `python -m bench whatif`; made by it, not by hand."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Fitted:
    """When and on what, and the error of the utilisation on days held out of the fit, in points."""

    on: str
    days: int
    mean_error_points: float
    largest_error_points: float


FITTED = Fitted(on="{on}", days={days}, mean_error_points={mean:.1f}, largest_error_points={largest:.1f})

COEFFICIENTS: Mapping[str, float] = {{
{coefficients}
}}
"""Of each term, named by its axes; places from -1 to 1 on each."""
'''


def run(quick: bool) -> dict[str, Any]:
    scale = QUICK_SCALE if quick else 1.0
    jobs = [(floor, number, scale) for number, floor in enumerate(floors(QUICK_DAYS if quick else DAYS), 1)]
    return figures(list(settled_days(jobs, WORKERS)))


def figures(days: Sequence[Settled]) -> dict[str, Any]:
    """Errors in points of utilisation, and the coefficients."""
    of = sample(days, list(COEFFICIENTS))
    error = 100.0 * np.abs(held_out(of))
    shipped = 100.0 * np.abs(of.predicted(np.array(list(COEFFICIENTS.values()))) - of.utilisation)
    return {
        "days": len(days),
        "held_out_mean_error_points": float(error.mean()),
        "held_out_largest_error_points": float(error.max()),
        "shipped_mean_error_points": float(shipped.mean()),
        "shipped_largest_error_points": float(shipped.max()),
        "shipped_on": FITTED.on,
        "chance_points": float(100.0 * of.chance.mean()),
        "coefficients": dict(zip(COEFFICIENTS, map(float, fit(of)), strict=True)),
    }


def table(told: dict[str, Any]) -> str:
    """The errors and, of a whole run, pacing/waiting_fit.py as it would be."""
    errors = "\n".join(f"{name}: {value}" for name, value in told.items() if name != "coefficients")
    if told["days"] < DAYS:
        return errors
    lines = (f'    "{name}": {value:.4f},' for name, value in told["coefficients"].items())
    module = MODULE.format(
        on=datetime.now(UTC).date().isoformat(),
        days=told["days"],
        mean=told["held_out_mean_error_points"],
        largest=told["held_out_largest_error_points"],
        coefficients="\n".join(lines),
    )
    return f"{errors}\n\npacing/waiting_fit.py:\n\n{module}"
