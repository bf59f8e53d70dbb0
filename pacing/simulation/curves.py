"""Days as curves: abandonment as it grew over the day, and how long agents waited."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pacing.simulation.day import Day

Floats = NDArray[np.float64]


def cumulative_abandonment(day: Day, at_s: Floats, *, min_live: int) -> Floats:
    """Abandonment since the day began, 0 to 1, at each time in seconds; nan until `min_live` people were settled."""
    settled = np.searchsorted(day.settled_at, at_s, side="right")
    lost = np.concatenate(([0], np.cumsum(day.was_abandoned)))[settled]
    share = np.full(len(at_s), np.nan)
    enough = settled >= max(1, min_live)
    share[enough] = lost[enough] / settled[enough]
    return share


def median_of_days(curves: Sequence[Floats]) -> Floats:
    """The middle curve, point by point; nan where fewer than half of the days have a value there."""
    stacked = np.vstack(curves)
    known = np.count_nonzero(~np.isnan(stacked), axis=0)
    middle = np.full(stacked.shape[1], np.nan)
    enough = known * 2 >= len(curves)
    middle[enough] = np.nanmedian(stacked[:, enough], axis=0)
    return middle


def longer_than(spells_s: Floats, at_s: Floats) -> Floats:
    """The share of spells, 0 to 1, longer than each time in seconds; 0 where there is no spell."""
    if not len(spells_s):
        return np.zeros(len(at_s))
    return 1.0 - np.searchsorted(np.sort(spells_s), at_s, side="right") / len(spells_s)
