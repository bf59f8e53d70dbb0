"""The closed forms against figures worked out elsewhere, and the simulator against the closed forms."""

import math

import pytest

from pacing import Pacer
from pacing.simulation.closed_forms import abandonment, erlang_b, open_loop_utilisation, progressive_utilisation
from pacing.simulator import (
    Constant,
    Exponential,
    Lognormal,
    Outcomes,
    Ring,
    Scenario,
    Shift,
    realistic_ring,
    simulate,
)
from tests.pacing.simulation.policies import OpenLoop


def test_erlang_b_is_the_sum_it_abbreviates():
    offered, agents = 7.3, 10
    terms = [offered**number / math.factorial(number) for number in range(agents + 1)]
    assert erlang_b(agents, offered) == pytest.approx(terms[-1] / sum(terms))
    assert erlang_b(0, 3.0) == 1.0
    assert erlang_b(1000, 1000.0) == pytest.approx(math.sqrt(2.0 / (math.pi * 1000.0)), rel=0.03)


def test_without_grace_abandonment_is_erlang_b():
    assert abandonment(10, answers_per_s=0.1, handle_s=80.0, grace_s=0.0) == pytest.approx(erlang_b(10, 8.0))


def test_with_exactly_as_many_people_as_agents_can_serve_nothing_is_divided_by_zero():
    near, at = (abandonment(8, answers_per_s=rate, handle_s=80.0, grace_s=2.0) for rate in (0.1 + 1e-9, 0.1))
    assert at == pytest.approx(near, rel=1e-6)


def test_a_grace_without_end_loses_only_what_agents_cannot_serve():
    assert abandonment(2, answers_per_s=0.2, handle_s=20.0, grace_s=1e6) == pytest.approx(0.5)
    assert abandonment(2, answers_per_s=0.05, handle_s=20.0, grace_s=1e6) == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("agents", "grace_s", "handle_s", "percent"),
    [
        (1, 0.0, 120.0, 3.0), (5, 0.0, 120.0, 36.4), (20, 0.0, 120.0, 67.9), (100, 0.0, 120.0, 88.1),
        (1000, 0.0, 120.0, 97.8), (5, 2.0, 120.0, 37.0), (20, 2.0, 120.0, 69.0), (100, 2.0, 120.0, 89.5),
        (500, 2.0, 120.0, 97.5), (10, 2.0, 240.0, 54.1), (50, 2.0, 240.0, 82.0), (200, 2.0, 240.0, 93.3),
    ],
)  # fmt: skip
def test_what_an_open_loop_reaches_at_three_per_cent(agents, grace_s, handle_s, percent):
    reached = open_loop_utilisation(agents, abandonment_share=0.03, handle_s=handle_s, grace_s=grace_s)
    assert 100.0 * reached == pytest.approx(percent, abs=0.06)


@pytest.mark.parametrize(("human", "percent"), [(0.10, 43.0), (0.25, 67.0), (0.50, 82.0)])
def test_what_progressive_dialling_reaches(human, percent):
    reached = progressive_utilisation(human=human, answer_s=12.0, other_s=19.0, handle_s=140.0)
    assert 100.0 * reached == pytest.approx(percent, abs=0.5)


@pytest.mark.parametrize(
    "call",
    [
        lambda: erlang_b(-1, 1.0),
        lambda: erlang_b(1, 0.0),
        lambda: abandonment(0, answers_per_s=1.0, handle_s=1.0, grace_s=1.0),
        lambda: abandonment(1, answers_per_s=0.0, handle_s=1.0, grace_s=1.0),
        lambda: abandonment(1, answers_per_s=1.0, handle_s=0.0, grace_s=1.0),
        lambda: abandonment(1, answers_per_s=1.0, handle_s=1.0, grace_s=-1.0),
        lambda: open_loop_utilisation(1, abandonment_share=0.6, handle_s=1.0, grace_s=0.0),
        lambda: progressive_utilisation(human=0.0, answer_s=1.0, other_s=1.0, handle_s=1.0),
    ],
)
def test_what_has_no_answer_is_refused(call):
    with pytest.raises(ValueError, match="give a value from"):
        call()


