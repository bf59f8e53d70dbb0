"""Policies of the tests, and a world without chance to try them in."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pacing.simulator import Constant, Outcomes, Ring, Scenario, Shift


@dataclass
class Launching:
    launch: int = 0


class Deaf:
    """Hears nothing; the base of policies that launch on their own."""

    def agent(self, agent_id, state, at):
        pass

    def placed(self, call_id, at, kind=None):
        pass

    def rang_out(self, call_id, at, outcome):
        pass

    def answered(self, call_id, at):
        pass

    def connected(self, call_id, agent_id, at):
        pass

    def abandoned(self, call_id, at):
        pass

    def decide(self, at):
        return Launching()


class Recorder:
    """Writes down every fact as (seconds, fact, who, what) and launches what its plan says for each decision."""

    def __init__(self, plan: Callable[[float], int] = lambda _: 0):
        self.facts, self.asked_at, self.plan = [], [], plan

    def agent(self, agent_id, state, at):
        self.facts.append((at, "agent", agent_id, state))

    def placed(self, call_id, at, kind=None):
        self.facts.append((at, "placed", call_id, kind))

    def rang_out(self, call_id, at, outcome):
        self.facts.append((at, "rang_out", call_id, outcome))

    def answered(self, call_id, at):
        self.facts.append((at, "answered", call_id, None))

    def connected(self, call_id, agent_id, at):
        self.facts.append((at, "connected", call_id, agent_id))

    def abandoned(self, call_id, at):
        self.facts.append((at, "abandoned", call_id, None))

    def decide(self, at):
        self.asked_at.append(at)
        return Launching(self.plan(at))

    def told(self, fact):
        return [(at, who, what) for at, kind, who, what in self.facts if kind == fact]


class Greedy(Recorder):
    """Always asks for so many calls."""

    def __init__(self, launch: int):
        super().__init__(lambda _: launch)


class Attentive(Recorder):
    """Also wants to know who is about to leave."""

    def leaving(self, agent_id, at):
        self.facts.append((at, "leaving", agent_id, None))


class OpenLoop(Deaf):
    """Launches as a Poisson stream, whatever the floor does."""

    name = "open loop"

    def __init__(self, calls_per_s: float, seed: int):
        """`calls_per_s`: mean number for each decision, one a second."""
        self._launches = iter(np.random.default_rng([seed, 99]).poisson(calls_per_s, 86_400).tolist())

    def decide(self, at):
        return Launching(next(self._launches))


class Ratio(Recorder):
    """So many calls in flight for each ready agent."""

    def __init__(self, calls_per_agent: float):
        super().__init__()
        self._calls_per_agent, self._ready, self._in_flight = calls_per_agent, set(), set()

    def agent(self, agent_id, state, at):
        super().agent(agent_id, state, at)
        (self._ready.add if state == "ready" else self._ready.discard)(agent_id)

    def placed(self, call_id, at, kind=None):
        super().placed(call_id, at, kind)
        self._in_flight.add(call_id)

    def rang_out(self, call_id, at, outcome):
        super().rang_out(call_id, at, outcome)
        self._in_flight.remove(call_id)

    def answered(self, call_id, at):
        super().answered(call_id, at)
        self._in_flight.remove(call_id)

    def connected(self, call_id, agent_id, at):
        super().connected(call_id, agent_id, at)
        self._ready.remove(agent_id)

    def decide(self, at):
        return Launching(max(0, int(self._calls_per_agent * len(self._ready)) - len(self._in_flight)))


def ratio_policy(scenario: Scenario, seed: int) -> Ratio:
    return Ratio(2.0)


def certain(**changes) -> Scenario:
    """One agent, ten minutes; everyone answers after 10 s, talks 60 s and is wrapped up in 20 s."""
    given = {
        "name": "certain",
        "hours": 1.0 / 6.0,
        "staff": (Shift(agents=1),),
        "outcomes": Outcomes(human=1.0),
        "ring": Ring(human=Constant(mean=10.0), post_dial_delay_s=0.0),
        "talk": Constant(mean=60.0),
        "wrap": Constant(mean=20.0),
    }
    return Scenario(**given | changes)


def once(*moments: float) -> Callable[[float], int]:
    """A plan: one call at each of these seconds."""
    return moments.count
