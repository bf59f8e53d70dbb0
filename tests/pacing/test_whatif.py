"""What another promise or more agents would bring: what the curves may never do, and what is refused."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacing import Pacer
from pacing.predict.estimates import Estimates
from pacing.simulation.closed_forms import progressive_utilisation
from pacing.waiting import BOX, Axis
from pacing.whatif import LEAST_CALLS, LEAST_TALKS, TARGETS, expectation, what_if
from tests.pacing.learned import ANSWER_S, FAILED_S, TALK_S, WRAP_S, learned_pacer

USUAL = Estimates(answer_probability=0.25, answer_s=12.0, failed_s=19.0, talk_s=120.0, handle_s=140.0)


@st.composite
def estimates(draw):
    """Floors within what was fitted and far beyond it."""
    talk_s = draw(st.floats(1.0, 3000.0))
    return Estimates(
        answer_probability=draw(st.floats(0.001, 1.0)),
        answer_s=draw(st.floats(0.5, 60.0)),
        failed_s=draw(st.floats(0.5, 90.0)),
        talk_s=talk_s,
        handle_s=talk_s + draw(st.floats(0.0, 600.0)),
    )


def exact(of: Estimates) -> float:
    return progressive_utilisation(
        human=of.answer_probability, answer_s=of.answer_s, other_s=of.failed_s, handle_s=of.handle_s
    )


@given(estimates(), st.integers(1, 1000))
def test_without_abandonment_it_is_the_exact_progressive_figure_for_any_number_of_agents(of, agents):
    told = expectation(of, agents=agents, target=0.0)
    assert told.utilisation == pytest.approx(exact(of))
    assert told.outside == ()
    assert told.live * told.wait_s == pytest.approx(3600.0 * (1.0 - told.utilisation))


@given(estimates(), st.floats(0.0, 1.0))
def test_one_agent_alone_is_always_paced_progressively(of, target):
    assert replace(expectation(of, agents=1, target=target), target=0.0) == expectation(of, agents=1, target=0.0)


@given(estimates(), st.integers(1, 1000), st.lists(st.floats(0.0, 1.0), min_size=2, max_size=6))
def test_a_larger_promise_never_lowers_the_utilisation(of, agents, targets):
    told = [expectation(of, agents=agents, target=target).utilisation for target in sorted(targets)]
    assert all(larger >= smaller - 1e-12 for smaller, larger in pairwise(told))
    assert exact(of) - 1e-12 <= told[0]
    assert told[-1] < 1.0


@given(estimates(), st.floats(0.0, 1.0), st.lists(st.integers(1, 1000), min_size=2, max_size=6))
def test_more_agents_never_lower_the_utilisation(of, target, agents):
    told = [expectation(of, agents=number, target=target).utilisation for number in sorted(agents)]
    assert all(larger >= smaller - 1e-12 for smaller, larger in pairwise(told))


@given(estimates(), st.integers(1, 300), st.floats(0.0, 0.08))
def test_the_figures_of_one_expectation_belong_together(of, agents, target):
    told = expectation(of, agents=agents, target=target)
    connected = 3600.0 / (of.handle_s + told.wait_s)
    assert told.utilisation == pytest.approx(connected * of.handle_s / 3600.0)
    assert told.talk_minutes == pytest.approx(connected * of.talk_s / 60.0)
    abandoned = 0.0 if agents == 1 else target
    assert told.live * (1.0 - abandoned) == pytest.approx(connected, rel=1e-6)
    assert told.dials * of.answer_probability == pytest.approx(told.live)


def test_what_lies_outside_is_that_of_the_nearest_floor_and_is_said():
    most = int(BOX[Axis.AGENTS].high)
    beyond, edge = (expectation(USUAL, agents=number, target=0.03) for number in (2 * most, most))
    assert beyond.utilisation == edge.utilisation
    assert (edge.outside, beyond.outside) == ((), (Axis.AGENTS,))
    largest, larger = (expectation(USUAL, agents=20, target=share) for share in (BOX[Axis.TARGET].high, 0.5))
    assert replace(larger, target=largest.target, outside=()) == largest
    assert larger.outside == (Axis.TARGET,)


def test_between_nothing_and_the_smallest_promise_fitted_the_wait_goes_evenly():
    least = BOX[Axis.TARGET].low
    none, half, whole = (expectation(USUAL, agents=20, target=share).wait_s for share in (0.0, least / 2, least))
    assert half == pytest.approx((none + whole) / 2)
    assert expectation(USUAL, agents=20, target=least / 2).outside == (Axis.TARGET,)


def test_a_pacer_tells_what_it_has_learned_and_both_curves():
    pacer = learned_pacer(agents=10, target=0.025)
    told = what_if(pacer)
    known = told.estimates
    assert known == pacer.estimates()
    # What was supposed before the first call still counts a little.
    assert known.answer_probability == pytest.approx(0.25, abs=0.005)
    assert known.answer_s == pytest.approx(ANSWER_S, abs=1.0)
    assert known.failed_s == pytest.approx(FAILED_S, abs=1.0)
    assert known.talk_s == pytest.approx(TALK_S, abs=2.0)
    assert known.handle_s == pytest.approx(TALK_S + WRAP_S, abs=3.0)
    assert (known.calls, known.talks) == (400, 100)
    assert (told.agents, told.target, told.outside) == (10, 0.025, frozenset())
    assert [one.target for one in told.by_target] == sorted({*TARGETS, 0.025})
    assert {one.agents for one in told.by_target} == {10}
    assert [one.agents for one in told.by_agents] == list(range(5, 16))
    assert {one.target for one in told.by_agents} == {0.025}
    assert [one for one in told.by_target if one.target == 0.025] == [told.by_agents[5]]


def test_asking_changes_nothing():
    pacer = learned_pacer()
    before = json.dumps(pacer.state())
    assert what_if(pacer) == what_if(pacer)
    assert json.dumps(pacer.state()) == before


def test_a_restored_pacer_tells_the_same_for_as_many_agents():
    pacer = learned_pacer(agents=8)
    restored = Pacer("predictive")
    restored.restore(json.loads(json.dumps(pacer.state())))
    assert what_if(restored, agents=8) == what_if(pacer)


def test_agents_who_leave_are_not_counted():
    pacer = learned_pacer(agents=10)
    pacer.leaving(3, 1e6)
    pacer.agent(4, "paused", 1e6)
    assert what_if(pacer).agents == 8


def test_fewer_agents_than_one_are_not_shown():
    told = what_if(learned_pacer(), agents=2, around=3, targets=())
    assert [one.agents for one in told.by_agents] == [1, 2, 3, 4, 5]
    assert [one.target for one in told.by_target] == [0.03]


def test_an_unusual_floor_is_said():
    assert what_if(learned_pacer(), agents=500).outside == {Axis.AGENTS}


def test_a_law_that_learns_nothing_is_said():
    with pytest.raises(ValueError, match="mode progressive learns nothing of calls and talks: ask a predictive"):
        what_if(Pacer("progressive"))


@pytest.mark.parametrize(("live", "calls_for_each"), [(LEAST_TALKS, 1), (LEAST_TALKS - 1, 50)])
def test_too_little_evidence_is_said(live, calls_for_each):
    with pytest.raises(ValueError, match=f"wait until there are {LEAST_CALLS} and {LEAST_TALKS}"):
        what_if(learned_pacer(live=live, calls_for_each=calls_for_each))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"agents": 0}, "agents is 0: give 1 or more"),
        ({"around": -1}, "around is -1: give 0 agents or more"),
        ({"targets": (0.01, 3.0)}, "a target is 3.0: give shares from 0 to 1"),
        ({"targets": (float("nan"),)}, "a target is nan"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(asked, said):
    with pytest.raises(ValueError, match=said):
        what_if(learned_pacer(), **asked)


def test_a_floor_nobody_works_on_is_refused():
    pacer = learned_pacer(agents=1)
    pacer.agent(0, "offline", 1e6)
    with pytest.raises(ValueError, match="or ask while somebody is at work"):
        what_if(pacer)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"answer_probability": 0.0}, "answer_probability is 0.0: give a share above 0"),
        ({"answer_probability": 1.5}, "answer_probability is 1.5"),
        ({"answer_s": 0.0}, "answer_s is 0.0: give seconds above 0"),
        ({"failed_s": float("inf")}, "failed_s is inf"),
        ({"talk_s": float("nan")}, "talk_s is nan"),
        ({"handle_s": 100.0}, "handle_s is 100.0, below talk_s: give 120.0 or more"),
    ],
)
def test_estimates_that_cannot_be_are_refused(changed, said):
    with pytest.raises(ValueError, match=said):
        replace(USUAL, **changed)


def test_a_promise_of_nothing_is_progressive_with_any_number_of_agents():
    told = what_if(learned_pacer(target=0.0))
    assert {one.utilisation for one in told.by_agents} == {told.by_target[0].utilisation}
