"""The floor in memory: agents, waiting calls, and who is joined with whom. Synchronous, so nothing can slip between.

Only this file changes an agent, and every change reaches the pacing engine and the live picture from here.
"""

import logging
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from base.clock import Clock
from dialer.agent import machine
from dialer.agent.model import Agent, AgentFact, AgentState, Freed, Gone, Parked, Reserved
from dialer.call.model import AgentFound, AgentLogin, CallId
from pacing import Pacer

log = logging.getLogger(__name__)

PACING_STATES = {
    AgentState.OFFLINE: "offline",
    # The pacer counts the answered call against the ready agents until it is told of the join.
    AgentState.READY: "ready",
    AgentState.RESERVED: "ready",
    AgentState.TALKING: "talking",
    AgentState.WRAPUP: "wrapup",
    AgentState.PAUSED: "paused",
}


@dataclass(kw_only=True)
class Desk:
    """One running campaign's part of the floor."""

    campaign_id: int
    pacer: Pacer
    wrapup_timeout_s: float
    waiting: OrderedDict[CallId, datetime] = field(default_factory=OrderedDict)
    """Answered calls without an agent, oldest first."""
    seen: dict[str, tuple[float, float]] | None = None
    """By node: how many of its people, connected and abandoned, the pacer counts; None where that is not known."""


