"""Days as curves."""

import numpy as np

from pacing.simulation.curves import cumulative_abandonment, longer_than, median_of_days
from tests.simulated_days import DAY_S, made_up_day


def test_abandonment_grows_over_the_day_to_that_of_the_day():
    day = made_up_day(live=1000, lost=0.1)
    curve = cumulative_abandonment(day, np.array([0.0, DAY_S / 2, DAY_S]), min_live=50)
    assert np.isnan(curve[0])
    assert abs(curve[1] - 0.1) < 0.01
    assert curve[2] == day.abandonment


def test_a_day_without_people_has_no_curve():
    curve = cumulative_abandonment(made_up_day(live=0), np.array([0.0, DAY_S]), min_live=0)
    assert np.isnan(curve).all()


def test_the_median_needs_half_of_the_days():
    nan = np.nan
    curves = [np.array([nan, 1.0, 1.0]), np.array([nan, 3.0, 2.0]), np.array([0.0, nan, 9.0])]
    middle = median_of_days(curves)
    assert np.isnan(middle[0])
    assert middle[1:].tolist() == [2.0, 2.0]


def test_the_share_of_spells_longer_than_a_time():
    spells = np.array([5.0, 1.0, 10.0, 5.0])
    assert longer_than(spells, np.array([0.0, 1.0, 5.0, 10.0])).tolist() == [1.0, 0.75, 0.25, 0.0]


def test_without_spells_none_is_longer():
    assert longer_than(np.array([]), np.array([0.0, 1.0])).tolist() == [0.0, 0.0]
