"""What if: what a campaign may expect of another promise, or of more or fewer agents, from what it has learned.

Without abandonment the answer is the exact progressive one (`pacing.simulation.closed_forms`), for any number of
agents. With it the answer is a formula fitted on simulated days of the predictive law (`pacing.waiting`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pacing.pacer import Pacer
from pacing.predict.estimates import Estimates
from pacing.waiting import BOX, Axis, progressive_wait_s, wait_s

TARGETS = (0.0, 0.005, 0.01, 0.02, 0.03, 0.05)
"""Shares of abandonment a campaign is shown unless asked for others; 0 is progressive."""

AROUND = 5
"""Agents more and fewer a campaign is shown unless asked for others."""

LEAST_CALLS = 200
LEAST_TALKS = 30
"""Calls and talks to have learned from: a share of a quarter is then known to about 3 points, a length to a sixth."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Expectation:
    """What so many agents may expect at a promise, once the day has settled. An agent-hour is one hour of one agent
    who is ready, talking or wrapping up.
    """

    target: float
    """Promised abandonment, 0 to 1."""
    agents: int
    utilisation: float
    """Share of an agent's time in talk and wrap-up."""
    talk_minutes: float
    """Minutes of talk per agent-hour."""
    wait_s: float
    """Mean seconds an agent is ready before a call."""
    dials: float
    """Calls launched per agent-hour."""
    live: float
    """Live people who answer per agent-hour, those abandoned among them."""
    outside: tuple[Axis, ...]
    """In what this lies outside the floors the formula was fitted on; it is then that of the nearest of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WhatIf:
    """The two curves of a campaign, and what they rest on."""

    estimates: Estimates
    agents: int
    """Agents of now."""
    target: float
    """The promise of now, 0 to 1."""
    by_target: tuple[Expectation, ...]
    """At the agents of now, by promise, lowest first; the promise of now is always there."""
    by_agents: tuple[Expectation, ...]
    """At the promise of now, by agents, fewest first; the agents of now are always there."""

    @property
    def outside(self) -> frozenset[Axis]:
        """In what the agents and the promise of now lie outside the floors the formula was fitted on."""
        return frozenset(axis for one in self.by_target if one.target == self.target for axis in one.outside)


def what_if(
    pacer: Pacer, *, targets: Sequence[float] = TARGETS, agents: int | None = None, around: int = AROUND
) -> WhatIf:
    """What the campaign of a Pacer may expect at each of `targets`, and with up to `around` agents more or fewer.

    `agents`: as many as work; None for those who stay on its floor now. Nothing is drawn by chance and nothing of the
    Pacer changes. Limits of lines and launches are not counted in. Raises ValueError, in words, where the mode learns
    nothing, too little has been learned, nobody is at work, or a number makes no sense.
    """
    estimates = pacer.estimates()
    if estimates.calls < LEAST_CALLS or estimates.talks < LEAST_TALKS:
        raise ValueError(
            f"only {estimates.calls} calls and {estimates.talks} talks have been learned from: "
            f"wait until there are {LEAST_CALLS} and {LEAST_TALKS}"
        )
    for target in targets:
        if not 0.0 <= target <= 1.0:
            raise ValueError(f"a target is {target}: give shares from 0 to 1")
    if around < 0:
        raise ValueError(f"around is {around}: give 0 agents or more")
    here = pacer.agents_staying if agents is None else agents
    if here < 1:
        raise ValueError(f"agents is {here}: give 1 or more, or ask while somebody is at work")
    promise = pacer.target.abandonment
    return WhatIf(
        estimates=estimates,
        agents=here,
        target=promise,
        by_target=tuple(expectation(estimates, agents=here, target=each) for each in sorted({*targets, promise})),
        by_agents=tuple(
            expectation(estimates, agents=each, target=promise)
            for each in range(max(1, here - around), here + around + 1)
        ),
    )


def expectation(estimates: Estimates, *, agents: int, target: float) -> Expectation:
    """What so many agents, 1 or more, may expect at a promise from 0 to 1."""
    wait, outside = wait_s(estimates, agents=agents, target=target)
    connected = 3600.0 / (estimates.handle_s + wait)
    # Where no call is launched without an agent held for it, nobody is abandoned.
    abandoned = min(target, BOX[Axis.TARGET].high) if wait < progressive_wait_s(estimates) else 0.0
    live = connected / (1.0 - abandoned)
    return Expectation(
        target=target,
        agents=agents,
        utilisation=estimates.handle_s / (estimates.handle_s + wait),
        talk_minutes=connected * estimates.talk_s / 60.0,
        wait_s=wait,
        dials=live / estimates.answer_probability,
        live=live,
        outside=outside,
    )
