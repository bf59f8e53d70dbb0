"""The optimum without foresight: against closed forms, against every other table, against the figures published."""

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pacing.peers.optimum import BaseStock
from pacing.simulation.optimum import evaluate, solve
from pacing.simulation.statistics import estimate
from pacing.simulator import Constant, Exponential, Outcomes, Ring, Scenario, Shift, run_days

HANDLE_S, RING_S = 140.0, 12.0


def erlang_b(servers: int, offered: float) -> float:
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = offered * blocked / (server + offered * blocked)
    return blocked


@pytest.mark.parametrize("agents", [1, 2, 7, 40])
@pytest.mark.parametrize("answer_probability", [0.1, 0.5, 1.0])
def test_one_call_for_each_idle_agent_abandons_nobody_and_reaches_the_same_for_any_team(agents, answer_probability):
    floor = evaluate(agents, HANDLE_S, RING_S, answer_probability, range(agents + 1))
    assert floor.abandonment == pytest.approx(0.0, abs=1e-12)
    assert floor.utilisation == pytest.approx(HANDLE_S / (HANDLE_S + RING_S / answer_probability))


@pytest.mark.parametrize(("agents", "lines"), [(1, 1), (3, 2), (10, 5), (50, 20)])
def test_the_same_calls_in_flight_whatever_the_floor_are_a_loss_system(agents, lines):
    floor = evaluate(agents, HANDLE_S, RING_S, 0.25, [lines] * (agents + 1))
    offered = lines * 0.25 * HANDLE_S / RING_S
    assert floor.abandonment == pytest.approx(erlang_b(agents, offered))
    assert floor.utilisation == pytest.approx(offered * (1.0 - erlang_b(agents, offered)) / agents)


@settings(deadline=None, max_examples=40)
@given(
    levels=st.tuples(st.integers(0, 12), st.lists(st.integers(1, 12), min_size=1, max_size=4)),
    ring_s=st.sampled_from([3.0, 12.0, 60.0]),
    answer_probability=st.sampled_from([0.1, 0.4, 1.0]),
)
def test_no_table_is_above_the_optimum_at_its_own_abandonment(levels, ring_s, answer_probability):
    agents = len(levels[1])
    table = evaluate(agents, HANDLE_S, ring_s, answer_probability, [levels[0], *levels[1]])
    best = solve(agents, HANDLE_S, ring_s, answer_probability, table.abandonment, lines=40)
    assert best.abandonment == pytest.approx(table.abandonment, abs=1e-9)
    assert best.utilisation >= table.utilisation - 1e-9


@pytest.mark.parametrize("agents", [1, 5, 20])
def test_the_two_neighbours_are_base_stock_tables_and_share_the_time(agents):
    best = solve(agents, HANDLE_S, RING_S, 0.25, 0.03)
    for policy in (best.cautious, best.bold):
        alone = evaluate(agents, HANDLE_S, RING_S, 0.25, policy.levels)
        assert alone.utilisation == pytest.approx(policy.utilisation)
        assert alone.abandonment == pytest.approx(policy.abandonment)
    assert best.cautious.abandonment <= best.abandonment <= best.bold.abandonment
    assert best.cautious.utilisation <= best.utilisation <= best.bold.utilisation
    assert 0.0 <= best.bold_share <= 1.0
    assert best.abandonment == pytest.approx(0.03)


def test_without_abandonment_the_best_is_one_call_for_each_idle_agent():
    best = solve(10, HANDLE_S, RING_S, 0.25, 0.0)
    assert best.base_stock == tuple(range(11))
    assert best.utilisation == pytest.approx(HANDLE_S / (HANDLE_S + RING_S / 0.25))
    assert best.abandonment == pytest.approx(0.0, abs=1e-12)


def test_more_abandonment_than_all_lines_can_cause_is_answered_with_all_lines():
    best = solve(3, HANDLE_S, RING_S, 0.25, 0.9, lines=6)
    assert best.bold.levels == (6, 6, 6, 6)
    assert best.bold_share == 1.0
    assert best.abandonment == pytest.approx(best.bold.abandonment)
    assert best.abandonment < 0.9


def test_the_bound_on_lines_is_out_of_the_way():
    near, far = solve(20, HANDLE_S, RING_S, 0.25, 0.03), solve(20, HANDLE_S, RING_S, 0.25, 0.03, lines=160)
    assert near.utilisation == pytest.approx(far.utilisation, abs=1e-6)
    assert near.base_stock[:12] == far.base_stock[:12]


