"""The figures of pacing/waiting.py, fitted by `python -m bench whatif`; made by it, not by hand."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Fitted:
    """When and on what, and the error of the utilisation on days held out of the fit, in points."""

    on: str
    days: int
    mean_error_points: float
    largest_error_points: float


FITTED = Fitted(on="2026-11-23", days=114, mean_error_points=1.0, largest_error_points=4.4)

COEFFICIENTS: Mapping[str, float] = {
    "": 1.0155,
    "agents": 2.0777,
    "target": 0.6151,
    "handling": -1.1100,
    "search": 2.4050,
    "answers": 0.4464,
    "agents handling": -0.3812,
    "agents target": -0.1610,
}
"""Of each term, named by its axes; places from -1 to 1 on each."""
