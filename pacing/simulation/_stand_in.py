"""Temporary."""

from dataclasses import dataclass
from typing import Any
import numpy as np


@dataclass(frozen=True, kw_only=True)
class Day:
    scenario: Any
    policy: str
    seed: int
    duration_s: float
    staffed_s: float
    talk_s: float
    wrap_s: float
    idle_s: float
    dials: int
    live: int
    connected: int
    abandoned: int
    false_machines: int
    idle_spells_s: Any
    settled_at: Any
    was_abandoned: Any
    decisions: int

    @property
    def utilisation(self) -> float:
        return (self.talk_s + self.wrap_s) / self.staffed_s

    @property
    def abandonment(self) -> float:
        lost = self.abandoned + self.false_machines
        return lost / (lost + self.connected) if lost + self.connected else 0.0

    def worst_hour(self, min_live: int = 300) -> float | None:
        if len(self.settled_at) < min_live:
            return None
        lost = np.concatenate(([0], np.cumsum(self.was_abandoned)))
        start = np.searchsorted(self.settled_at, self.settled_at - 3600, side="right")
        held = np.arange(1, len(self.settled_at) + 1) - start
        share = (lost[1:] - lost[start]) / held
        return float(share[held >= min_live].max()) if (held >= min_live).any() else None
