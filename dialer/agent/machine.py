"""`step`: one fact applied to one agent. Pure."""

from dataclasses import replace

from dialer.agent.model import (
    Agent,
    AgentFact,
    AgentState,
    Gone,
    LeaveAsked,
    Parked,
    PauseAsked,
    ReadyAsked,
    Reserved,
    Step,
    TalkStarted,
)
from dialer.agent.table import TABLE


def step(agent: Agent, fact: AgentFact) -> Step:
    """The agent after `fact`. A fact out of place changes nothing and is named in `anomaly`."""
    to = TABLE.get((agent.state, type(fact)))
    if to is None:
        return Step(agent=agent, anomaly=f"{type(fact).__name__} while {agent.state}")
    after = agent
    match fact:
        case Parked():
            after = replace(after, channel=fact.channel)
        case Gone() if fact.channel != agent.channel:
            # A softphone that registered again parked a new leg before the old one was found dead.
            return Step(agent=agent)
        case Gone():
            after = replace(after, channel=None, call=None, pause_wanted=False, leave_wanted=False)
        case Reserved() | TalkStarted():
            after = replace(after, call=fact.call)
        case PauseAsked() | LeaveAsked():
            leaves = isinstance(fact, LeaveAsked)
            after = replace(after, pause_wanted=to is not AgentState.PAUSED, leave_wanted=leaves)
        case ReadyAsked():
            after = replace(after, pause_wanted=False, leave_wanted=False)
        case _:
            pass
    if to is AgentState.READY:
        after = replace(after, call=None)
        if after.pause_wanted:
            to, after = AgentState.PAUSED, replace(after, pause_wanted=False)
    since = agent.since if to is agent.state else fact.at
    return Step(agent=replace(after, state=to, since=since))
