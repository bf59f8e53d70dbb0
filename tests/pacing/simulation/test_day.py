"""What is read from a day."""

import numpy as np
import pytest

from pacing.simulator import Day
from tests.pacing.simulation.policies import certain


def day(settled_at=(), was_abandoned=(), **changes):
    given = {
        "scenario": certain(), "policy": "any", "seed": 0, "duration_s": 7200.0,
        "staffed_s": 0.0, "talk_s": 0.0, "wrap_s": 0.0, "idle_s": 0.0,
        "dials": 0, "live": 0, "connected": 0, "abandoned": 0, "false_machines": 0,
        "idle_spells_s": np.array([]), "settled_at": np.array(settled_at, dtype=float),
        "was_abandoned": np.array(was_abandoned, dtype=bool), "decisions": 0,
    }  # fmt: skip
    return Day(**given | changes)


def test_utilisation_is_talk_and_wrap_up_of_staffed_time():
    assert day(staffed_s=100.0, talk_s=60.0, wrap_s=20.0).utilisation == 0.8
    assert day().utilisation == 0.0


def test_people_taken_for_machines_are_abandoned_too():
    assert day(connected=94, abandoned=3, false_machines=3).abandonment == 0.06
    assert day().abandonment == 0.0


def test_the_worst_hour_is_the_worst_of_all_trailing_hours():
    at = [0.0, 1800.0, 3500.0, 3700.0, 5300.0, 7000.0]
    lost = [False, True, True, False, False, False]
    assert day(at, lost).worst_hour(min_live=3) == pytest.approx(2.0 / 3.0)
    assert day(at, lost).worst_hour(min_live=4) == pytest.approx(0.5)


def test_a_person_settled_an_hour_ago_is_out_of_the_trailing_hour():
    assert day([0.0, 3600.0], [True, False]).worst_hour(min_live=1) == 1.0
    assert day([0.0, 3600.0], [True, False]).worst_hour(min_live=2) is None


def test_without_an_hour_of_enough_people_there_is_no_worst():
    assert day().worst_hour() is None
    assert day().worst_hour(min_live=0) is None
    assert day([1.0], [True]).worst_hour() is None
