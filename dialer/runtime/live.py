"""The live picture: what the floor looks like now, for the people who watch it."""

from collections import Counter
from datetime import datetime
from operator import itemgetter
from typing import Any

from dialer.agent.model import Agent, AgentState
from dialer.call.model import CallState
from dialer.runtime.dialling import Dialling
from dialer.runtime.floor import Floor
from dialer.runtime.lines import Lines
from pacing import Decision, PacingTarget, window_name

SHOWN_STATES = ("ready", "talking", "wrapup", "paused", "offline")
CALL_COLUMNS = {
    CallState.PLACED: "dialling",
    CallState.RINGING: "ringing",
    CallState.SCREENING: "waiting",
    CallState.MACHINE: "waiting",
    CallState.WAITING: "waiting",
    CallState.JOINING: "waiting",
    CallState.ABANDONED: "waiting",
    CallState.TALKING: "talking",
}


def shown(state: AgentState) -> str:
    """A reservation lasts milliseconds: people see a ready agent."""
    return "ready" if state is AgentState.RESERVED else state.value


def agent_topic(login: str) -> str:
    return f"agent:{login}"


def campaign_topic(campaign_id: int) -> str:
    return f"campaign:{campaign_id}"


def node_topic(node: str, campaign_id: int) -> str:
    """One node's part of a campaign's picture."""
    return f"node:{node}:{campaign_topic(campaign_id)}"


def agent_snapshot(agent: Agent, lines: Lines, kept: dict[str, Any] | None) -> dict[str, Any]:
    """What the agent's desk shows. kept: the call of the last snapshot, for the wrap-up, when its line is gone."""
    call = None
    if agent.call is not None and agent.state is not AgentState.RESERVED:
        line = lines.up.get(agent.call)
        if line is not None:
            call = {
                "id": agent.call,
                "debtor_id": line.lead.debtor_id,
                "name": line.lead.debtor_name,
                "number": line.lead.number,
                "campaign": line.campaign.name,
                "joined_at": line.call.joined_at.isoformat() if line.call.joined_at else None,
            }
        elif kept is not None and kept.get("id") == agent.call:
            call = kept
    return {
        "login": agent.login,
        "state": shown(agent.state),
        "since": agent.since.isoformat(),
        "pause_wanted": agent.pause_wanted,
        "leave_wanted": agent.leave_wanted,
        "call": call,
    }


def campaign_snapshot(
    dialling: Dialling, floor: Floor, lines: Lines, names: dict[str, str], figures: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """The campaign's moving part joined with the figures counted in the database."""
    campaign = dialling.campaign
    calls = dict.fromkeys(("dialling", "ringing", "waiting", "talking"), 0)
    for state, count in lines.count(campaign.id).items():
        if state in CALL_COLUMNS:
            calls[CALL_COLUMNS[state]] += count
    agents = [_agent_line(agent, names) for agent in floor.agents_of(campaign.id)]
    tally = Counter(line["state"] for line in agents)
    decision = dialling.decision
    return {
        "campaign": {"id": campaign.id, "name": campaign.name, "status": campaign.status, "mode": campaign.mode},
        "at": now.isoformat(),
        "calls": calls,
        "agents": {state: tally[state] for state in SHOWN_STATES},
        "agent_list": sorted(agents, key=itemgetter("login")),
        "pacing": {
            **decision.numbers,
            "launch": decision.launch,
            "reason": decision.reason.value,
            "hold": dialling.hold.value if dialling.hold else None,
        },
        "promise": promise(dialling.desk.pacer.target, decision),
        "list_empty": dialling.empty,
        **figures,
    }


def _agent_line(agent: Agent, names: dict[str, str]) -> dict[str, Any]:
    return {
        "login": agent.login,
        "name": names.get(agent.login, agent.login),
        "state": shown(agent.state),
        "since": agent.since.isoformat(),
        "pause_wanted": agent.pause_wanted,
        "leave_wanted": agent.leave_wanted,
    }


def promise(target: PacingTarget, decision: Decision) -> dict[str, Any]:
    """What was promised beside what is kept: the share of abandoned calls of each window, None where none settled."""
    numbers = decision.numbers
    names = [(length_s, window_name(length_s)) for length_s in target.windows_s]
    return {
        "abandonment": target.abandonment,
        "soft": target.soft,
        "hard": target.hard,
        "windows": [
            {"length_s": length_s, "live": numbers.get(f"live_{n}", 0), "abandonment": numbers.get(f"abandonment_{n}")}
            for length_s, n in names
        ],
    }
