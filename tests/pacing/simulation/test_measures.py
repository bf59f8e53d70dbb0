"""What a day is measured by, and policies compared on the same days."""

import pytest

from pacing.simulation.measures import Measure, Promise, compare, figure
from tests.simulated_days import made_up_day, made_up_days


def test_the_figures_of_a_day():
    day = made_up_day(busy=0.8, live=1200, lost=0.02, waits_s=(10.0, 20.0, 60.0))
    # Ten agents for eight hours are 80 agent-hours.
    assert figure(day, Measure.UTILISATION) == pytest.approx(0.8)
    assert figure(day, Measure.ABANDONMENT) == pytest.approx(0.02)
    assert figure(day, Measure.TALK_MINUTES) == pytest.approx(0.9 * 0.8 * 60)
    assert figure(day, Measure.WAIT_S) == pytest.approx(30.0)
    assert figure(day, Measure.LIVE) == pytest.approx(15.0)
    assert figure(day, Measure.DIALS) == pytest.approx(60.0)


def test_the_worst_hour_needs_three_hundred_live_answers_in_an_hour():
    assert figure(made_up_day(live=1200, lost=0.02), Measure.WORST_HOUR) is None
    assert figure(made_up_day(live=8000, lost=0.02), Measure.WORST_HOUR) == pytest.approx(0.02, abs=0.005)


def test_a_day_without_staff_or_calls_has_few_figures():
    day = made_up_day(live=0, waits_s=(), staffed_s=0.0)
    known = {measure for measure in Measure if figure(day, measure) is not None}
    assert known == {Measure.ABANDONMENT}


def test_policies_are_summed_up_in_the_order_they_came():
    days = {
        "progressive": made_up_days("progressive", busy=0.67, lost=0.0),
        "predictive": made_up_days("predictive", busy=0.87, lost=0.02),
    }
    plain, clever = compare(days, target=0.03)
    assert (plain.policy, clever.policy) == ("progressive", "predictive")
    gain = clever.difference(Measure.UTILISATION, to=plain)
    assert gain is not None
    assert gain.mean == pytest.approx(0.2)
    assert gain.half_width == pytest.approx(0.0, abs=1e-9)
    assert clever.days == 6
    assert clever.means[Measure.WORST_HOUR] is None


@pytest.mark.parametrize(
    ("lost", "promise", "days_above"), [(0.02, Promise.KEPT, 0), (0.0297, Promise.UNSURE, 2), (0.05, Promise.BROKEN, 6)]
)
def test_a_promise_is_kept_broken_or_unsure_by_its_interval(lost, promise, days_above):
    [found] = compare({"one": made_up_days("one", busy=0.8, lost=lost)}, target=0.03)
    assert (found.promise, found.days_above, found.days_counted) == (promise, days_above, 6)


def test_a_day_with_few_live_answers_is_not_held_against_the_target():
    [found] = compare({"one": made_up_days("one", busy=0.8, lost=0.05, live=200)}, target=0.03)
    assert (found.days_above, found.days_counted) == (0, 0)


@pytest.mark.parametrize(
    "days",
    [
        {"one": made_up_days("one", busy=0.8, lost=0.0), "other": made_up_days("other", busy=0.8, lost=0.0, days=3)},
        {"one": [made_up_day(seed=1)], "other": [made_up_day(seed=2)]},
        {"one": []},
    ],
)
def test_other_days_are_not_compared(days):
    with pytest.raises(ValueError, match="the same seeds"):
        compare(days, target=0.03)


def test_comparing_nothing_gives_nothing():
    assert compare({}, target=0.03) == []
