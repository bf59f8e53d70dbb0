"""The agents of a simulated day: what each is doing, for how long, and what the policy is told of it."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from pacing.simulation.policy import Policy
from pacing.simulation.scenario import Scenario
from pacing.simulation.timetable import Move, Planned, timetable

Handler = Callable[[float, int, Any], bool]
"""Takes seconds, an agent or call, and what belongs to the event; says whether the policy may decide anew now."""

Later = Callable[[float, Handler, int, Any], None]
"""Takes the seconds at which a handler is due, and what it takes."""

OUT, READY, TALKING, WRAPUP, PAUSED = range(5)
AT_WORK = (READY, TALKING, WRAPUP)


class Agents:
    """All agents of a day, numbered as in its timetable.

    `later` puts an event into the day. `takes_a_call` is asked of each agent made ready and says whether the agent
    was given one (by `talk`); `frees_a_line` is called at the end of each talk.
    """

    def __init__(
        self,
        scenario: Scenario,
        policy: Policy,
        seed: int,
        *,
        later: Later,
        takes_a_call: Callable[[float, int], bool],
        frees_a_line: Callable[[], None],
    ) -> None:
        self.ready: OrderedDict[int, None] = OrderedDict()
        """Ready agents without a call, longest ready first."""
        self.spent_s = [0.0] * 5
        """Agent-seconds in each state."""
        self.staffed_s = 0.0
        """Agent-seconds from coming to pausing or going."""
        self.idle_spells_s: list[float] = []
        """Ready spells that ended in a call."""
        self._policy, self._later = policy, later
        self._takes_a_call, self._frees_a_line = takes_a_call, frees_a_line
        self._leaving: Callable[[int, float], None] | None = getattr(policy, "leaving", None)

        agents = sum(shift.agents for shift in scenario.staff)
        self._state, self._since = [OUT] * agents, [0.0] * agents
        self._call_of: list[int | None] = [None] * agents
        """The call each agent is in, or wraps up."""
        self._pause_asked: list[float | None] = [None] * agents
        """Seconds of the pause that waits for the end of a call."""
        self._paused_until = [0.0] * agents
        self._shift_over = [False] * agents
        """Whose time is up, though a call may still hold them."""
        self._absence = [0] * agents
        """How many pauses and absences an agent has begun, to know whose end an event is."""
        self._at_work_since = [0.0] * agents
        moves = {Move.COME: self._comes, Move.PAUSE: self._asks, Move.VANISH: self._vanishes, Move.GO: self._goes}
        for planned in timetable(scenario, seed):
            later(planned.at, moves[planned.move], planned.agent, planned)

    def talk(self, at: float, agent: int, call: int, talk_s: float, wrap_s: float) -> None:
        """A ready agent is joined to a call."""
        self.idle_spells_s.append(at - self._since[agent])
        self._enter(agent, TALKING, at)
        self._call_of[agent] = call
        self._policy.connected(call, agent, at)
        self._later(at + talk_s, self._stops_talking, agent, (call, wrap_s))

    def end_day(self, at: float) -> None:
        """Count everyone's time up to here."""
        for agent in range(len(self._state)):
            self._enter(agent, OUT, at)

    def _enter(self, agent: int, state: int, at: float) -> None:
        before, self._state[agent] = self._state[agent], state
        self.spent_s[before] += at - self._since[agent]
        self._since[agent] = at
        if before not in AT_WORK:
            self._at_work_since[agent] = at
        elif state not in AT_WORK:
            self.staffed_s += at - self._at_work_since[agent]

    def _is_free(self, at: float, agent: int) -> None:
        self._enter(agent, READY, at)
        self._policy.agent(agent, "ready", at)
        if not self._takes_a_call(at, agent):
            self.ready[agent] = None

    def _stops_talking(self, at: float, agent: int, talk: tuple[int, float]) -> bool:
        call, wrap_s = talk
        if self._call_of[agent] != call:
            return False
        self._frees_a_line()
        self._enter(agent, WRAPUP, at)
        self._policy.agent(agent, "wrapup", at)
        self._later(at + wrap_s, self._wraps_up, agent, call)
        return True

    def _wraps_up(self, at: float, agent: int, call: int) -> bool:
        if self._call_of[agent] != call:
            return False
        self._call_of[agent] = None
        if self._shift_over[agent]:
            self._departs(at, agent)
        elif (length_s := self._pause_asked[agent]) is not None:
            self._pauses(at, agent, length_s)
        else:
            self._is_free(at, agent)
        return True

    def _comes(self, at: float, agent: int, _: Planned) -> bool:
        self._is_free(at, agent)
        return True

    def _asks(self, at: float, agent: int, planned: Planned) -> bool:
        """A pause is due: now, or after the call the agent is in; of two that overlap the longer holds."""
        state, length_s = self._state[agent], planned.length_s
        if state == READY or (state == PAUSED and at + length_s > self._paused_until[agent]):
            self._pauses(at, agent, length_s)
        elif self._call_of[agent] is not None and not self._shift_over[agent]:
            asked = self._pause_asked[agent]
            self._pause_asked[agent] = max(length_s, asked or 0.0)
            if asked is None:
                self._announce(at, agent, planned)
        return False

    def _pauses(self, at: float, agent: int, length_s: float) -> None:
        self._pause_asked[agent] = None
        if self._state[agent] != PAUSED:
            self._leaves(at, agent, PAUSED, "paused")
        self._paused_until[agent] = at + length_s
        self._absence[agent] += 1
        self._later(at + length_s, self._returns, agent, self._absence[agent])

    def _returns(self, at: float, agent: int, absence: int) -> bool:
        if self._shift_over[agent] or self._absence[agent] != absence:
            return False
        self._is_free(at, agent)
        return True

    def _vanishes(self, at: float, agent: int, planned: Planned) -> bool:
        """The agent is off at once, and so is the call they are in."""
        if self._state[agent] != OUT:
            if self._state[agent] == TALKING:
                self._frees_a_line()
            self._departs(at, agent)
            self._absence[agent] += 1
            self._later(at + planned.length_s, self._returns, agent, self._absence[agent])
        return False

    def _goes(self, at: float, agent: int, planned: Planned) -> bool:
        self._shift_over[agent] = True
        if self._call_of[agent] is not None:
            if self._pause_asked[agent] is None:
                self._announce(at, agent, planned)
        elif self._state[agent] != OUT:
            self._departs(at, agent)
        return False

    def _announce(self, at: float, agent: int, planned: Planned) -> None:
        if planned.announced and self._leaving is not None:
            self._leaving(agent, at)

    def _departs(self, at: float, agent: int) -> None:
        self._call_of[agent] = self._pause_asked[agent] = None
        self._leaves(at, agent, OUT, "offline")

    def _leaves(self, at: float, agent: int, state: int, told: str) -> None:
        self.ready.pop(agent, None)
        self._enter(agent, state, at)
        self._policy.agent(agent, told, at)
