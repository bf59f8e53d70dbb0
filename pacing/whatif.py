"""What if: what a campaign may expect of another promise, or of more or fewer agents, from what it has learned.

Without abandonment the answer is the exact progressive one (`pacing.simulation.closed_forms`), for any number of
agents. With it the answer is a formula fitted on days simulated with the predictive law: bench/calibrate_whatif.py.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pacing.model import Mode, PacingTarget
from pacing.pacer import Pacer
from pacing.predict.law import EVIDENCE_CALLS, Predictive

TARGETS = (0.0, 0.005, 0.01, 0.02, 0.03, 0.05)
"""Shares of abandonment a campaign is shown unless asked for others; 0 is progressive."""

AROUND = 5
"""Agents more and fewer a campaign is shown unless asked for others."""


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimates:
    """What the campaign has learned, as far as the answer depends on it.

    Raises ValueError for a probability outside 0 to 1 or a length of time that is not above 0.
    """

    answer_probability: float
    """Share of calls that reach a live person."""
    answer_s: float
    """Mean seconds of ringing before a live person answers."""
    failed_s: float
    """Mean seconds of ringing of a call that reaches nobody."""
    talk_s: float
    """Mean seconds of talk."""
    handle_s: float
    """Mean seconds an agent is taken by a call, wrap-up in it."""

    def __post_init__(self) -> None:
        if not 0.0 < self.answer_probability <= 1.0:
            raise ValueError(f"answer_probability is {self.answer_probability}: give a share above 0, at most 1")
        for name in ("answer_s", "failed_s", "talk_s", "handle_s"):
            if not 0.0 < (value := getattr(self, name)) < math.inf:
                raise ValueError(f"{name} is {value}: give seconds above 0")


@dataclass(frozen=True, kw_only=True, slots=True)
class WhatIf:
    """The two curves of a campaign, and what they rest on."""

    estimates: Estimates
    by_target: tuple[Expectation, ...]
    """At the agents of now, by promise, lowest first."""
    by_agents: tuple[Expectation, ...]
    """At the promise of now, by agents, fewest first."""
