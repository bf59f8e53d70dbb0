"""What the trunk bears and when it fails, as data."""

import math
from dataclasses import dataclass

from pacing.simulation.checks import within


@dataclass(frozen=True, kw_only=True)
class TrunkFailure:
    """A spell in which placed calls fail, all of them or a share, `after_s` seconds after the dial."""

    from_hour: float
    to_hour: float
    share: float = 1.0
    after_s: float = 0.5

    def __post_init__(self) -> None:
        within("to_hour", self.to_hour, self.from_hour, 48.0)
        within("share", self.share, 0.0, 1.0)
        within("after_s", self.after_s, 0.01, 3600.0)


@dataclass(frozen=True, kw_only=True)
class Trunk:
    """What is launched at most; what a policy asks for beyond is not placed."""

    max_lines: int | None = None
    """Calls that may be up at once: ringing, waiting and talking. None: no limit."""
    calls_per_second: float | None = None
    """None: no limit."""
    failures: tuple[TrunkFailure, ...] = ()

    def __post_init__(self) -> None:
        if self.max_lines is not None:
            within("max_lines", self.max_lines, 1, math.inf)
        if self.calls_per_second is not None:
            within("calls_per_second", self.calls_per_second, 0.01, 10_000.0)
