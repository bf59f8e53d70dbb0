"""The words of pacing: frozen data and closed sets. Every time is in seconds on the caller's one clock."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

Choice = TypeVar("Choice", bound=StrEnum)


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
    """Calls are launched for ready agents; in predictive mode also for those who will be ready in time."""
    COLD_START = "cold_start"
    """Predictive mode without evidence yet: the progressive law holds, launching or all covered."""
    PREVIEW = "preview"
    """Preview mode launches nothing by itself."""
    NO_AGENTS = "no_agents"
    """Nobody is at work: all are offline or paused."""
    AGENTS_BUSY = "agents_busy"
    """Agents are at work, none is ready, and no call is due."""
    ALL_AGENTS_COVERED = "all_agents_covered"
    """Every ready agent has the calls the law allows."""
    NO_LINES = "no_lines"
    """`max_lines` are in use."""
    LINES_PER_AGENT = "lines_per_agent"
    """`max_lines_per_agent` is reached."""
    ABANDONMENT_LIMIT = "abandonment_limit"
    """The abandonment of the hour or of a window is at its limit: no call without an agent held for it."""
    TRUNK_FAILING = "trunk_failing"
    """Nearly every call fails at once: one is tried now and then until the trunk carries calls again."""
    CALLS_PER_SECOND = "calls_per_second"
    """The launch rate is used up; `numbers["next_call_at"]` says when one more is allowed."""


class ClockStart(StrEnum):
    """The moment from which the wait of a live person for an agent is counted."""

    ANSWER = "answer"
    """The answer, the strictest."""
    GREETING_START = "greeting_start"
    """The first word of who answered."""
    GREETING_END = "greeting_end"
    """The end of the greeting (16 CFR 310.4(b)(4)(ii))."""


class Denominator(StrEnum):
    """Which calls the share of abandoned ones is taken of."""

    LIVE_ANSWERS = "live_answers"
    """Those a live person is known to have answered."""
    LIVE_AND_FALSE_MACHINES = "live_and_false_machines"
    """Those and the people who are expected to have been taken for machines, who count as abandoned too."""


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
    UNKNOWN_AGENT = "unknown_agent"
    """Leaving or staying was told of an agent who is not there."""
    UNKNOWN_STATE = "unknown_state"
    UNKNOWN_OUTCOME = "unknown_outcome"
    TIME_BACKWARDS = "time_backwards"
    CLOCK_RESET = "clock_reset"
    """Time went back further than the bound for lost calls: another clock began."""
    NOT_A_TIME = "not_a_time"
    NOT_A_COUNT = "not_a_count"
    """A number of people that is none."""


class Heard(StrEnum):
    """What the floor understood from a fact."""

    PLACED = "placed"
    RANG_OUT = "rang_out"
    ANSWERED = "answered"
    CONNECTED = "connected"
    ABANDONED = "abandoned"
    LOST = "lost"
    TALK_ENDED = "talk_ended"
    """An agent stopped talking and stays on the floor."""
    WRAPUP_ENDED = "wrapup_ended"
    """An agent stopped wrapping up and stays on the floor."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """One understood fact, each telling counted once: what totals, and laws that learn, are fed with."""

    heard: Heard
    at: float
    """Seconds."""
    seconds: float | None = None
    """How long the stage that ends here took (ringing, waiting for an agent, talking, wrapping up); None where its
    start is unknown."""
    outcome: Outcome | None = None
    """Of RANG_OUT only; None there means an outcome we do not know."""
    kind: str | None = None
    """The class the call was placed with; None where there was none or the call had left the picture."""
    late: bool = False
    """Of CONNECTED only: the agent came after the threshold of the promise, which counts as abandoned."""
    wraps_up: bool = False
    """Of TALK_ENDED only: the agent went on to wrap up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PacingTarget:
    """What a campaign promises and what its trunk bears.

    Raises ValueError, naming the field and its range, for a value outside its range.
    """

    abandonment: float = 0.03
    """Promised share of live answers that get no agent in time, 0 to 1."""
    answer_to_agent_s: float = 2.0
    """Seconds from `clock_start` to the agent, after which a live answer counts as abandoned."""
    max_lines: int | None = None
    """Calls that may be up at once: dialled, waiting and talking. None: no limit."""
    max_lines_per_agent: float | None = None
    """The same for each agent who is ready, talking or wrapping up; at least 1. None: no limit."""
    calls_per_second: float | None = None
    """Launches in any second; a fraction like 0.5 is one launch in two seconds. None: no limit."""
    clock_start: ClockStart = ClockStart.ANSWER
    """Where the wait begins; of a call whose greeting is not told, at the answer."""
    denominator: Denominator = Denominator.LIVE_ANSWERS
    """What `abandonment` is a share of."""
    false_machine_share: float = 0.0
    """Expected share of "machine" outcomes that were people, 0 to 1, from samples listened to (Ofcom's reasoned
    estimate of 2008 and 2010). Each such outcome adds it to the abandoned and to the live people of the windows."""
    windows_s: tuple[float, ...] = (86_400.0, 2_592_000.0)
    """Lengths in seconds of the rolling windows the share is counted over, a minute to a year each."""
    soft: float | None = None
    """Share from which the pacing may hold back, at or above `abandonment`. None: no such limit."""
    hard: float | None = None
    """Share that is not to be passed, at or above `soft`. None: no such limit."""

    def __post_init__(self) -> None:
        _within("abandonment", self.abandonment, 0.0, 1.0)
        _within("answer_to_agent_s", self.answer_to_agent_s, 0.0, math.inf)
        _within("false_machine_share", self.false_machine_share, 0.0, 1.0)
        _within_or_none("max_lines", self.max_lines, 1.0, math.inf)
        _within_or_none("max_lines_per_agent", self.max_lines_per_agent, 1.0, math.inf)
        _within_or_none("calls_per_second", self.calls_per_second, 0.01, 10_000.0)
        _within_or_none("soft", self.soft, 0.0, 1.0)
        _within_or_none("hard", self.hard, 0.0, 1.0)
        # Settings come from JSON, where a closed set is a word and a tuple a list.
        object.__setattr__(self, "clock_start", _one_of("clock_start", self.clock_start, ClockStart))
        object.__setattr__(self, "denominator", _one_of("denominator", self.denominator, Denominator))
        object.__setattr__(self, "windows_s", _windows(self.windows_s))
        _in_order("abandonment", self.abandonment, "soft", self.soft)
        _in_order("abandonment", self.abandonment, "hard", self.hard)
        _in_order("soft", self.soft, "hard", self.hard)
        if self.false_machine_share and self.denominator is Denominator.LIVE_ANSWERS:
            raise ValueError(
                f"false_machine_share is {self.false_machine_share} and would not be counted: "
                f"give denominator {Denominator.LIVE_AND_FALSE_MACHINES} too"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """How many calls to launch now, why, and the numbers behind it."""

    launch: int
    """Calls to launch, 0 or more. Asking again before `placed` is told gives the same answer."""
    reason: Reason
    numbers: Mapping[str, float] = field(default_factory=dict)
    """Always: ready (who will take a call), talking, wrapup, paused, leaving (at work, but take no further call),
    in_flight, waiting, wanted (calls the law asked for before limits), anomalies. Where they apply: ratio,
    evidence_calls and evidence_wanted (of a cold start), answer_probability (of the next call), answer_delay_s,
    handle_s, expected_answers, expected_overflow and allowed_overflow (people, this launch included), max_lines, lines,
    lines_allowed (by agents at work), calls_per_second, next_call_at (where the rate cuts: the second one more is
    allowed after this launch), failures_in_a_row (of a failing trunk), and for each window with live people, named by
    its length: live_24h (those settled) and abandonment_24h (0 to 1 of them).
    """


def _within(name: str, value: float, low: float, high: float) -> None:
    # bool is an int to Python and a mistake to us.
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(f"{name} is {value}: give a value from {low:g} to {high:g}")


def _within_or_none(name: str, value: float | None, low: float, high: float) -> None:
    if value is not None:
        _within(name, value, low, high)


def _in_order(low_name: str, low: float | None, high_name: str, high: float | None) -> None:
    if low is not None and high is not None and low > high:
        raise ValueError(f"{high_name} is {high}, below {low_name}, which is {low}: give {low} or more")


def _one_of(name: str, value: str, choices: type[Choice]) -> Choice:
    try:
        return choices(value)
    except ValueError:
        raise ValueError(f"{name} is {value}: give one of {', '.join(choices)}") from None


def _windows(lengths: Iterable[float]) -> tuple[float, ...]:
    if not isinstance(lengths, list | tuple) or not lengths:
        raise ValueError(f"windows_s is {lengths}: give the seconds of one window or more, as a list")
    for length in lengths:
        _within("windows_s", length, 60.0, 366 * 86_400.0)
    if len(set(lengths)) < len(lengths):
        raise ValueError(f"windows_s is {lengths}: give each length once")
    return tuple(float(length) for length in lengths)
