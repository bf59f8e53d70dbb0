"""Who is at work: each agent's state, and who will not take another call. Every question and change costs O(1)."""

from collections.abc import Hashable

from pacing.model import AgentState

AT_WORK = frozenset({AgentState.READY, AgentState.TALKING, AgentState.WRAPUP})


class Agents:
    """The agents who are not offline; who leaves is forgotten."""

    def __init__(self) -> None:
        self._states: dict[Hashable, AgentState] = {}
        self._count = dict.fromkeys(AgentState, 0)
        self._leaving: set[Hashable] = set()
        self._count_leaving = dict.fromkeys(AgentState, 0)

    def state(self, agent: Hashable) -> AgentState:
        """The agent's state; OFFLINE for one never heard of."""
        return self._states.get(agent, AgentState.OFFLINE)

    def count(self, state: AgentState) -> int:
        """Agents in a state; OFFLINE is always 0."""
        return self._count[state]

    def count_staying(self, state: AgentState) -> int:
        """Agents in a state who will take another call after it."""
        return self._count[state] - self._count_leaving[state]

    @property
    def leaving(self) -> int:
        """Agents at work who will not take another call."""
        return len(self._leaving)

    @property
    def at_work(self) -> int:
        """Agents who are ready, talking or wrapping up."""
        return len(self._states) - self._count[AgentState.PAUSED]

    def move(self, agent: Hashable, state: AgentState) -> None:
        """Put the agent into a state; one who pauses or goes has left, and comes back as one who stays."""
        leaving = agent in self._leaving
        if leaving:
            self.set_leaving(agent, leaving=False)
        before = self._states.pop(agent, None)
        if before is not None:
            self._count[before] -= 1
        if state is not AgentState.OFFLINE:
            self._states[agent] = state
            self._count[state] += 1
        if leaving:
            self.set_leaving(agent, leaving=True)

    def set_leaving(self, agent: Hashable, *, leaving: bool) -> bool:
        """Note that the agent at work leaves, or stays after all; False where that changes nothing."""
        state = self.state(agent)
        if leaving is (agent in self._leaving) or state not in AT_WORK:
            return False
        if leaving:
            self._leaving.add(agent)
            self._count_leaving[state] += 1
        else:
            self._leaving.discard(agent)
            self._count_leaving[state] -= 1
        return True
