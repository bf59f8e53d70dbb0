"""Reading back what was kept as JSON: only finite numbers of the right shape are taken."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray


def table_of(kept: Any, length: int) -> NDArray[np.float64]:
    """A table of so many numbers, none below 0; raises ValueError or TypeError where it is none."""
    table = np.array(kept, dtype=np.float64)
    if table.shape != (length,) or not np.isfinite(table).all() or (table < 0.0).any():
        raise ValueError(f"a table of {length} numbers, 0 or more, is expected")
    return table


def positive(kept: Any) -> float:
    """A number above 0; raises ValueError or TypeError where it is none."""
    number = float(kept)
    if not 0.0 < number < math.inf:
        raise ValueError("a number above 0 is expected")
    return number


def not_negative(kept: Any) -> float:
    """A finite number, 0 or more; raises ValueError or TypeError where it is none."""
    value = number(kept)
    if value < 0.0:
        raise ValueError("a number of 0 or more is expected")
    return value


def number(kept: Any) -> float:
    """A finite number; raises ValueError or TypeError where it is none."""
    value = float(kept)
    if not math.isfinite(value):
        raise ValueError("a finite number is expected")
    return value
