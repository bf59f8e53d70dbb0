"""The picture of the floor: which agents are ready, which calls ring, which live people wait.

It is built from facts alone. A fact that does not fit is counted as an anomaly; where it could mean that an agent is
taken or a line is in use it is believed, so that a wrong picture dials too little for a while and never too much.
Each fact costs O(1).
"""

import math
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable
from enum import Enum, auto

from pacing.agents import Agents
from pacing.model import AgentState, Anomaly, ClockStart, Heard, Observation, Outcome
from pacing.waits import Waits

REMEMBERED_CALLS = 4096
"""Ended calls kept to tell a repeated fact from an unknown call."""

LATEST_S = 1e15
"""Beyond it a float no longer tells seconds apart finely enough to age a call."""


class _End(Enum):
    RANG_OUT = auto()
    TALKED = auto()
    ABANDONED = auto()
    LOST = auto()


class Floor:
    """Agents and calls as the facts tell them; `hear` is given each understood fact once.

    `lost_after_s`: seconds without news after which a ringing or waiting call is dropped from the picture.
    `clock_start`, `answer_to_agent_s`: the moment and the seconds from it after which an agent comes too late.
    Raises ValueError where `lost_after_s` is not a number above 0.
    """

    def __init__(
        self,
        *,
        lost_after_s: float,
        hear: Callable[[Observation], None],
        clock_start: ClockStart = ClockStart.ANSWER,
        answer_to_agent_s: float = math.inf,
    ) -> None:
        if not 0.0 < lost_after_s < math.inf:
            raise ValueError(f"lost_after_s is {lost_after_s}: give seconds above 0")
        self.now = -math.inf
        self.anomalies: Counter[Anomaly] = Counter()
        self.anomaly_count = 0
        self.in_flight: OrderedDict[Hashable, float] = OrderedDict()
        """Dialled and unresolved calls, oldest first, with the second each was placed."""
        self.waiting: OrderedDict[Hashable, float] = OrderedDict()
        """Live people without an agent, oldest first, with the second each answered."""
        self.kinds: dict[Hashable, str] = {}
        """The class of the calls in flight and waiting that were told with one."""
        self._lost_after_s = lost_after_s
        self._hear = hear
        self._agents = Agents()
        self._waits = Waits(clock_start, answer_to_agent_s)
        self._call_of: dict[Hashable, Hashable] = {}
        self._agent_with: dict[Hashable, Hashable] = {}
        self._ended: OrderedDict[Hashable, _End] = OrderedDict()

    def count(self, state: AgentState) -> int:
        """Agents in a state; OFFLINE is always 0, who left is forgotten."""
        return self._agents.count(state)

    def count_staying(self, state: AgentState) -> int:
        """Agents in a state who will take another call after it: those a call may be launched for."""
        return self._agents.count_staying(state)

    def since_staying(self, state: AgentState) -> Iterable[float]:
        """The seconds at which those agents entered the state."""
        return self._agents.since_staying(state)

    @property
    def leaving(self) -> int:
        """Agents at work who will not take another call."""
        return self._agents.leaving

    @property
    def at_work(self) -> int:
        """Agents who are ready, talking or wrapping up, those who leave among them."""
        return self._agents.at_work

    @property
    def lines(self) -> int:
        """Lines in use: ringing, waiting and talking."""
        return len(self.in_flight) + len(self.waiting) + self.count(AgentState.TALKING)

    def advance(self, at: float) -> None:
        """Bring the picture to a time in seconds; calls without news for too long fall out of it.

        A step back is taken for the latest time known; a step back beyond the bound for lost calls is another clock,
        whose time is then taken, or nothing would age until it caught up.
        """
        if not -LATEST_S <= at <= LATEST_S:
            self._odd(Anomaly.NOT_A_TIME)
            at = self.now if math.isfinite(self.now) else 0.0
        if at < self.now - self._lost_after_s:
            self._odd(Anomaly.CLOCK_RESET)
            for calls in (self.in_flight, self.waiting):
                calls.update(dict.fromkeys(calls, at))
            self._waits.restart(at)
            self._agents.restart(at)
        elif at < self.now:
            self._odd(Anomaly.TIME_BACKWARDS)
            at = self.now
        self.now = at
        for calls in (self.in_flight, self.waiting):
            while calls and (since := next(iter(calls.values()))) + self._lost_after_s <= at:
                call, _ = calls.popitem(last=False)
                self._odd(Anomaly.LOST)
                self._end(call, _End.LOST)
                self._tell(Heard.LOST, call, at - since)

    def agent(self, agent: Hashable, state: AgentState | str) -> None:
        """An agent is in a state now. Told twice is an anomaly, except for talking, which `connected` tells too."""
        try:
            state = AgentState(state)
        except ValueError:
            # Nobody is dialled for an agent whose state we do not understand.
            self._odd(Anomaly.UNKNOWN_STATE)
            state = AgentState.PAUSED
        if self._agents.state(agent) is not state:
            self._move(agent, state)
        elif state not in {AgentState.TALKING, AgentState.OFFLINE}:
            self._odd(Anomaly.REPEATED)

    def leaving_told(self, agent: Hashable, *, leaving: bool) -> None:
        """An agent at work will take no further call, or stays after all; pausing or going ends it by itself."""
        if self._agents.state(agent) is AgentState.OFFLINE:
            self._odd(Anomaly.UNKNOWN_AGENT)
        elif not self._agents.set_leaving(agent, leaving=leaving):
            self._odd(Anomaly.REPEATED)

    def placed(self, call: Hashable, kind: str | None = None) -> None:
        """A call was launched. An id seen before is a new call: a line too many in the picture is the safe error."""
        if call in self.in_flight or call in self.waiting:
            self._odd(Anomaly.REPEATED)
            return
        if self._ended.pop(call, None) or call in self._agent_with:
            self._odd(Anomaly.ID_REUSED)
            self._part(call)
        self.in_flight[call] = self.now
        if kind is not None:
            self.kinds[call] = kind
        self._tell(Heard.PLACED, call)

    def rang_out(self, call: Hashable, outcome: Outcome | str) -> None:
        """A call ended without a live person; its line is free at once."""
        known: Outcome | None = None
        try:
            known = Outcome(outcome)
        except ValueError:
            self._odd(Anomaly.UNKNOWN_OUTCOME)
        since = self.in_flight.pop(call, None)
        if since is None:
            waited = self.waiting.pop(call, None) is not None
            if not (waited and known is Outcome.MACHINE):
                # Who waited may turn out to be a machine; nobody who waited was busy.
                self._odd(Anomaly.CONTRADICTED if waited else self._misfit(call))
            if not waited:
                return
        self._end(call, _End.RANG_OUT)
        self._tell(Heard.RANG_OUT, call, None if since is None else self.now - since, known)

    def answered(self, call: Hashable) -> None:
        """A live person answered; from now on a ready agent is held for them."""
        since = self.in_flight.pop(call, None)
        if since is None:
            self._odd(self._misfit(call))
            if call in self.waiting or call in self._agent_with or self._ended.get(call, _End.LOST) is not _End.LOST:
                return
            self._ended.pop(call, None)
        self.waiting[call] = self.now
        self._tell(Heard.ANSWERED, call, None if since is None else self.now - since)

    def listened(self, call: Hashable, moment: ClockStart, ago_s: float = 0.0) -> None:
        """Somebody picked up, began to greet or finished, so many seconds ago; who it is may not be known yet."""
        if call not in self.in_flight and call not in self.waiting:
            self._odd(self._misfit(call))
        elif not self._waits.heard(call, moment, self.now - max(0.0, ago_s)):
            self._odd(Anomaly.REPEATED)

    def connected(self, call: Hashable, agent: Hashable) -> None:
        """A live person was joined to an agent, who talks from now on, whatever the picture said before."""
        end = self._ended.get(call)
        if end is _End.TALKED or self._holds(agent, call):
            self._odd(Anomaly.REPEATED)
            return
        if call in self._agent_with:
            self._odd(Anomaly.CONTRADICTED)
            self._part(call)
        else:
            waited = self._stop_waiting(call)
            if end is not _End.ABANDONED:  # what was told as abandoned stays so
                answered = None if waited is None else self.now - waited
                late = self._waits.late(call, answered, self.now)
                self._tell(Heard.CONNECTED, call, waited, late=late)
        state = self._agents.state(agent)
        if state is not AgentState.READY and (state is not AgentState.TALKING or agent in self._call_of):
            self._odd(Anomaly.AGENT_NOT_READY)
        self._move(agent, AgentState.TALKING)
        self._ended.pop(call, None)
        self._call_of[agent] = call
        self._agent_with[call] = agent

    def abandoned(self, call: Hashable) -> None:
        """A live person was not joined in time, or left while waiting."""
        if call in self._agent_with or self._ended.get(call) in {_End.TALKED, _End.ABANDONED}:
            self._odd(self._misfit(call))
            return
        waited = self._stop_waiting(call)
        self._end(call, _End.ABANDONED)
        self._tell(Heard.ABANDONED, call, waited)

    def _stop_waiting(self, call: Hashable) -> float | None:
        """Take a call out of the picture at the end of its wait; the seconds it waited, where they are known."""
        answered = self.waiting.pop(call, None)
        if answered is not None:
            return self.now - answered
        placed = self.in_flight.pop(call, None)
        if placed is None:
            self._odd(self._misfit(call))
            return None
        self._odd(Anomaly.ANSWER_MISSING)
        self._tell(Heard.ANSWERED, call, self.now - placed)
        return None

    def _move(self, agent: Hashable, state: AgentState) -> None:
        if agent in self._call_of:
            call = self._call_of.pop(agent)
            del self._agent_with[call]
            self._end(call, _End.TALKED)
        before, seconds = self._agents.move(agent, state, self.now)
        # Who goes in the middle of a stage has not finished it.
        if before is AgentState.TALKING and state is not AgentState.OFFLINE:
            self._hear(
                Observation(heard=Heard.TALK_ENDED, at=self.now, seconds=seconds, wraps_up=state is AgentState.WRAPUP)
            )
        elif before is AgentState.WRAPUP and state is not AgentState.OFFLINE:
            self._hear(Observation(heard=Heard.WRAPUP_ENDED, at=self.now, seconds=seconds))

    def _part(self, call: Hashable) -> None:
        """Forget whom a call talks to, where it talks; that agent stays talking until told otherwise."""
        if call in self._agent_with:
            del self._call_of[self._agent_with.pop(call)]

    def _holds(self, agent: Hashable, call: Hashable) -> bool:
        return agent in self._call_of and self._call_of[agent] == call

    def _end(self, call: Hashable, end: _End) -> None:
        self._ended[call] = end
        self._ended.move_to_end(call)
        if len(self._ended) > REMEMBERED_CALLS:
            self._ended.popitem(last=False)

    def _misfit(self, call: Hashable) -> Anomaly:
        """What is odd about news of a call that is not ringing."""
        if call in self.waiting or call in self._agent_with:
            return Anomaly.CONTRADICTED
        match self._ended.get(call):
            case None:
                return Anomaly.UNKNOWN_CALL
            case _End.LOST:
                return Anomaly.LATE
            case _:
                return Anomaly.REPEATED

    def _odd(self, anomaly: Anomaly) -> None:
        self.anomalies[anomaly] += 1
        self.anomaly_count += 1

    def _tell(
        self,
        heard: Heard,
        call: Hashable,
        seconds: float | None = None,
        outcome: Outcome | None = None,
        *,
        late: bool = False,
    ) -> None:
        kind = self.kinds.get(call)
        if heard not in {Heard.PLACED, Heard.ANSWERED}:
            # The call has left the picture, and what was known beside it with it.
            self.kinds.pop(call, None)
            self._waits.forget(call)
        self._hear(
            Observation(heard=heard, at=self.now, seconds=seconds, outcome=outcome, kind=kind, late=late),
        )
