"""What becomes of calls, as data: shares of outcomes over the day, classes of call, ring times, machine detection."""

from dataclasses import dataclass, field

import numpy as np

from pacing.simulation.chance import Constant, Exponential, Floats, Gamma, Law, Mixture
from pacing.simulation.checks import within


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A share over the hours of the day: straight lines between points, or steps that hold until the next point.

    Flat before the first and after the last point. Raises ValueError where hours do not grow or a share is no share.
    """

    points: tuple[tuple[float, float], ...]
    """(hour of the day, share from 0 to 1)."""
    stepped: bool = False

    def __post_init__(self) -> None:
        hours = [hour for hour, _ in self.points]
        if not hours or hours != sorted(set(hours)):
            raise ValueError("points: give [hour, share] pairs, one or more, whose hours grow")
        for _, share in self.points:
            within("share", share, 0.0, 1.0)

    def at(self, hours: Floats) -> Floats:
        """The share at each hour of the day."""
        points = np.array(self.points, dtype=np.float64)
        known, shares = points[:, 0], points[:, 1]
        if self.stepped:
            return shares[np.maximum(np.searchsorted(known, hours, side="right") - 1, 0)]
        return np.interp(hours, known, shares)


def share_at(share: Curve | float, hours: Floats) -> Floats:
    """A share that may be a curve or the same all day, at each hour of the day."""
    return share.at(hours) if isinstance(share, Curve) else np.full(len(hours), float(share))


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """Shares of all calls, each 0 to 1; what remains of 1 rings until the time-out without an answer."""

    human: Curve | float = 0.25
    machine: Curve | float = 0.0
    busy: Curve | float = 0.0
    invalid: Curve | float = 0.0
    """Numbers that do not exist or cannot be reached; told as "failed"."""

    def __post_init__(self) -> None:
        for name in ("human", "machine", "busy", "invalid"):
            if not isinstance(share := getattr(self, name), Curve):
                within(name, share, 0.0, 1.0)

    def reached(self, hours: Floats) -> Floats:
        """The sum of the shares at each hour of the day."""
        each = [share_at(share, hours) for share in (self.human, self.machine, self.busy, self.invalid)]
        return np.asarray(np.sum(each, axis=0))


@dataclass(frozen=True, kw_only=True)
class CallClass:
    """A class of call on the list, such as "1st attempt, mobile". Each factor multiplies the odds of its outcome.

    The policy is told a kind of "HH/name", HH being the hour of the day in which the call is placed.
    """

    name: str
    share: float = 1.0
    """Weight on the list."""
    human: float = 1.0
    machine: float = 1.0
    busy: float = 1.0
    invalid: float = 1.0

    def __post_init__(self) -> None:
        for name in ("share", "human", "machine", "busy", "invalid"):
            within(name, getattr(self, name), 0.0, 1e6)


@dataclass(frozen=True, kw_only=True)
class Shock:
    """A spell in which shares are multiplied, say a bad stretch of the list; shares above 1 in sum are scaled to 1."""

    from_hour: float
    to_hour: float
    human: float = 1.0
    machine: float = 1.0
    busy: float = 1.0
    invalid: float = 1.0

    def __post_init__(self) -> None:
        within("to_hour", self.to_hour, self.from_hour, 48.0)
        for name in ("human", "machine", "busy", "invalid"):
            within(name, getattr(self, name), 0.0, 1e6)


@dataclass(frozen=True, kw_only=True)
class Ring:
    """Seconds from the dial to each end, by outcome: the law's time after `post_dial_delay_s`, at most `time_out_s`.

    Most people pick up at 6 to 10 s, most machines at 18 to 22 s or, where the phone is off, at once.
    """

    human: Law = field(default_factory=lambda: Gamma(mean=9.5, shape=4.0))
    machine: Law = field(
        default_factory=lambda: Mixture(weights=(0.3, 0.7), laws=(Exponential(mean=1.0), Gamma(mean=18.0, shape=100.0)))
    )
    busy: Law = field(default_factory=lambda: Gamma(mean=2.0, shape=2.0))
    invalid: Law = field(default_factory=lambda: Gamma(mean=1.5, shape=2.0))
    noanswer: Law | None = None
    """None: always at the time-out."""
    post_dial_delay_s: float = 2.5
    time_out_s: float = 25.0

    def __post_init__(self) -> None:
        within("time_out_s", self.time_out_s, 0.1, 3600.0)
        within("post_dial_delay_s", self.post_dial_delay_s, 0.0, self.time_out_s)


def realistic_ring(time_out_s: float = 25.0) -> Ring:
    """People answer after Gamma of mean 12 s and CV 0.5; of other calls 65 % last to the time-out, 35 % Gamma(2)·4 s.

    The law of the published figures in docs/pacing.md.
    """
    other = Mixture(weights=(0.65, 0.35), laws=(Constant(mean=time_out_s), Gamma(mean=8.0, shape=2.0)))
    return Ring(
        human=Gamma(mean=12.0, shape=4.0),
        machine=other,
        busy=other,
        invalid=other,
        noanswer=other,
        post_dial_delay_s=0.0,
        time_out_s=time_out_s,
    )


@dataclass(frozen=True, kw_only=True)
class MachineDetection:
    """Listening for a machine after the answer, before a person is handed on."""

    delay: Law = field(default_factory=lambda: Gamma(mean=1.1, shape=30.0))
    """Seconds from the answer to the verdict."""
    counts_in_wait: bool = True
    """Whether the delay is part of the time in which a person must get an agent."""
    false_machine: float = 0.03
    """Share of people taken for machines and hung up on."""
    missed_machine: float = 0.05
    """Share of machines handed on as people."""
    machine_talk: Law = field(default_factory=lambda: Exponential(mean=8.0))
    """How long an agent listens to a machine before hanging up."""

    def __post_init__(self) -> None:
        within("false_machine", self.false_machine, 0.0, 1.0)
        within("missed_machine", self.missed_machine, 0.0, 1.0)