class Floor:
    """Agents, desks and the matching between them."""

    def __init__(self, clock: Clock) -> None:
        self.agents: dict[AgentLogin, Agent] = {}
        self.desks: dict[int, Desk] = {}
        self.anomalies: Counter[str] = Counter()
        self.moved: Callable[[AgentLogin], None] = lambda _login: None
        """Called after each change of an agent, for the live picture."""
        self.post: Callable[[CallId, AgentFound], None] = lambda _call_id, _fact: None
        """Tells a call that an agent was reserved for it."""
        self.leave: Callable[[str], None] = lambda _channel: None
        """Asks for the end of the leg of an agent who logs out."""
        self._clock = clock
        self._enrolled: dict[AgentLogin, tuple[int, ...]] = {}

    def enrol(self, enrolment: dict[AgentLogin, tuple[int, ...]]) -> None:
        """Which running campaigns each agent may serve; he serves the first that runs, and no two at once."""
        before = {login: self.desk_of(login) for login in self.agents}
        self._enrolled = dict(enrolment)
        for login in enrolment:
            if login not in self.agents:
                self.agents[login] = Agent(login=login, state=AgentState.OFFLINE, since=self._clock.now())
        for login in self.agents:
            if before.get(login) is not self.desk_of(login):
                self._change_desk(login, before.get(login))

    def desk_of(self, login: AgentLogin) -> Desk | None:
        """The desk the agent serves now."""
        return next((self.desks[c] for c in self._enrolled.get(login, ()) if c in self.desks), None)

    def agents_of(self, campaign_id: int) -> list[Agent]:
        """The agents who serve this campaign now."""
        desk = self.desks.get(campaign_id)
        return [agent for login, agent in self.agents.items() if desk is not None and self.desk_of(login) is desk]

    def open_desk(self, desk: Desk) -> None:
        before = {login: self.desk_of(login) for login in self.agents}
        self.desks[desk.campaign_id] = desk
        for login in self.agents:
            if before[login] is not self.desk_of(login):
                self._change_desk(login, before[login])

    def close_desk(self, campaign_id: int) -> None:
        before = {login: self.desk_of(login) for login in self.agents}
        self.desks.pop(campaign_id, None)
        for login in self.agents:
            if before[login] is not self.desk_of(login):
                self._change_desk(login, before[login])

    def agent(self, login: AgentLogin, fact: AgentFact) -> Agent:
        """Apply one fact to one agent. A softphone nobody knows is counted and otherwise ignored."""
        agent = self.agents.get(login)
        if agent is None:
            self.anomalies["agent unknown"] += 1
            log.warning("an agent's leg is up that no agent owns")
            return Agent(login=login, state=AgentState.OFFLINE, since=fact.at)
        step = machine.step(agent, fact)
        if step.anomaly:
            self.anomalies[f"agent: {step.anomaly}"] += 1
            log.warning("an agent's fact was out of place", extra={"agent": login, "anomaly": step.anomaly})
            return agent
        self.agents[login] = step.agent
        if step.agent != agent:
            if PACING_STATES[step.agent.state] != PACING_STATES[agent.state]:
                self._tell_state(login)
            if step.agent.pause_wanted is not agent.pause_wanted:
                self._tell_pause_wanted(step.agent)
            self.moved(login)
        self._let_go(step.agent)
        if step.agent.state is AgentState.READY:
            desk = self.desk_of(login)
            if desk is not None:
                self.match(desk)
        return step.agent

    def agent_on(self, channel: str) -> Agent | None:
        """The agent whose leg this is."""
        return next((a for a in self.agents.values() if a.channel == channel), None)

    def restore(self, agent: Agent) -> None:
        """Take up an agent as found after a restart."""
        self.agents[agent.login] = agent
        self._tell_state(agent.login)
        if agent.pause_wanted:
            self._tell_pause_wanted(agent)
        self.moved(agent.login)
        self._let_go(agent)

    def wait(self, desk: Desk, call_id: CallId) -> None:
        """The call was answered and wants an agent."""
        desk.waiting[call_id] = self._clock.now()
        self.match(desk)

    def stop_waiting(self, desk: Desk, call_id: CallId) -> None:
        desk.waiting.pop(call_id, None)

    def free(self, login: AgentLogin, call_id: CallId) -> None:
        """The reservation of this agent for this call came to nothing; he may be promised to another meanwhile."""
        agent = self.agents[login]
        if agent.state is AgentState.RESERVED and agent.call == call_id:
            self.agent(login, Freed(at=self._clock.now()))

    def match(self, desk: Desk) -> None:
        """Give the oldest waiting calls to the agents who have been ready longest."""
        while desk.waiting:
            ready = self._longest_ready(desk)
            if ready is None:
                return
            call_id, _ = desk.waiting.popitem(last=False)
            now = self._clock.now()
            self.agent(ready.login, Reserved(at=now, call=call_id))
            self.post(call_id, AgentFound(at=now, agent=ready.login))

    def ready(self, campaign_id: int) -> int:
        return sum(a.state is AgentState.READY for a in self.agents_of(campaign_id))

    def parked(self, login: AgentLogin, channel: str) -> None:
        self.agent(login, Parked(at=self._clock.now(), channel=channel))

    def gone(self, login: AgentLogin, channel: str) -> CallId | None:
        """The agent's leg is lost; returns the call that was in his hands, if any."""
        agent = self.agents.get(login)
        if agent is None or agent.state is AgentState.OFFLINE:
            return None
        call = agent.call if agent.state in {AgentState.RESERVED, AgentState.TALKING} else None
        after = self.agent(login, Gone(at=self._clock.now(), channel=channel))
        return call if after.state is AgentState.OFFLINE else None

    def _longest_ready(self, desk: Desk) -> Agent | None:
        ready: Iterable[Agent] = (
            a for a in self.agents.values() if a.state is AgentState.READY and self.desk_of(a.login) is desk
        )
        return min(ready, key=lambda a: (a.since, a.login), default=None)

    def _let_go(self, agent: Agent) -> None:
        if agent.leave_wanted and agent.state is AgentState.PAUSED and agent.channel is not None:
            self.leave(agent.channel)

    def _change_desk(self, login: AgentLogin, left: Desk | None) -> None:
        """Tell the pacer of the desk the agent left, and that of the desk that is his now and has not heard of him."""
        if left is not None:
            left.pacer.agent(login, "offline", self._clock.posix_s())
        self._tell_state(login)
        if self.agents[login].pause_wanted:
            self._tell_pause_wanted(self.agents[login])

    def _tell_state(self, login: AgentLogin) -> None:
        desk = self.desk_of(login)
        if desk is not None:
            desk.pacer.agent(login, PACING_STATES[self.agents[login].state], self._clock.posix_s())

    def _tell_pause_wanted(self, agent: Agent) -> None:
        """Nobody is to be dialled for an agent who will pause after the call in hand."""
        desk = self.desk_of(agent.login)
        # Who has paused or gone already is told as such, and leaves no more.
        if desk is None or agent.state in {AgentState.PAUSED, AgentState.OFFLINE}:
            return
        tell = desk.pacer.leaving if agent.pause_wanted else desk.pacer.staying
        tell(agent.login, self._clock.posix_s())
