"""The words of pacing: frozen data and closed sets. Every time is in seconds on the caller's one clock."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Mode(StrEnum):
    """The law a campaign is paced by."""

    PREVIEW = "preview"
    """The agent sees the record first and dials it; nothing is launched by itself."""
    PROGRESSIVE = "progressive"
    """One call for each ready agent; nobody is ever called without an agent held for them."""
    RATIO = "ratio"
    """A fixed number of calls for each ready agent."""
    PREDICTIVE = "predictive"
    """As many calls as the promised abandonment allows."""


class AgentState(StrEnum):
    """What an agent is doing."""

    READY = "ready"
    TALKING = "talking"
    WRAPUP = "wrapup"
    PAUSED = "paused"
    OFFLINE = "offline"


class Outcome(StrEnum):
    """How a call ended that reached no live person."""

    NOANSWER = "noanswer"
    BUSY = "busy"
    FAILED = "failed"
    MACHINE = "machine"


class Reason(StrEnum):
    """Why a decision launches what it launches."""

    LAUNCHING = "launching"
    """Ready agents are uncovered; calls are launched for them."""
    COLD_START = "cold_start"
    """Predictive mode without evidence yet: the progressive law holds, launching or all covered."""
    PREVIEW = "preview"
    """Preview mode launches nothing by itself."""
    NO_AGENTS = "no_agents"
    """Nobody is at work: all are offline or paused."""
    AGENTS_BUSY = "agents_busy"
    """Agents are at work, none is ready."""
    ALL_AGENTS_COVERED = "all_agents_covered"
    """Every ready agent has the calls the law allows."""
    NO_LINES = "no_lines"
    """`max_lines` are in use."""
    LINES_PER_AGENT = "lines_per_agent"
    """`max_lines_per_agent` is reached."""
    CALLS_PER_SECOND = "calls_per_second"
    """The launch rate is used up; `numbers["next_call_at"]` says when one more is allowed."""


class Anomaly(StrEnum):
    """A fact that does not fit the picture; it is counted and never raises."""

    UNKNOWN_CALL = "unknown_call"
    REPEATED = "repeated"
    CONTRADICTED = "contradicted"
    LATE = "late"
    """News of a call that had been given up as lost."""
    LOST = "lost"
    """No news of a call for longer than the bound."""
    ANSWER_MISSING = "answer_missing"
    """Connected or abandoned without an answer before."""
    ID_REUSED = "id_reused"
    AGENT_NOT_READY = "agent_not_ready"
    """A call was joined to an agent who was not ready."""
    UNKNOWN_STATE = "unknown_state"
    UNKNOWN_OUTCOME = "unknown_outcome"
    TIME_BACKWARDS = "time_backwards"
    CLOCK_RESET = "clock_reset"
    """Time went back further than the bound for lost calls: another clock began."""
    NOT_A_TIME = "not_a_time"


class Heard(StrEnum):
    """What the floor understood from a fact."""

    PLACED = "placed"
    RANG_OUT = "rang_out"
    ANSWERED = "answered"
    CONNECTED = "connected"
    ABANDONED = "abandoned"
    LOST = "lost"
    TALK_ENDED = "talk_ended"
    WRAPUP_ENDED = "wrapup_ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """One understood fact, each telling counted once: what totals, and laws that learn, are fed with."""

    heard: Heard
    at: float
    """Seconds."""
    seconds: float | None = None
    """How long the stage that ends here took (ringing, or waiting for an agent); None where its start is unknown."""
    outcome: Outcome | None = None
    """Of RANG_OUT only; None there means an outcome we do not know."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PacingTarget:
    """What a campaign promises and what its trunk bears.

    Raises ValueError, naming the field and its range, for a value outside its range.
    """

    abandonment: float = 0.03
    """Promised share of live answers that get no agent in time, 0 to 1."""
    answer_to_agent_s: float = 2.0
    """Seconds from a live answer to its agent, after which it counts as abandoned."""
    max_lines: int | None = None
    """Calls that may be up at once: dialled, waiting and talking. None: no limit."""
    max_lines_per_agent: float | None = None
    """The same for each agent who is ready, talking or wrapping up; at least 1. None: no limit."""
    calls_per_second: float | None = None
    """Launches in any second; a fraction like 0.5 is one launch in two seconds. None: no limit."""

    def __post_init__(self) -> None:
        _within("abandonment", self.abandonment, 0.0, 1.0)
        _within("answer_to_agent_s", self.answer_to_agent_s, 0.0, math.inf)
        _within("max_lines", self.max_lines, 1.0, math.inf)
        _within("max_lines_per_agent", self.max_lines_per_agent, 1.0, math.inf)
        _within("calls_per_second", self.calls_per_second, 0.01, 10_000.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """How many calls to launch now, why, and the numbers behind it."""

    launch: int
    """Calls to launch, 0 or more. Asking again before `placed` is told gives the same answer."""
    reason: Reason
    numbers: Mapping[str, float] = field(default_factory=dict)
    """Always: ready, talking, wrapup, paused, in_flight, waiting, wanted (calls the law asked for before limits),
    anomalies. Where they apply: ratio, cold_start, max_lines, lines, lines_allowed (by agents at work),
    calls_per_second, next_call_at (where the rate cuts: the second one more is allowed after this launch),
    live_24h (live people settled in 24 hours) and abandonment_24h (0 to 1 of them).
    """


def _within(name: str, value: float | None, low: float, high: float) -> None:
    if value is not None and not low <= value <= high:
        raise ValueError(f"{name} is {value}: give a value from {low:g} to {high:g}")
