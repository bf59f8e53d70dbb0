"""What goes wrong on a floor neither runs away nor stalls: simulated hours of the predictive law."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from pacing import Pacer, Reason
from pacing.predict.law import MOST_LINES_PER_AGENT
from pacing.simulator import Scenario, simulate
from pacing.trunk import FAILURES, TRY_EVERY_S


@dataclass
class Watched:
    """A predictive Pacer whose launches and decisions are noted; `gate(at)` is the most that may be launched then."""

    pacer: Pacer = field(default_factory=lambda: Pacer(mode="predictive"))
    gate: object = None
    placed_at: list = field(default_factory=list)
    decisions: list = field(default_factory=list)

    def __getattr__(self, name):
        return getattr(self.pacer, name)

    def placed(self, call, at, kind=None):
        self.placed_at.append(at)
        self.pacer.placed(call, at, kind=kind)

    def decide(self, at):
        decision = self.pacer.decide(at)
        self.decisions.append((at, decision))
        assert decision.numbers["in_flight"] + decision.launch <= most_lines(decision.numbers)
        if self.gate is None:
            return decision
        return Allowed(launch=min(decision.launch, self.gate(at)))

    def dials(self, begins: float, ends: float) -> int:
        return int(np.sum((np.array(self.placed_at) >= begins) & (np.array(self.placed_at) < ends)))


@dataclass
class Allowed:
    launch: int


def most_lines(numbers) -> float:
    """No runaway: whatever happens, so many calls for each agent at work, and those that rang when agents went."""
    at_work = numbers["ready"] + numbers["talking"] + numbers["wrapup"]
    return max(MOST_LINES_PER_AGENT * at_work, numbers["in_flight"])


def floor(*, hours: float = 1.0, agents: int = 20, human=0.25, **more) -> Scenario:
    return Scenario.from_mapping(
        {
            "name": "floor", "hours": hours, "staff": [{"agents": agents}], "ring": "realistic",
            "outcomes": {"human": human}, "talk": {"law": "exponential", "mean": 60.0}, **more,
        }
    )  # fmt: skip


def abandonment(day, begins: float, ends: float) -> float:
    during = (day.settled_at >= begins) & (day.settled_at < ends)
    return float(day.was_abandoned[during].mean()) if during.any() else 0.0


def settled(day, begins: float, ends: float) -> int:
    return int(np.sum((day.settled_at >= begins) & (day.settled_at < ends)))


def test_agents_who_vanish_cost_some_people_and_nothing_runs_away():
    staff = [{"agents": 20, "announced": False, "vanishing": {"per_hour": 3.0, "away": 120.0}}]
    day = simulate(floor(staff=staff), Watched(), 1)
    calm = simulate(floor(), Watched(), 1)
    assert day.utilisation > calm.utilisation - 0.12
    assert day.abandonment < 0.08


def test_when_everybody_has_gone_nobody_is_dialled_for_and_all_goes_on_when_they_return():
    staff = [{"agents": 20, "to_hour": 9.5}, {"agents": 20, "from_hour": 9.6}]
    policy = Watched()
    day = simulate(floor(staff=staff), policy, 1)
    away = [decision for at, decision in policy.decisions if 1900.0 < at < 2150.0]
    assert {decision.launch for decision in away} == {0}
    assert away[-1].reason is Reason.NO_AGENTS
    assert settled(day, 2400.0, 3600.0) > 0.5 * settled(day, 600.0, 1800.0)


def test_a_trunk_that_starts_failing_every_call_is_only_tried_until_it_carries():
    failures = [{"from_hour": 9.5, "to_hour": 9.7}]  # from 1800 s to 2520 s
    policy = Watched()
    day = simulate(floor(trunk={"failures": failures}), policy, 1)
    # Those launched until the first fifteen have come back, then one now and then.
    assert policy.dials(1800.0, 2520.0) <= 720.0 / TRY_EVERY_S + 20 * FAILURES
    assert settled(day, 2640.0, 3600.0) > 0.7 * settled(day, 840.0, 1800.0)
    assert abandonment(day, 2520.0, 3600.0) < 0.10


@pytest.mark.parametrize("agents", [5, 30])
def test_a_burst_of_answers_is_paid_for_and_overcome(agents):
    """For ten minutes four times as many people answer; nobody can know it in the first half minute."""
    human = {"stepped": True, "points": [[9.0, 0.12], [9.5, 0.48], [9.667, 0.12]]}
    day = simulate(floor(agents=agents, human=human, hours=1.5), Watched(), 3)
    calm = simulate(floor(agents=agents, human=0.12, hours=1.5), Watched(), 3)
    assert abandonment(day, 1800.0, 5400.0) < 0.12
    assert abandonment(day, 2400.0, 5400.0) < 0.05
    assert settled(day, 3600.0, 5400.0) > 0.75 * settled(calm, 3600.0, 5400.0)


def test_a_list_that_runs_empty_and_fills_again_is_no_licence():
    """For an hour one call in three seconds is to be had; then as many as are wished for."""
    policy = Watched(gate=lambda at: 10_000 if at > 3600.0 else int(at % 3.0 == 0.0))
    day = simulate(floor(hours=2.0), policy, 1)
    assert abandonment(day, 0.0, 3600.0) < 0.01
    assert settled(day, 3720.0, 7200.0) > 2.0 * settled(day, 0.0, 3480.0)
    assert day.abandonment < 0.03
    assert abandonment(day, 3600.0, 7200.0) < 0.04  # what was not dialled is not made up for
    free = simulate(floor(hours=2.0), Watched(), 1)
    assert abs(policy.pacer.state()["law"]["predictive"]["promise"]["learned"]) < 0.5
    assert settled(day, 3720.0, 7200.0) > 0.9 * settled(free, 3720.0, 7200.0)


def test_a_pace_that_is_not_followed_teaches_nothing_however_few_are_abandoned():
    policy = Watched(gate=lambda at: int(at % 4.0 == 0.0))
    day = simulate(floor(hours=1.5, agents=6), policy, 1)
    assert (day.abandonment < 0.02, day.connected > 200) == (True, True)
    assert policy.pacer.state()["law"]["predictive"]["promise"]["learned"] < 0.05


def test_one_agent_alone_abandons_nobody_however_well_the_list_answers():
    day = simulate(floor(agents=1, human=0.9, hours=2.0), Watched(), 1)
    assert day.abandonment == 0.0
    assert day.connected > 40


def test_a_list_nobody_answers_does_not_run_away():
    policy = Watched()
    simulate(floor(agents=8, human=0.0), policy, 1)
    assert max(decision.numbers["in_flight"] for _, decision in policy.decisions) <= 8 * MOST_LINES_PER_AGENT
