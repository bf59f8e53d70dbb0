"""A callback whose time has come, and who is to make it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm.model import LeadId
from dialer.agent.model import Agent, AgentState
from dialer.call.model import AgentLogin

WAITED_FOR = timedelta(seconds=30)
"""For the agent who was named, while he is busy; then anyone calls, so that the debtor is called within the minute."""
AHEAD = timedelta(seconds=20)
"""So long before the time an agent who is ready is kept for it: what rings for him is over by then."""
BUSY = frozenset({AgentState.RESERVED, AgentState.TALKING, AgentState.WRAPUP})


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A lead to be called at a time that was agreed, or as soon after it as it may; agent: by whom, None for anyone."""

    lead_id: LeadId
    at: datetime
    agreed_at: datetime
    agent: AgentLogin | None = None


def whose(due: Due, ready: Sequence[AgentLogin], floor: Iterable[Agent], now: datetime) -> AgentLogin | None:
    """Who is to make the callback: the agent named, else whoever has been ready longest; None: nobody yet.

    ready: in their order. An agent who is paused, away or on another campaign is not waited for.
    """
    if due.at - AHEAD > now:
        return None
    if due.agent in ready:
        return due.agent
    busy = any(agent.login == due.agent and agent.state in BUSY for agent in floor)
    if busy and now < due.at + WAITED_FOR:
        return None
    return ready[0] if ready else None