PUBLISHED = [
    (5, 0.25, 81.3, (0, 1, 3, 6, 9, 12)),
    (10, 0.25, 85.1, (0, 1, 3, 6, 9, 12, 16, 19, 22)),
    (20, 0.25, 89.3, (0, 1, 4, 8, 11, 15, 19, 22, 26)),
    (5, 0.10, 75.4, None),
    (10, 0.10, 82.6, None),
    (20, 0.10, 88.3, None),
    pytest.param(50, 0.25, 93.7, (0, 2, 7, 12, 17, 23, 28, 32, 37), marks=pytest.mark.slow),
    pytest.param(100, 0.25, 96.0, (0, 3, 11, 19, 27, 34, 41, 48, 54), marks=pytest.mark.slow),
]
"""Agents, answer probability, utilisation at 3 % in percent, calls in flight from no idle agent on (docs/pacing.md)."""


@pytest.mark.parametrize(("agents", "answer_probability", "utilisation", "levels"), PUBLISHED)
def test_the_published_optimum_is_found_again(agents, answer_probability, utilisation, levels):
    best = solve(agents, HANDLE_S, RING_S, answer_probability, 0.03)
    assert 100.0 * best.utilisation == pytest.approx(utilisation, abs=0.06)
    if levels is not None:
        assert all(
            min(cautious, bold) - 1 <= level <= max(cautious, bold) + 1
            for level, cautious, bold in zip(levels, best.base_stock, best.bold.levels, strict=False)
        )


@pytest.mark.parametrize(
    "given",
    [
        {"agents": 0},
        {"handle_s": 0.0},
        {"ring_s": float("inf")},
        {"answer_probability": 0.0},
        {"answer_probability": 1.1},
        {"abandonment": 1.0},
        {"abandonment": -0.1},
        {"lines": 4},
    ],
)
def test_what_is_no_floor_is_refused_with_what_to_give(given):
    floor = {"agents": 5, "handle_s": 140.0, "ring_s": 12.0, "answer_probability": 0.25, "abandonment": 0.03}
    with pytest.raises(ValueError, match="give"):
        solve(**(floor | given))


@pytest.mark.parametrize("levels", [(0, 1), (0, 1, 2, 3), (-1, 1, 2), (0, 0, 2)])
def test_a_table_that_does_not_fit_the_team_or_leaves_an_idle_agent_without_a_call_is_refused(levels):
    with pytest.raises(ValueError, match="give"):
        evaluate(2, HANDLE_S, RING_S, 0.25, levels)


def memoryless(agents: int) -> Scenario:
    """The floor of the decision process, as a day of the simulator."""
    ring = Exponential(mean=RING_S)
    return Scenario(
        name="memoryless",
        hours=24.0,
        start_hour=0.0,
        staff=(Shift(agents=agents),),
        outcomes=Outcomes(human=0.25),
        # The time-out is out of the way: one ring in e^50 reaches it.
        ring=Ring(human=ring, noanswer=ring, post_dial_delay_s=0.0, time_out_s=50.0 * RING_S),
        talk=Exponential(mean=HANDLE_S),
        wrap=Constant(mean=0.0),
        answer_to_agent_s=0.0,
        decide_every_s=600.0,
        decide_on_events=True,
    )


def base_stock(scenario: Scenario, seed: int, levels: tuple[int, ...]) -> BaseStock:
    return BaseStock(levels)


@pytest.mark.slow
@pytest.mark.parametrize(("agents", "days"), [(5, 40), (20, 10), (50, 4)])
@pytest.mark.parametrize("policy", ["cautious", "bold"])
def test_the_simulator_reaches_what_the_optimum_promises(agents, days, policy):
    expected = getattr(solve(agents, HANDLE_S, RING_S, 0.25, 0.03), policy)
    run = run_days(memoryless(agents), partial(base_stock, levels=expected.levels), range(days))
    utilisation = estimate([day.utilisation for day in run])
    abandonment = estimate([day.abandonment for day in run])
    assert utilisation.half_width < 0.003
    assert utilisation.mean == pytest.approx(expected.utilisation, abs=0.003)
    assert abandonment.half_width < 0.003
    assert abandonment.mean == pytest.approx(expected.abandonment, abs=0.003)