def poisson_floor(agents, grace_s):
    """Everyone answers after an exponential ring, which makes Poisson numbers launched each second a Poisson stream."""
    return Scenario(
        name="open loop",
        hours=24.0,
        start_hour=0.0,
        staff=(Shift(agents=agents),),
        outcomes=Outcomes(human=1.0),
        ring=Ring(human=Exponential(mean=10.0), post_dial_delay_s=0.0, time_out_s=600.0),
        talk=Exponential(mean=120.0),
        wrap=Constant(mean=0.0),
        answer_to_agent_s=grace_s,
    )


@pytest.mark.slow
@pytest.mark.parametrize("grace_s", [0.0, 2.0, 10.0])
@pytest.mark.parametrize(("agents", "load", "days"), [(1, 0.1, 12), (5, 0.5, 6), (20, 0.8, 4), (100, 0.95, 1)])
def test_an_open_loop_abandons_what_the_closed_form_says(agents, load, days, grace_s):
    rate = load * agents / 120.0
    lost = settled = 0
    busy = 0.0
    for seed in range(days):
        day = simulate(poisson_floor(agents, grace_s), OpenLoop(rate, seed), seed)
        lost, settled, busy = lost + day.abandoned, settled + len(day.settled_at), busy + day.utilisation / days
    expected = abandonment(agents, answers_per_s=rate, handle_s=120.0, grace_s=grace_s)
    # Three standard deviations of a count, widened for abandonments that come in bunches.
    spread = 3.0 * 1.8 * math.sqrt(expected * (1.0 - expected) / settled)
    assert lost / settled == pytest.approx(expected, abs=spread)
    assert busy == pytest.approx(load * (1.0 - expected), abs=0.02)


@pytest.mark.slow
@pytest.mark.parametrize(("agents", "human"), [(1, 0.25), (5, 0.10), (20, 0.25), (20, 0.50)])
def test_progressive_dialling_reaches_its_closed_form_at_any_number_of_agents(agents, human):
    ring = realistic_ring()
    scenario = Scenario(
        name="progressive",
        hours=24.0,
        start_hour=0.0,
        staff=(Shift(agents=agents),),
        outcomes=Outcomes(human=human),
        # Without the time-out the means of the laws are those of the ring.
        ring=Ring(human=ring.human, noanswer=ring.noanswer, post_dial_delay_s=0.0, time_out_s=900.0),
        talk=Exponential(mean=120.0),
        wrap=Constant(mean=20.0),
        decide_every_s=60.0,
        decide_on_events=True,
    )
    days = [simulate(scenario, Pacer(mode="progressive"), seed) for seed in range(1 + 20 // agents)]
    reached = sum(day.utilisation for day in days) / len(days)
    expected = progressive_utilisation(human=human, answer_s=12.0, other_s=0.65 * 25.0 + 0.35 * 8.0, handle_s=140.0)
    assert reached == pytest.approx(expected, abs=0.012)
    assert sum(day.abandoned for day in days) == 0


@pytest.mark.slow
def test_progressive_dialling_of_the_published_floor_reaches_67_per_cent():
    scenario = Scenario(
        name="published",
        staff=(Shift(agents=20),),
        ring=realistic_ring(),
        talk=Exponential(mean=140.0),
        wrap=Constant(mean=0.0),
        decide_on_events=True,
    )
    days = [simulate(scenario, Pacer(mode="progressive"), seed) for seed in range(4)]
    assert sum(day.utilisation for day in days) / 4 == pytest.approx(0.672, abs=0.008)


@pytest.mark.slow
@pytest.mark.parametrize(("agents", "ratio", "percent"), [(10, 2.4, 82.4), (20, 3.25, 87.8), (50, 5.2, 92.6)])
def test_a_ratio_reaches_what_another_simulator_of_the_same_floor_found(agents, ratio, percent):
    scenario = Scenario(
        name="published",
        hours=24.0,
        start_hour=0.0,
        staff=(Shift(agents=agents),),
        ring=realistic_ring(),
        talk=Lognormal(mean=140.0, cv=1.0),
        wrap=Constant(mean=0.0),
        decide_every_s=60.0,
        decide_on_events=True,
    )
    days = [simulate(scenario, Pacer(mode="ratio", ratio=ratio), seed) for seed in range(100 // agents)]
    settled = sum(len(day.settled_at) for day in days)
    assert 100.0 * sum(day.utilisation for day in days) / len(days) == pytest.approx(percent, abs=0.6)
    assert sum(day.abandoned for day in days) / settled == pytest.approx(0.03, abs=0.003)
