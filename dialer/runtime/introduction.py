"""A pacer that is new hears of agents and calls that are there already, each as of the time it came about.

What was settled before is in the state it takes over, and is not told again: it would be counted twice.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from dialer.agent.model import Agent, AgentState
from dialer.call.model import CallState
from dialer.campaign.kinds import kind_of
from dialer.runtime.line import Line
from pacing import Pacer

UNSETTLED = frozenset(
    {CallState.PLACED, CallState.RINGING, CallState.SCREENING, CallState.MACHINE, CallState.WAITING, CallState.JOINING}
)
"""The pacer has yet to hear how it came out."""


def introduce(
    pacer: Pacer, agents: Iterable[Agent], lines: Iterable[Line], now: datetime, state_of: Callable[[Agent], str]
) -> None:
    """Tell the pacer everything that is on its desk, in the order it came about.

    state_of: what it is to take an agent for.
    """
    told: list[tuple[datetime, Callable[..., None]]] = []
    leaving = []
    for agent in agents:
        if agent.state is AgentState.OFFLINE:
            continue
        told.append((agent.since, partial(pacer.agent, agent.login, state_of(agent))))
        if agent.pause_wanted:
            leaving.append(agent.login)
    for line in lines:
        call = line.call
        if call.state not in UNSETTLED or line.guaranteed:
            continue
        told.append((call.placed_at, partial(pacer.placed, call.id, kind=kind_of(line.lead, call.placed_at))))
        if call.answered_at is not None:
            told.append((call.answered_at, partial(pacer.picked_up, call.id)))
        if call.live_at is not None:
            told.append((call.live_at, partial(pacer.answered, call.id)))
    for at, tell in sorted(told, key=lambda entry: entry[0]):
        # The exchange's clock may be a little ahead of ours.
        tell(at=min(at, now).timestamp())
    for login in leaving:
        pacer.leaving(login, now.timestamp())
