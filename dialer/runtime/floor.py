"""The floor in memory: agents, waiting calls, and who is joined with whom. Synchronous, so nothing can slip between.

Only this file changes an agent, and every change reaches the pacing engine and the live picture from here.
"""

import logging
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from base.clock import Clock
from dialer.agent import machine
from dialer.agent.model import Agent, AgentFact, AgentState, Freed, Gone, Parked, Reserved
from dialer.call.model import AgentFound, AgentLogin, CallId
from dialer.runtime.due import Due, whose
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


ONE_EACH = frozenset({"progressive", "preview"})
"""The modes in which nobody who answers is to be without an agent."""


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
    preferred: dict[CallId, AgentLogin] = field(default_factory=dict)
    """Whom the debtor of a waiting call talked with last."""
    due: list[Due] = field(default_factory=list)
    """Callbacks whose time comes and which no agent is held for yet, first agreed first."""
    kept: frozenset[AgentLogin] = frozenset()
    """Ready agents who are to make them, and for whom nothing else is dialled."""


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
        self.serve: Callable[[Desk, Due, CallId], None] = lambda _desk, _due, _call_id: None
        """An agent is held for this callback: dial it under this id, or let him go."""
        self.lost: Callable[[CallId], None] = lambda _call_id: None
        """The agent held for this call is gone."""
        self.ringing: Callable[[int], int] = lambda _campaign_id: 0
        """Calls of a campaign that may still be answered and have no agent of their own."""
        self._clock = clock
        self._enrolled: dict[AgentLogin, tuple[int, ...]] = {}
        self._held: dict[CallId, AgentLogin] = {}
        """Agents who are kept for a call that is not answered yet."""
        self._told: dict[AgentLogin, str] = {}
        self._ready_now: dict[AgentLogin, Agent] = {}
        """Of the agents those who are ready: a busy floor has few, and is asked for them at every answer."""

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
        self._keep(step.agent)
        if step.agent != agent:
            told = self._told.get(login)
            if self.pacing_state(step.agent) != told:
                self._tell_state(login)
            back = told == PACING_STATES[AgentState.PAUSED] and step.agent.pause_wanted
            if back or step.agent.pause_wanted is not agent.pause_wanted:
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
        self._keep(agent)
        self._tell_state(agent.login)
        if agent.pause_wanted:
            self._tell_pause_wanted(agent)
        self.moved(agent.login)
        self._let_go(agent)

    def wait(self, desk: Desk, call_id: CallId, last: AgentLogin | None = None) -> None:
        """The call was answered and wants an agent; last: whom the debtor talked with last, and gets if he is ready."""
        desk.waiting[call_id] = self._clock.now()
        if last is not None:
            desk.preferred[call_id] = last
        self.match(desk)

    def stop_waiting(self, desk: Desk, call_id: CallId) -> None:
        desk.waiting.pop(call_id, None)
        desk.preferred.pop(call_id, None)

    def claim(self, call_id: CallId) -> AgentLogin | None:
        """The agent who was held for this call, which was answered; None when there is none any more."""
        login = self._held.pop(call_id, None)
        agent = None if login is None else self.agents[login]
        return login if agent and agent.state is AgentState.RESERVED and agent.call == call_id else None

    def holds(self, call_id: CallId) -> bool:
        """An agent is held for this call."""
        return call_id in self._held

    def let_go(self, call_id: CallId) -> None:
        """Nobody answered: the agent who was held for this call is free again."""
        login = self._held.pop(call_id, None)
        if login is not None:
            self.free(login, call_id)

    def free(self, login: AgentLogin, call_id: CallId) -> None:
        """The reservation of this agent for this call came to nothing; he may be promised to another meanwhile."""
        agent = self.agents[login]
        if agent.state is AgentState.RESERVED and agent.call == call_id:
            self.agent(login, Freed(at=self._clock.now()))

    def match(self, desk: Desk) -> None:
        """Give the oldest waiting calls to whom they know, else to who has been ready longest; then dial callbacks."""
        while desk.waiting and (ready := self._ready(desk)):
            call_id, _ = desk.waiting.popitem(last=False)
            known = desk.preferred.pop(call_id, None)
            login = known if known in ready else ready[0]
            now = self._clock.now()
            self.agent(login, Reserved(at=now, call=call_id))
            self.post(call_id, AgentFound(at=now, agent=login))
        if desk.due or desk.kept:
            self._make_callbacks(desk)

    def _make_callbacks(self, desk: Desk) -> None:
        """Keep an agent for each callback whose time comes, and hold him for its call when it has come."""
        now, before, kept = self._clock.now(), desk.kept, list[AgentLogin]()
        for due in tuple(desk.due):
            free = [login for login in self._ready(desk) if login not in kept]
            chosen = whose(due, free, self.agents_of(desk.campaign_id), now)
            if chosen is None:
                continue
            if now >= due.at and self._spares_one(desk):
                desk.due.remove(due)
                call_id = CallId(str(uuid4()))
                self._held[call_id] = chosen
                self.agent(chosen, Reserved(at=now, call=call_id))
                self.serve(desk, due, call_id)
            else:
                kept.append(chosen)
        desk.kept = frozenset(kept)
        for login in before ^ desk.kept:
            if self.pacing_state(self.agents[login]) != self._told.get(login):
                self._tell_state(login)

    def _spares_one(self, desk: Desk) -> bool:
        """Where each call that rings counts on a ready agent, none of those is taken away from it."""
        return desk.pacer.mode not in ONE_EACH or self.ringing(desk.campaign_id) < len(self._ready(desk))

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
        if after.state is not AgentState.OFFLINE:
            return None
        if call is not None and self._held.pop(call, None) is not None:
            # The call is not answered yet: it has lost nobody it was joined with.
            self.lost(call)
            return None
        return call

    def pacing_state(self, agent: Agent) -> str:
        """What the pacer is to take the agent for: one who is kept for a callback is not there for its own calls."""
        desk = self.desk_of(agent.login)
        kept = agent.state is AgentState.READY and desk is not None and agent.login in desk.kept
        held = agent.call is not None and self._held.get(agent.call) == agent.login
        return PACING_STATES[AgentState.PAUSED if kept or held else agent.state]

    def _ready(self, desk: Desk) -> list[AgentLogin]:
        """The desk's ready agents, longest ready first."""
        ready = (agent for login, agent in self._ready_now.items() if self.desk_of(login) is desk)
        return [agent.login for agent in sorted(ready, key=lambda a: (a.since, a.login))]

    def _keep(self, agent: Agent) -> None:
        self.agents[agent.login] = agent
        if agent.state is AgentState.READY:
            self._ready_now[agent.login] = agent
        else:
            self._ready_now.pop(agent.login, None)

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
        self._told[login] = self.pacing_state(self.agents[login])
        desk = self.desk_of(login)
        if desk is not None:
            desk.pacer.agent(login, self._told[login], self._clock.posix_s())

    def _tell_pause_wanted(self, agent: Agent) -> None:
        """Nobody is to be dialled for an agent who will pause after the call in hand."""
        desk = self.desk_of(agent.login)
        # Who has paused or gone already is told as such, and leaves no more.
        away = {PACING_STATES[state] for state in (AgentState.PAUSED, AgentState.OFFLINE)}
        if desk is None or self.pacing_state(agent) in away:
            return
        tell = desk.pacer.leaving if agent.pause_wanted else desk.pacer.staying
        tell(agent.login, self._clock.posix_s())
