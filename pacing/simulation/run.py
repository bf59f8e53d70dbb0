"""The day itself: events in time order, a policy that hears them, and decisions in between."""

import math
from collections import OrderedDict
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any, NamedTuple

import numpy as np

from pacing.limits import LaunchRate
from pacing.simulation.day import Day
from pacing.simulation.policy import Policy
from pacing.simulation.scenario import Scenario
from pacing.simulation.timetable import Move, Planned, timetable
from pacing.simulation.world import BLOCK, BUSY, HUMAN, INVALID, MACHINE, NOANSWER, Call, Calls, Shares

Handler = Callable[[float, int, Any], bool]
"""Takes seconds, an agent or call, and what belongs to the event; says whether the policy may decide anew now."""

OUT, READY, TALKING, WRAPUP, PAUSED = range(5)
AT_WORK = (READY, TALKING, WRAPUP)
TOLD = {MACHINE: "machine", BUSY: "busy", INVALID: "failed", NOANSWER: "noanswer"}


class _Answer(NamedTuple):
    """An answered call on its way to an agent. Times in seconds."""

    talk: float
    wrap: float
    stays: float
    human: bool


def simulate(scenario: Scenario, policy: Policy, seed: int, *, name: str | None = None) -> Day:
    """One day of a scenario under a policy; the same three give the same day.

    Chance comes from `seed` alone and is the same for every policy. `name` stands in the result for the policy; left
    out, it is the policy's own `name` or `mode`, else that of its class.
    """
    name = name or str(getattr(policy, "name", None) or getattr(policy, "mode", None) or type(policy).__name__)
    return _Run(scenario, policy, seed).day(name)


