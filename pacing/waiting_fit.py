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


FITTED = Fitted(on="2026-11-23", days=39, mean_error_points=1.1, largest_error_points=3.3)

COEFFICIENTS: Mapping[str, float] = {
    "": 1.1553,
    "agents": 2.1238,
    "target": 0.6426,
    "handling": -1.0890,
    "search": 1.9196,
    "target handling": 0.3498,
    "delay": -0.1105,
    "target delay": 0.2729,
    "delay delay": -0.3028,
    "handling search": -0.1997,
}
"""Of each term, named by its axes; places from -1 to 1 on each."""
