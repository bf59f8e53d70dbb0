"""How fast may an exchange be given calls that grows short of breath? Slower at once, faster step by step.

Asterisk refuses new SIP requests when one of its task processors has more tasks waiting than its high water mark
(res_pjsip/pjsip_distributor.c, ast_taskprocessor_alert_get). Pressure is how full the fullest one is, of that mark.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

STOP_AT = 0.8
SLOW_AT = 0.4
CALM_AT = 0.15
SETTLE_S = 3.0
"""What a cut brings shows only after so long; until then there is no second one."""
CALM_S = 5.0
"""So long it must be calm before each step up."""
SLOWEST_PER_S = 1.0


class Breath(StrEnum):
    """How the exchange is doing."""

    FREE = "free"
    SLOWED = "slowed"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """pressure: 0 is idle, 1 is the mark at which calls are refused. launched_per_s: calls given lately."""

    at_s: float
    pressure: float
    launched_per_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """limit_per_s: calls per second it may be given, None: any number. cut_s, calm_since_s: seconds, None: never."""

    limit_per_s: float | None = None
    cut_s: float | None = None
    calm_since_s: float | None = None
    free_at_per_s: float = SLOWEST_PER_S
    """Once the limit is above what was given when it was first cut, there is no limit any more."""

    @property
    def breath(self) -> Breath:
        if self.limit_per_s is None:
            return Breath.FREE
        return Breath.SLOWED if self.limit_per_s else Breath.STOPPED

    def after(self, sample: Sample) -> "Health":
        """The health after one more look. Between CALM_AT and SLOW_AT a limit stays as it is, but none stays at 0."""
        if sample.pressure >= STOP_AT:
            return replace(self._cut(sample), limit_per_s=0.0)
        if sample.pressure >= SLOW_AT:
            settled = self.cut_s is None or sample.at_s - self.cut_s >= SETTLE_S
            return self._cut(sample) if settled else replace(self, calm_since_s=None)
        if self.limit_per_s is None or (self.limit_per_s and sample.pressure > CALM_AT):
            return replace(self, calm_since_s=None)
        if self.calm_since_s is None:
            return replace(self, calm_since_s=sample.at_s)
        return self._raised(sample.at_s) if sample.at_s - self.calm_since_s >= CALM_S else self

    def _cut(self, sample: Sample) -> "Health":
        given = sample.launched_per_s if self.limit_per_s is None else min(self.limit_per_s, sample.launched_per_s)
        limit = self.limit_per_s if self.limit_per_s == 0.0 else max(SLOWEST_PER_S, given / 2)
        bound = max(SLOWEST_PER_S, sample.launched_per_s) if self.limit_per_s is None else self.free_at_per_s
        return Health(limit_per_s=limit, cut_s=sample.at_s, free_at_per_s=bound)

    def _raised(self, now: float) -> "Health":
        assert self.limit_per_s is not None
        if self.limit_per_s >= self.free_at_per_s:
            return Health()
        return replace(self, limit_per_s=max(SLOWEST_PER_S, self.limit_per_s * 2), calm_since_s=now)
