"""What a simulated day came to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pacing.simulation.chance import Floats
from pacing.simulation.scenario import Scenario

HOUR_S = 3600.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Day:
    """Totals of one day. All times in seconds; live people are those who answered, machines are none of them."""

    scenario: Scenario
    policy: str
    seed: int
    duration_s: float
    staffed_s: float
    """Agent-seconds logged in and not paused: talk_s + wrap_s + idle_s."""
    talk_s: float
    wrap_s: float
    idle_s: float
    """Agent-seconds ready."""
    dials: int
    live: int
    """Live people who answered: connected, abandoned, taken for machines, or waiting as the day ends."""
    connected: int
    abandoned: int
    false_machines: int
    """Live people taken for machines and hung up on."""
    missed_machines: int = 0
    """Machines handed to agents as people."""
    waiting: int = 0
    """Live people without an agent as the day ends."""
    idle_spells_s: Floats
    """Length of each ready spell that ended in a connect, in the order of the connects."""
    settled_at: Floats
    """When each live person was connected, abandoned or taken for a machine; seconds from the start, in time order."""
    was_abandoned: NDArray[np.bool_]
    """For each of `settled_at`: abandoned or taken for a machine."""
    decisions: int

    @property
    def utilisation(self) -> float:
        """Share of staffed time in talk and wrap-up; 0 where nobody was at work."""
        return (self.talk_s + self.wrap_s) / self.staffed_s if self.staffed_s else 0.0

    @property
    def abandonment(self) -> float:
        """Share of settled live people who got no agent, those taken for machines included; 0 where there are none."""
        lost = self.abandoned + self.false_machines
        return lost / (self.connected + lost) if self.connected + lost else 0.0

    def worst_hour(self, min_live: int = 300) -> float | None:
        """The highest abandonment of any trailing hour in which `min_live` people or more were settled, else None."""
        lost = np.concatenate([[0], np.cumsum(self.was_abandoned)])
        last = np.arange(1, len(self.settled_at) + 1)
        first = np.searchsorted(self.settled_at, self.settled_at - HOUR_S, side="right")
        enough = last - first >= max(1, min_live)
        if not enough.any():
            return None
        return float(((lost[last] - lost[first]) / np.maximum(last - first, 1))[enough].max())
