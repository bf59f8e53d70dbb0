"""A floor and its world as data: who works when, how calls end, how long everything takes, what the trunk bears.

Hours are hours of the day as a clock shows them (9.5 is half past nine; a shift over midnight goes on past 24).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from pacing.simulation.calls import CallClass, MachineDetection, Outcomes, Ring, Shock
from pacing.simulation.chance import Law, Lognormal
from pacing.simulation.checks import within
from pacing.simulation.staff import Shift
from pacing.simulation.trunk import Trunk


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One day of a floor. Raises ValueError, naming the field and what is allowed, where the data are no such day."""

    name: str
    title: str = ""
    """For people, in their language."""
    hours: float = 8.0
    """Length of the day, above 0 and at most 24."""
    start_hour: float = 9.0
    """Hour of the day at which second 0 of the simulation lies."""
    staff: tuple[Shift, ...]
    outcomes: Outcomes = field(default_factory=Outcomes)
    classes: tuple[CallClass, ...] = ()
    """Classes of call on the list; none: all calls are alike and the policy is told no kind."""
    ring: Ring = field(default_factory=Ring)
    talk: Law = field(default_factory=lambda: Lognormal(mean=120.0, cv=1.0))
    wrap: Law = field(default_factory=lambda: Lognormal(mean=20.0, cv=0.7))
    patience: Law | None = None
    """How long an answered person without an agent stays on the line; None: until they count as abandoned."""
    answer_to_agent_s: float = 2.0
    """Seconds an answered person may wait for an agent; then they are abandoned."""
    machine_detection: MachineDetection | None = None
    """None: machines are told from people at once and without error."""
    trunk: Trunk = field(default_factory=Trunk)
    shocks: tuple[Shock, ...] = ()
    records: int | None = None
    """Calls the list holds; None: it never ends."""
    decide_every_s: float = 1.0
    decide_on_events: bool = False
    """Whether the policy is also asked after each answer, end of a call and agent made ready."""

    def __post_init__(self) -> None:
        within("hours", self.hours, 1e-3, 24.0)
        within("start_hour", self.start_hour, 0.0, 24.0)
        within("answer_to_agent_s", self.answer_to_agent_s, 0.0, 3600.0)
        within("decide_every_s", self.decide_every_s, 0.001, 3600.0)
        within("records", 0 if self.records is None else self.records, 0, math.inf)
        if not self.staff:
            raise ValueError("staff is empty: give one shift or more")
        if self.classes and sum(one.share for one in self.classes) <= 0.0:
            raise ValueError("classes have no share: give one of them a share above 0")
        hours = np.arange(self.start_hour, self.start_hour + self.hours, 1.0 / 60.0)
        if (most := float(self.outcomes.reached(hours).max())) > 1.0 + 1e-9:
            raise ValueError(f"outcomes add up to {most:.3f} at some hour: give shares that add up to 1 or less")

    @property
    def duration_s(self) -> float:
        """Length of the day, in seconds."""
        return round(self.hours * 3600.0, 6)

    def second(self, hour: float) -> float:
        """Seconds from the start of the day to an hour of the clock, to the microsecond; negative before the start."""
        return round((hour - self.start_hour) * 3600.0, 6)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any], samples: Mapping[str, Sequence[float]] | None = None) -> Self:
        """A scenario from plain data as a TOML file holds it.

        A law is a number of seconds or a table whose `law` is its name; `samples` are the arrays (seconds) that a
        `{law = "resampled", sample = "NAME"}` takes by name. A curve is a share, a list of [hour, share] or a table
        of `points` and `stepped`. `ring` may be "realistic". Raises ValueError, naming the field and what is allowed.
        """
        from pacing.simulation.mapping import build

        return build(cls, mapping, samples or {})
