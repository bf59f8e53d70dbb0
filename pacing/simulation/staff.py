"""Who works when, as data."""

from dataclasses import dataclass, field

from pacing.simulation.chance import Exponential, Gamma, Law
from pacing.simulation.checks import within


@dataclass(frozen=True, kw_only=True)
class Lunch:
    """One long break for each agent, begun at an even chance between two hours; the same hour twice: all at once."""

    from_hour: float
    to_hour: float
    minutes: float = 60.0

    def __post_init__(self) -> None:
        within("to_hour", self.to_hour, self.from_hour, 48.0)
        within("minutes", self.minutes, 0.0, 1440.0)


@dataclass(frozen=True, kw_only=True)
class Pauses:
    """Short breaks at random moments."""

    per_hour: float
    """Mean number for each agent and hour."""
    length: Law = field(default_factory=lambda: Gamma(mean=300.0, shape=4.0))

    def __post_init__(self) -> None:
        within("per_hour", self.per_hour, 0.0, 60.0)


@dataclass(frozen=True, kw_only=True)
class Vanishing:
    """Agents who drop off the floor at random moments, in the middle of a call too."""

    per_hour: float
    """Mean number for each agent and hour."""
    away: Law = field(default_factory=lambda: Exponential(mean=300.0))

    def __post_init__(self) -> None:
        within("per_hour", self.per_hour, 0.0, 60.0)


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A piece of the timetable: people of its own, at work between two hours.

    Pauses and the end of the shift begin after the call and wrap-up the agent is in.
    """

    agents: int
    from_hour: float | None = None
    """None: from the start of the day."""
    to_hour: float | None = None
    """None: to the end of the day."""
    lunch: Lunch | None = None
    pauses: Pauses | None = None
    vanishing: Vanishing | None = None
    announced: bool = True
    """Whether the policy is told of a pause, or the end of the shift, that waits for the end of a call."""

    def __post_init__(self) -> None:
        within("agents", self.agents, 0, 100_000)
        if self.from_hour is not None and self.to_hour is not None:
            within("to_hour", self.to_hour, self.from_hour, 48.0)
