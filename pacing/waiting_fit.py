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


FITTED = Fitted(on="2026-11-23", days=130, mean_error_points=1.0, largest_error_points=3.9)

COEFFICIENTS: Mapping[str, float] = {
    "": 1.0484,
    "agents": 2.0830,
    "target": 0.6067,
    "handling": -1.1324,
    "search": 2.2807,
    "answers": 0.3955,
    "delay": -0.1136,
    "agents handling": -0.3874,
    "agents target": -0.1880,
    "answers delay": -0.1958,
}
"""Of each term, named by its axes; places from -1 to 1 on each."""
