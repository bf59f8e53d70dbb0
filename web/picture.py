"""One campaign's floor as its dialer last told it, read from the live picture."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from web.format import parse_moment
from web.live import Snapshot
from web.pacing import Pacing, Promise, parse_pacing, parse_promise

AGENT_STATES = ("ready", "talking", "wrapup", "paused", "offline")
TRUNK_TROUBLES = ("unreachable", "congested", "unregistered")
OUTCOMES = (
    "connected",
    "abandoned",
    "hangup_early",
    "machine",
    "noanswer",
    "busy",
    "dead_number",
    "congestion",
    "failed",
    "unknown",
)


@dataclass(frozen=True, kw_only=True)
class AgentLine:
    login: str
    name: str
    state: str
    since: datetime | None
    then: str | None
    """What the agent asked to do after the call in hand: "pause" or "leave"."""


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A text's key and what stands in it."""

    key: str
    values: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One campaign as the dialer last saw it; a figure it did not give is 0, or None where 0 would be a claim."""

    at: datetime | None
    dialling: int
    ringing: int
    waiting: int
    talking: int
    agents: Mapping[str, int]
    agent_list: tuple[AgentLine, ...]
    dials: int
    answers: int
    connected: int
    abandoned: int
    abandonment: float | None
    mean_wait_s: float | None
    outcomes: tuple[tuple[str, int], ...]
    leads_left: int
    leads_closed: int
    transcripts_pending: int
    transcripts_done: int
    pacing: Pacing | None
    promise: Promise | None
    troubles: tuple[Trouble, ...]
    """What is wrong with the trunks or the exchange."""

    @property
    def outcome_total(self) -> int:
        return sum(count for _, count in self.outcomes)


def picture(snapshot: Snapshot) -> Picture:
    """Read a `campaign:ID` snapshot; a dialer one version older or newer may leave things out."""
    at_work, totals = _part(snapshot, "calls"), _part(snapshot, "totals")
    promise = parse_promise(snapshot.get("promise"))
    agents, leads = _part(snapshot, "agents"), _part(snapshot, "leads")
    transcripts, outcomes = _part(snapshot, "transcripts"), _part(totals, "by_outcome")
    return Picture(
        at=parse_moment(snapshot.get("at")),
        dialling=at_work.get("dialling", 0),
        ringing=at_work.get("ringing", 0),
        waiting=at_work.get("waiting", 0),
        talking=at_work.get("talking", 0),
        agents={state: agents.get(state, 0) for state in AGENT_STATES},
        agent_list=_agent_lines(snapshot.get("agent_list") or ()),
        dials=totals.get("dials", 0),
        answers=totals.get("answers", 0),
        connected=totals.get("connected", 0),
        abandoned=totals.get("abandoned", 0),
        # The windows of the promise are what counts; a dialer that tells of none has at least today's share.
        abandonment=promise.windows[0].abandonment if promise and promise.windows else totals.get("abandonment"),
        mean_wait_s=totals.get("mean_wait_s"),
        outcomes=tuple((name, outcomes[name]) for name in OUTCOMES if outcomes.get(name)),
        leads_left=sum(leads.get(state, 0) for state in ("open", "reserved", "dialling")),
        leads_closed=leads.get("closed", 0),
        transcripts_pending=transcripts.get("pending", 0),
        transcripts_done=transcripts.get("done", 0),
        pacing=parse_pacing(snapshot.get("pacing")),
        promise=promise,
        troubles=_troubles(snapshot),
    )


def _part(snapshot: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = snapshot.get(name)
    return found if isinstance(found, Mapping) else {}


def _troubles(snapshot: Mapping[str, Any]) -> tuple[Trouble, ...]:
    """Trunks of the campaign that are not free for every call, and an exchange that is spared."""
    limit = _part(snapshot, "exchange").get("limit_per_s")
    found = [] if limit is None else [Trouble(key="exchange.slowed" if limit else "exchange.stopped", values={})]
    for name, state in _part(snapshot, "trunks").items():
        if state in TRUNK_TROUBLES:
            found.append(Trouble(key=f"trunk.{state}", values={"trunk": name}))
    return tuple(found)


def _agent_lines(lines: Any) -> tuple[AgentLine, ...]:
    found = [
        AgentLine(
            login=line["login"],
            name=line.get("name") or line["login"],
            state=line["state"] if line.get("state") in AGENT_STATES else "offline",
            since=parse_moment(line.get("since")),
            then="leave" if line.get("leave_wanted") else "pause" if line.get("pause_wanted") else None,
        )
        for line in lines
    ]
    return tuple(sorted(found, key=lambda line: (line.state == "offline", line.name, line.login)))
