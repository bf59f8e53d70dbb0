"""The day itself: events in time order, a policy that hears them, and its decisions in between."""

import math
from collections import OrderedDict
from heapq import heappop, heappush
from typing import Any, NamedTuple

import numpy as np

from pacing.limits import LaunchRate
from pacing.simulation.agents import READY, TALKING, WRAPUP, Agents, Handler
from pacing.simulation.day import Day
from pacing.simulation.policy import Policy
from pacing.simulation.scenario import Scenario
from pacing.simulation.world import BLOCK, BUSY, HUMAN, INVALID, MACHINE, NOANSWER, Call, Calls, Shares

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
    return _Run(scenario, policy, seed).day(name, seed)


class _Run:
    def __init__(self, scenario: Scenario, policy: Policy, seed: int) -> None:
        self.scenario, self.policy = scenario, policy
        # An event: when, its number (so that equal times keep their order), its handler and what that takes.
        self.events: list[tuple[float, int, Handler, int, Any]] = []
        self.pushed = 0
        self.agents = Agents(
            scenario,
            policy,
            seed,
            later=self._later,
            takes_a_call=self._takes_a_call,
            frees_a_line=self._frees_a_line,
        )
        self.calls, self.shares, self.block = Calls(scenario, seed), Shares(scenario), list[Call]()
        self.waiting: OrderedDict[int, _Answer] = OrderedDict()
        """Answered calls without an agent, oldest first."""
        self.lines = 0
        trunk = scenario.trunk
        self.rate = None if trunk.calls_per_second is None else LaunchRate(trunk.calls_per_second)
        self.max_lines = math.inf if trunk.max_lines is None else trunk.max_lines
        self.records = math.inf if scenario.records is None else scenario.records
        self.failures = [
            (scenario.second(one.from_hour), scenario.second(one.to_hour), one.share, one.after_s)
            for one in trunk.failures
        ]
        self.dials = self.live = self.connected = self.abandoned = 0
        self.false_machines = self.missed_machines = self.decisions = 0
        self.settled_at: list[float] = []
        self.was_abandoned: list[bool] = []

    def day(self, name: str, seed: int) -> Day:
        """Live through the day; once only."""
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
        self.agents.end_day(end)
        return Day(
            scenario=self.scenario,
            policy=name,
            seed=seed,
            duration_s=end,
            staffed_s=self.agents.staffed_s,
            talk_s=self.agents.spent_s[TALKING],
            wrap_s=self.agents.spent_s[WRAPUP],
            idle_s=self.agents.spent_s[READY],
            dials=self.dials,
            live=self.live,
            connected=self.connected,
            abandoned=self.abandoned,
            false_machines=self.false_machines,
            missed_machines=self.missed_machines,
            waiting=sum(answer.human for answer in self.waiting.values()),
            idle_spells_s=np.array(self.agents.idle_spells_s, dtype=np.float64),
            settled_at=np.array(self.settled_at, dtype=np.float64),
            was_abandoned=np.array(self.was_abandoned, dtype=np.bool_),
            decisions=self.decisions,
        )

    def _later(self, at: float, handle: Handler, who: int, what: Any) -> None:
        self.pushed += 1
        heappush(self.events, (at, self.pushed, handle, who, what))

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
        if self.agents.ready:
            self._connect(at, self.agents.ready.popitem(last=False)[0], number, answer)
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

    def _takes_a_call(self, at: float, agent: int) -> bool:
        """Who waits longest is given to an agent made ready."""
        if self.waiting:
            self._connect(at, agent, *self.waiting.popitem(last=False))
            return True
        return False

    def _frees_a_line(self) -> None:
        self.lines -= 1

    def _connect(self, at: float, agent: int, number: int, answer: _Answer) -> None:
        if answer.human:
            self.connected += 1
            self._settle(at, abandoned=False)
        else:
            self.missed_machines += 1
        self.agents.talk(at, agent, number, answer.talk, answer.wrap)

    def _settle(self, at: float, *, abandoned: bool) -> None:
        self.settled_at.append(at)
        self.was_abandoned.append(abandoned)
