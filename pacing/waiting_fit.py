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


FITTED = Fitted(on="2026-11-23", days=55, mean_error_points=1.4, largest_error_points=8.8)

COEFFICIENTS: Mapping[str, float] = {
    "": 1.1148,
    "agents": 2.1995,
    "target": 0.7277,
    "handling": -1.0463,
    "search": 2.0256,
    "target handling": 0.1468,
    "delay": -0.0499,
    "target delay": -0.0207,
    "delay delay": -0.1890,
    "handling search": 0.2985,
}
"""Of each term, named by its axes; places from -1 to 1 on each."""
