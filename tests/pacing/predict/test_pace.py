"""Whether calls are launched as asked is noticed, so that a hold is not taken for a floor that never abandons."""

import json
import math

import pytest

from pacing.predict.pace import Pace


def asked(*rounds, apart_s: float = 1.0) -> Pace:
    """Rounds of (asked, placed), so far apart."""
    pace = Pace()
    for number, (launch, placed) in enumerate(rounds):
        pace.asked(launch, number * apart_s, ruled=True)
        for _ in range(placed):
            pace.placed()
    return pace


def test_what_is_asked_and_placed_is_not_held():
    assert not asked((3, 3), (0, 0), (2, 2), (0, 0)).held


def test_what_is_asked_and_not_placed_is_held_until_it_is():
    assert asked((3, 2), (5, 0)).held
    assert not asked((3, 2), (5, 5), (0, 0)).held


def test_a_dialer_may_take_a_second_and_ask_again_meanwhile():
    assert not asked((3, 0), (3, 1), (2, 2), (0, 0), (0, 0), apart_s=0.3).held


def test_asking_again_at_once_changes_nothing():
    pace = asked((3, 0))
    before = pace.state()
    pace.asked(3, 0.0, ruled=True)
    assert pace.state() == before


def test_where_another_rule_ended_the_number_it_is_held_too():
    pace = Pace()
    pace.asked(1, 0.0, ruled=False)
    assert pace.held


def test_a_clock_set_back_is_no_time_in_which_nothing_was_placed_for_ever():
    pace = Pace()
    pace.asked(2, 1e6, ruled=True)
    pace.asked(2, 0.0, ruled=True)
    pace.placed()
    pace.placed()
    pace.asked(0, 1.0, ruled=True)
    assert not pace.held


@pytest.mark.parametrize("pace", [Pace(), asked((3, 2)), asked((3, 2), (4, 1))])
def test_it_survives_as_json(pace):
    restored = Pace()
    restored.restore(json.loads(json.dumps(pace.state())))
    assert restored.state() == pace.state()


@pytest.mark.parametrize(("name", "value"), [("asked", -1), ("placed", None), ("at", math.nan), ("at", "now")])
def test_what_is_no_state_is_refused_and_changes_nothing(name, value):
    pace = asked((3, 2), (4, 1))
    before = pace.state()
    with pytest.raises((TypeError, ValueError)):
        pace.restore({**before, name: value})
    assert pace.state() == before
