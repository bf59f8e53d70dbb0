"""Means, their intervals, and differences of policies on the same days."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacing.simulation.statistics import Estimate, estimate, paired_difference, student_t

figures = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40)


@pytest.mark.parametrize(
    ("confidence", "degrees", "printed"),
    # Student's t as printed in any table, two-sided.
    [
        (0.95, 1, 12.706), (0.95, 2, 4.303), (0.95, 3, 3.182), (0.95, 4, 2.776), (0.95, 9, 2.262), (0.95, 10, 2.228),
        (0.95, 29, 2.045), (0.95, 30, 2.042), (0.95, 120, 1.980), (0.90, 5, 2.015), (0.99, 7, 3.499), (0.99, 60, 2.660),
    ],
)  # fmt: skip
def test_the_quantiles_are_those_of_the_printed_table(confidence, degrees, printed):
    assert student_t(confidence, degrees) == pytest.approx(printed, abs=6e-4)


def test_with_many_days_the_quantile_becomes_the_normal_one():
    assert student_t(0.95, 5000) == pytest.approx(1.96, abs=1e-3)


@pytest.mark.parametrize(
    ("confidence", "degrees", "told"),
    [(0.0, 5, "confidence"), (1.0, 5, "confidence"), (math.nan, 5, "confidence"), (0.95, 0, "degrees of freedom")],
)
def test_a_quantile_of_nothing_is_refused(confidence, degrees, told):
    with pytest.raises(ValueError, match=told):
        student_t(confidence, degrees)


def test_an_interval_worked_by_hand():
    # Standard deviation 2, standard error 1, three degrees of freedom.
    found = estimate([8.0, 8.0, 12.0, 8.0])
    assert found.mean == 9.0
    assert found.half_width == pytest.approx(3.1824, abs=1e-4)
    assert (found.low, found.high) == pytest.approx((5.8176, 12.1824), abs=1e-4)
    assert found.days == 4


def test_one_day_has_a_mean_and_no_interval():
    found = estimate([0.7])
    assert found == Estimate(mean=0.7, half_width=None, days=1)
    assert (found.low, found.high) == (0.7, 0.7)


def test_no_day_is_refused():
    with pytest.raises(ValueError, match="one day at least"):
        estimate([])


def test_days_that_are_all_alike_leave_no_doubt():
    assert estimate([0.03] * 10).half_width == pytest.approx(0.0, abs=1e-15)


def test_about_nineteen_intervals_of_twenty_hold_the_true_mean():
    generator = np.random.default_rng(3)
    held = [(found := estimate(list(generator.normal(5.0, 2.0, 4)))).low <= 5.0 <= found.high for _ in range(4000)]
    assert np.mean(held) == pytest.approx(0.95, abs=0.012)


@given(figures, st.floats(-1e6, 1e6))
def test_moving_all_days_moves_the_mean_and_not_the_interval(values, by):
    before, after = estimate(values), estimate([value + by for value in values])
    assert after.mean == pytest.approx(before.mean + by, abs=1e-6)
    assert after.half_width == pytest.approx(before.half_width, abs=1e-6)


@given(figures)
def test_a_higher_confidence_needs_a_wider_interval(values):
    narrow, wide = estimate(values, confidence=0.8), estimate(values, confidence=0.99)
    assert narrow.half_width is not None
    assert wide.half_width is not None
    assert narrow.half_width <= wide.half_width


def test_what_days_share_does_not_widen_their_difference():
    weather = [0.0, 30.0, -20.0, 10.0]
    first = [50.0 + day for day in weather]
    second = [day + gain for day, gain in zip(first, [2.0, 2.1, 1.9, 2.0], strict=True)]
    gain = paired_difference(second, first)
    assert gain is not None
    assert gain.half_width is not None
    assert gain.mean == pytest.approx(2.0)
    assert gain.half_width < 0.2


def test_a_difference_leaves_out_days_that_lack_the_figure_in_either():
    gain = paired_difference([3.0, None, 5.0, 9.0], [1.0, 1.0, None, 6.0])
    assert gain is not None
    assert (gain.mean, gain.days) == (2.5, 2)
    assert paired_difference([None, 1.0], [1.0, None]) is None


def test_a_difference_of_unequally_many_days_is_refused():
    with pytest.raises(ValueError, match="2 days cannot be paired with 1"):
        paired_difference([1.0, 2.0], [1.0])