class _Run:
    def __init__(self, scenario: Scenario, policy: Policy, seed: int) -> None:
        self.scenario, self.policy, self.seed = scenario, policy, seed
        self.leaving: Callable[[int, float], None] | None = getattr(policy, "leaving", None)
        self.events: list[tuple[float, int, Handler, int, Any]] = []
        self.pushed = 0

        self.calls, self.shares, self.block = Calls(scenario, seed), Shares(scenario), list[Call]()
        self.rate = None if (most := scenario.trunk.calls_per_second) is None else LaunchRate(most)
        self.max_lines = math.inf if scenario.trunk.max_lines is None else scenario.trunk.max_lines
        self.records = math.inf if scenario.records is None else scenario.records
        self.failures = [
            (scenario.second(one.from_hour), scenario.second(one.to_hour), one.share, one.after_s)
            for one in scenario.trunk.failures
        ]
        self.lines = 0
        self.waiting: OrderedDict[int, _Answer] = OrderedDict()
        """Answered calls without an agent, oldest first."""

        agents = sum(shift.agents for shift in scenario.staff)
        self.state, self.since = [OUT] * agents, [0.0] * agents
        self.ready: OrderedDict[int, None] = OrderedDict()
        """Ready agents, longest ready first."""
        self.call_of: list[int] = [-1] * agents
        self.pause_asked: list[float | None] = [None] * agents
        self.gone = [False] * agents
        """Whose shift is over, though a call may still hold them."""
        self.absence = [0] * agents
        """How many pauses and absences an agent has begun, to know whose end an event is."""
        self.worked_since = [0.0] * agents

        self.spent = [0.0] * 5
        self.staffed = 0.0
        self.dials = self.live = self.connected = self.abandoned = 0
        self.false_machines = self.missed_machines = self.decisions = 0
        self.idle_spells: list[float] = []
        self.settled_at: list[float] = []
        self.was_abandoned: list[bool] = []
        moves = {Move.COME: self._comes, Move.PAUSE: self._asks, Move.VANISH: self._vanishes, Move.GO: self._goes}
        for planned in timetable(scenario, seed):
            self._later(planned.at, moves[planned.move], planned.agent, planned)

    def day(self, name: str) -> Day:
        events, end, every = self.events, self.scenario.duration_s, self.scenario.decide_every_s
        on_events = self.scenario.decide_on_events
        ticks, tick = 0, 0.0
        while True:
            if events and events[0][0] <= tick:
                at, _, handle, who, what = heappop(events)
                if at >= end:
                    break
                if handle(at, who, what) and on_events:
                    self._decide(at)
            elif tick < end:
                self._decide(tick)
                ticks += 1
                tick = ticks * every
            else:
                break
        for agent in range(len(self.state)):
            self._enter(agent, OUT, end)
        return Day(
            scenario=self.scenario,
            policy=name,
            seed=self.seed,
            duration_s=end,
            staffed_s=self.staffed,
            talk_s=self.spent[TALKING],
            wrap_s=self.spent[WRAPUP],
            idle_s=self.spent[READY],
            dials=self.dials,
            live=self.live,
            connected=self.connected,
            abandoned=self.abandoned,
            false_machines=self.false_machines,
            missed_machines=self.missed_machines,
            waiting=sum(answer.human for answer in self.waiting.values()),
            idle_spells_s=np.array(self.idle_spells, dtype=np.float64),
            settled_at=np.array(self.settled_at, dtype=np.float64),
            was_abandoned=np.array(self.was_abandoned, dtype=np.bool_),
            decisions=self.decisions,
        )

    def _later(self, at: float, handle: Handler, who: int, what: Any) -> None:
        self.pushed += 1
        heappush(self.events, (at, self.pushed, handle, who, what))

    # Calls

    def _decide(self, at: float) -> None:
        self.decisions += 1
        if (wanted := self.policy.decide(at).launch) > 0:
            rate = math.inf if self.rate is None else self.rate.room(at)
            for _ in range(int(min(wanted, rate, self.max_lines - self.lines, self.records - self.dials))):
                self._launch(at)

    def _launch(self, at: float) -> None:
        number, scenario = self.dials, self.scenario
        if number % BLOCK == 0:
            self.block = self.calls.block()
        call = self.block[number % BLOCK]
        self.dials += 1
        self.lines += 1
        if self.rate is not None:
            self.rate.launched(at)
        if scenario.classes:
            hour = int(scenario.start_hour + at / 3600.0) % 24
            self.policy.placed(number, at, kind=f"{hour:02d}/{scenario.classes[call.call_class].name}")
        else:
            self.policy.placed(number, at)
        for begins, ends, share, after in self.failures:
            if begins <= at < ends and call.failure < share:
                self._later(at + after, self._rings_out, number, TOLD[INVALID])
                return
        outcome = self.shares.outcome(at, call)
        ends = at + call.rings[outcome]
        if outcome in {HUMAN, MACHINE}:
            self._is_picked_up(ends, number, call, human=outcome == HUMAN)
        else:
            self._later(ends, self._rings_out, number, TOLD[outcome])

    def _is_picked_up(self, at: float, number: int, call: Call, *, human: bool) -> None:
        detection, grace = self.scenario.machine_detection, self.scenario.answer_to_agent_s
        errs = False
        if detection is not None:
            at += call.detection_delay
            errs = call.detection < (detection.false_machine if human else detection.missed_machine)
            if detection.counts_in_wait:
                grace = max(0.0, grace - call.detection_delay)
        if human is errs:
            self._later(at, self._is_taken_for_a_machine if human else self._rings_out, number, TOLD[MACHINE])
            return
        talk = call.talk if human else call.machine_talk
        self._later(at, self._answers, number, _Answer(talk, call.wrap, min(grace, call.patience), human))

    def _rings_out(self, at: float, number: int, outcome: str) -> bool:
        self.lines -= 1
        self.policy.rang_out(number, at, outcome)
        return True

    def _is_taken_for_a_machine(self, at: float, number: int, outcome: str) -> bool:
        self.live += 1
        self.false_machines += 1
        self._settle(at, abandoned=True)
        return self._rings_out(at, number, outcome)

    def _answers(self, at: float, number: int, answer: _Answer) -> bool:
        self.live += answer.human
        self.policy.answered(number, at)
        if self.ready:
            self._connect(at, self.ready.popitem(last=False)[0], number, answer)
        else:
            self.waiting[number] = answer
            self._later(at + answer.stays, self._gives_up, number, None)
        return True

    def _gives_up(self, at: float, number: int, _: None) -> bool:
        answer = self.waiting.pop(number, None)
        if answer is None:
            return False
        self.lines -= 1
        self.policy.abandoned(number, at)
        if answer.human:
            self.abandoned += 1
            self._settle(at, abandoned=True)
        return True

    def _connect(self, at: float, agent: int, number: int, answer: _Answer) -> None:
        self.idle_spells.append(at - self.since[agent])
        self._enter(agent, TALKING, at)
        self.call_of[agent] = number
        self.policy.connected(number, agent, at)
        if answer.human:
            self.connected += 1
            self._settle(at, abandoned=False)
        else:
            self.missed_machines += 1
        self._later(at + answer.talk, self._stops_talking, agent, (number, answer.wrap))

    def _settle(self, at: float, *, abandoned: bool) -> None:
        self.settled_at.append(at)
        self.was_abandoned.append(abandoned)

    # Agents

    def _enter(self, agent: int, state: int, at: float) -> None:
        before, self.state[agent] = self.state[agent], state
        self.spent[before] += at - self.since[agent]
        self.since[agent] = at
        if before not in AT_WORK:
            self.worked_since[agent] = at
        elif state not in AT_WORK:
            self.staffed += at - self.worked_since[agent]

    def _stops_talking(self, at: float, agent: int, talk: tuple[int, float]) -> bool:
        number, wrap = talk
        if self.call_of[agent] != number:
            return False
        self.lines -= 1
        self._enter(agent, WRAPUP, at)
        self.policy.agent(agent, "wrapup", at)
        self._later(at + wrap, self._finishes, agent, number)
        return True

    def _finishes(self, at: float, agent: int, number: int) -> bool:
        if self.call_of[agent] != number:
            return False
        self.call_of[agent] = -1
        if self.gone[agent]:
            self._departs(at, agent)
        elif (length := self.pause_asked[agent]) is not None:
            self._pauses(at, agent, length)
        else:
            self._is_free(at, agent)
        return True

    def _is_free(self, at: float, agent: int) -> None:
        self._enter(agent, READY, at)
        self.policy.agent(agent, "ready", at)
        if self.waiting:
            self._connect(at, agent, *self.waiting.popitem(last=False))
        else:
            self.ready[agent] = None

    def _comes(self, at: float, agent: int, _: Planned) -> bool:
        self._is_free(at, agent)
        return True

    def _asks(self, at: float, agent: int, planned: Planned) -> bool:
        """A pause is due: now, or after the call the agent is in; who is away or about to go does not ask."""
        if self.state[agent] == READY:
            self._pauses(at, agent, planned.length)
        elif self.call_of[agent] >= 0 and not self.gone[agent] and self.pause_asked[agent] is None:
            self.pause_asked[agent] = planned.length
            self._announce(at, agent, planned)
        return False

    def _pauses(self, at: float, agent: int, length: float) -> None:
        self.pause_asked[agent] = None
        self._leaves_the_floor(at, agent, PAUSED, "paused")
        self._later(at + length, self._returns, agent, self.absence[agent])

    def _returns(self, at: float, agent: int, absence: int) -> bool:
        if self.gone[agent] or self.absence[agent] != absence:
            return False
        self._is_free(at, agent)
        return True

    def _vanishes(self, at: float, agent: int, planned: Planned) -> bool:
        """The agent is off at once, and so is the call they are in."""
        if self.state[agent] == OUT:
            return False
        self.lines -= self.state[agent] == TALKING
        self._departs(at, agent)
        self._later(at + planned.length, self._returns, agent, self.absence[agent])
        return False

    def _goes(self, at: float, agent: int, planned: Planned) -> bool:
        self.gone[agent] = True
        if self.call_of[agent] < 0:
            if self.state[agent] != OUT:
                self._departs(at, agent)
        elif self.pause_asked[agent] is None:
            self._announce(at, agent, planned)
        return False

    def _announce(self, at: float, agent: int, planned: Planned) -> None:
        if planned.announced and self.leaving is not None:
            self.leaving(agent, at)

    def _departs(self, at: float, agent: int) -> None:
        self.call_of[agent], self.pause_asked[agent] = -1, None
        self._leaves_the_floor(at, agent, OUT, "offline")

    def _leaves_the_floor(self, at: float, agent: int, state: int, told: str) -> None:
        self.absence[agent] += 1
        self.ready.pop(agent, None)
        self._enter(agent, state, at)
        self.policy.agent(agent, told, at)
