"""How many calls now? Pure: no clock, no I/O; facts go in, a decision with its reason comes out.

`Pacer` is the one object the live engine and any simulator drive; the other names are what it takes and gives.
"""

from pacing.model import (
    AgentState,
    Anomaly,
    ClockStart,
    Decision,
    Denominator,
    Mode,
    Outcome,
    PacingTarget,
    Reason,
)
from pacing.pacer import Pacer
from pacing.tally import window_name

__all__ = [
    "AgentState",
    "Anomaly",
    "ClockStart",
    "Decision",
    "Denominator",
    "Mode",
    "Outcome",
    "Pacer",
    "PacingTarget",
    "Reason",
    "window_name",
]
