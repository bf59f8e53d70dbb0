"""Who is at work: each agent's state and since when, and who will not take another call. All of it costs O(1)."""

from collections.abc import Hashable, Iterable

from pacing.model import AgentState

AT_WORK = frozenset({AgentState.READY, AgentState.TALKING, AgentState.WRAPUP})


class Agents:
    """The agents who are not offline; who leaves is forgotten. Times are in seconds."""

    def __init__(self) -> None:
        self._states: dict[Hashable, AgentState] = {}
        self._staying: dict[AgentState, dict[Hashable, float]] = {state: {} for state in AgentState}
        self._leaving: dict[AgentState, dict[Hashable, float]] = {state: {} for state in AgentState}

    def state(self, agent: Hashable) -> AgentState:
        """The agent's state; OFFLINE for one never heard of."""
        return self._states.get(agent, AgentState.OFFLINE)

    def count(self, state: AgentState) -> int:
        """Agents in a state; OFFLINE is always 0."""
        return len(self._staying[state]) + len(self._leaving[state])

    def count_staying(self, state: AgentState) -> int:
        """Agents in a state who will take another call after it."""
        return len(self._staying[state])

    def since_staying(self, state: AgentState) -> Iterable[float]:
        """Since when each of those agents is in the state."""
        return self._staying[state].values()

    @property
    def leaving(self) -> int:
        """Agents at work who will not take another call."""
        return sum(map(len, self._leaving.values()))

    @property
    def at_work(self) -> int:
        """Agents who are ready, talking or wrapping up."""
        return len(self._states) - self.count(AgentState.PAUSED)

    def move(self, agent: Hashable, state: AgentState, at: float) -> tuple[AgentState, float]:
        """Put the agent into a state; what they were in before, and for how many seconds.

        One who pauses or goes has left, and comes back as one who stays.
        """
        before = self._states.pop(agent, AgentState.OFFLINE)
        leaves = agent in self._leaving[before]
        since = (self._leaving if leaves else self._staying)[before].pop(agent, at)
        if state is not AgentState.OFFLINE:
            self._states[agent] = state
            (self._leaving if leaves and state in AT_WORK else self._staying)[state][agent] = at
        return before, at - since

    def set_leaving(self, agent: Hashable, *, leaving: bool) -> bool:
        """Note that the agent at work leaves, or stays after all; False where that changes nothing."""
        state = self.state(agent)
        come, go = (self._leaving, self._staying) if leaving else (self._staying, self._leaving)
        if state not in AT_WORK or agent not in go[state]:
            return False
        come[state][agent] = go[state].pop(agent)
        return True

    def restart(self, at: float) -> None:
        """Another clock began: every state counts from now."""
        for agents in (*self._staying.values(), *self._leaving.values()):
            agents.update(dict.fromkeys(agents, at))
