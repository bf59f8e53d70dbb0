"""The allowed overflow is steered by what was abandoned: today, in the windows and in the last hour."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacing.predict.promise import (
    HOUR_ENOUGH,
    HOUR_HARD,
    HOUR_S,
    HOUR_SOFT,
    MOST_ALLOWED,
    MOST_CREDIT,
    MOST_DEBT,
    MOST_LEARNED,
    NEW_DAY_AFTER_S,
    Promise,
)
from pacing.tally import DAY_S, Window

SHARE = 0.03
FACTS = st.lists(st.tuples(st.floats(0.0, 5000.0), st.integers(0, 40), st.integers(0, 40)), max_size=12)


class Day:
    """A promise and its windows on a floor of some agents; people are settled ten seconds apart."""

    def __init__(self, share: float = SHARE, *, agents: int = 20, lengths_s=(DAY_S,), soft=None, hard=None) -> None:
        self.promise = Promise(share, soft=soft, hard=hard)
        self.windows = tuple(Window(length_s) for length_s in lengths_s)
        self.at, self.agents = 0.0, agents
        self.allowed()

    def settle(self, *, connected: float = 0.0, abandoned: float = 0.0) -> None:
        for window in self.windows:
            window.add(self.at, connected=connected, abandoned=abandoned)
        self.promise.settled(self.at, connected=connected, abandoned=abandoned, windows=self.windows)

    def people(self, connected: int, abandoned: int = 0, *, apart_s: float = 10.0) -> "Day":
        """The abandoned come spread among the others."""
        total = connected + abandoned
        for number in range(total):
            self.at += apart_s
            lost = (number + 1) * abandoned // total > number * abandoned // total
            self.settle(connected=float(not lost), abandoned=float(lost))
        return self

    def allowed(self) -> float:
        for window in self.windows:
            window.advance(self.at)
        return self.promise.allowed(self.at, self.windows, agents=self.agents)

    def learned(self) -> float:
        return float(self.promise.state()["learned"])


def test_a_day_begins_with_what_is_known_of_floors_like_it():
    allowed = [Day(agents=agents).allowed() for agents in (2, 5, 20, 100, 500)]
    assert allowed == sorted(allowed)
    assert 0.0 < allowed[0] < allowed[-1] < 0.2
    assert Day(0.01).allowed() < Day(0.03).allowed() < Day(0.10).allowed()


def test_more_abandoned_is_less_allowed_and_none_is_more():
    allowed = [Day().people(200 - lost, lost).allowed() for lost in (0, 3, 6, 9, 12)]
    assert allowed == sorted(allowed, reverse=True)
    assert len(set(allowed)) == len(allowed)


def test_within_the_promise_but_near_it_a_margin_is_kept_for_chance():
    """Of 200 people exactly 3 % were abandoned: on the promise, and still less is allowed than at the start."""
    assert Day().people(194, 6).allowed() < Day().allowed()


def test_the_margin_of_the_largest_floor_is_kept_for_the_day_when_most_have_gone_home():
    def allowed(agents):
        day = Day(agents=agents)
        day.promise.allowed(day.at, day.windows, agents=agents)
        return day.people(490, 10).promise

    shrunk, small = allowed(40), allowed(10)
    at = Day().at + HOUR_S / 2
    assert shrunk.state()["most_agents"] == 40
    for promise in (shrunk, small):
        promise.restore({**promise.state(), "learned": 0.0})
    assert shrunk.allowed(at, (), agents=10) < small.allowed(at, (), agents=10)


def test_people_only_expected_among_the_machines_widen_the_margin():
    """As many abandoned and as many live: once seen one by one, once as what a detector's errors are expected to be."""
    seen, expected = Day(), Day()
    for hundred in range(4):
        seen.people(98, 2)
        expected.people(98)
        for _ in range(40):
            expected.at += 1.0
            expected.windows[0].add(expected.at, connected=0.0, abandoned=0.05)
            expected.promise.settled(expected.at, connected=0.0, abandoned=0.05, windows=expected.windows)
        assert expected.promise.state()["unseen"] == pytest.approx((hundred + 1) * 40 * 0.05 * 0.95)
    assert expected.allowed() < seen.allowed() * 0.98


def test_the_push_has_bounds_to_either_side():
    saved = Day().people(3000)
    in_debt = Day().people(140, 60, apart_s=1.0)
    start = Day().allowed()
    assert saved.allowed() == pytest.approx(start * math.exp(saved.learned() + MOST_CREDIT))
    in_debt.at += 2 * HOUR_S  # the hour's own brake is over
    assert in_debt.allowed() == pytest.approx(start * math.exp(in_debt.learned() - MOST_DEBT))


def test_what_the_floor_differs_by_is_learned_slowly_and_outlives_the_night():
    day = Day(agents=5)
    assert 0.0 < day.people(200).learned() < 0.5
    kept = day.people(2500).learned()
    assert 1.0 < kept <= MOST_LEARNED
    day.at += NEW_DAY_AFTER_S + 60.0
    day.people(1)
    assert day.learned() == pytest.approx(kept, abs=0.01)
    assert day.promise.state()["live"] == 1.0


def held_back(abandoned: float) -> "Day":
    day = Day()
    for _ in range(500):
        day.at += 10.0
        day.windows[0].add(day.at, connected=1.0 - abandoned, abandoned=abandoned)
        day.promise.settled(day.at, connected=1.0 - abandoned, abandoned=abandoned, windows=day.windows, held_back=True)
    return day


def test_while_launches_are_held_back_nothing_is_learned_from_few_but_much_from_many():
    assert -0.05 < held_back(0.0).learned() <= 0.0  # the margin alone, until it is kept
    assert held_back(0.2).learned() < -0.5


def test_while_launches_are_held_back_nothing_is_saved_to_be_spent_afterwards():
    assert held_back(0.0).allowed() == pytest.approx(Day().allowed(), rel=0.05)


def test_no_history_takes_the_learned_part_beyond_its_bound():
    assert Day(agents=2).people(3000).learned() == MOST_LEARNED
    assert Day(agents=2).people(1500, 1500).learned() == -MOST_LEARNED


@pytest.mark.parametrize(("share", "most"), [(0.03, MOST_ALLOWED), (0.2, MOST_ALLOWED), (0.8, 0.8)])
def test_whatever_was_learned_half_of_those_who_answer_is_the_most_unless_more_is_promised(share, most):
    day = Day(share, agents=100)
    day.promise.restore({**day.promise.state(), "learned": MOST_LEARNED})
    assert day.people(600).allowed() == pytest.approx(most)


def test_a_new_day_forgives_today_but_not_the_window():
    def after_a_night(lengths_s):
        day = Day(lengths_s=lengths_s).people(450, 50)
        learned = day.learned()
        day.at += NEW_DAY_AFTER_S + 60.0
        day.people(1)
        return day.allowed() / Day().allowed() / math.exp(learned)

    # One morning person with a clean sheet: hardly any margin, and credit of next to nothing.
    assert after_a_night((3600.0,)) == pytest.approx(1.0, abs=0.2)
    assert after_a_night((DAY_S,)) == pytest.approx(math.exp(-MOST_DEBT), rel=0.1)
    assert after_a_night((3600.0, 30 * DAY_S)) == pytest.approx(math.exp(-MOST_DEBT), rel=0.1)


def test_a_break_shorter_than_a_night_is_still_today():
    day = Day().people(100, 10)
    day.at += NEW_DAY_AFTER_S - 60.0
    day.people(1)
    assert day.promise.state()["live"] == 111.0


def test_the_hour_may_not_hold_much_more_than_the_promise():
    def lost(share: float) -> Day:
        return Day().people(1000 - round(1000 * share), round(1000 * share), apart_s=1.0)

    allowed = [lost(times * SHARE).allowed() for times in (HOUR_SOFT, 1.7, 1.8, 1.9, HOUR_HARD)]
    assert allowed == sorted(allowed, reverse=True)
    assert allowed[-2] > allowed[-1] == 0.0
    day = lost(HOUR_HARD * SHARE)
    day.at += HOUR_S
    assert day.allowed() > 0.0


def test_an_hour_of_few_people_proves_nothing():
    assert Day().people(0, HOUR_ENOUGH - 1, apart_s=1.0).allowed() > 0.0


@pytest.mark.parametrize(
    ("soft", "hard", "factor"),
    [
        (None, None, 1.0), (0.03, None, 1.0), (0.05, 0.06, 1.0), (0.03, 0.05, 0.5), (0.03, 0.04, 0.0),
        (None, 0.05, 1.0), (None, 0.04, 0.0), (0.04, 0.04, 0.0), (0.03, 0.035, 0.0),
        (None, 0.035, 0.0), (0.035, 0.035, 0.0),
    ],
)  # fmt: skip
def test_between_soft_and_hard_what_is_allowed_falls_to_nothing(soft, hard, factor):
    """4 % were abandoned, over so long that the hour proves nothing."""
    plain, bounded = Day().people(480, 20, apart_s=60.0), Day(soft=soft, hard=hard).people(480, 20, apart_s=60.0)
    assert bounded.windows[0].abandonment == 0.04
    assert bounded.allowed() == pytest.approx(factor * plain.allowed())


def test_a_window_of_few_people_is_no_reason_to_hold_back():
    assert Day(soft=0.03, hard=0.04).people(100, 10, apart_s=60.0).allowed() > 0.0


def test_a_promise_of_nothing_allows_nothing():
    assert Day(0.0).people(500).allowed() == 0.0
    assert Day(0.0).people(500).learned() == 0.0


@pytest.mark.parametrize("agents", [5, 50])
@pytest.mark.parametrize("differs", [-1.0, 0.0, 1.0])
def test_the_share_settles_below_the_promise_on_floors_of_any_kind(agents, differs):
    """A floor on which the share abandoned is in proportion to what is allowed, e^differs times the usual."""
    draw, day = np.random.default_rng(4), Day(agents=agents)
    lost = []
    for _ in range(5000):
        day.at += 30.0
        share = min(1.0, SHARE * math.exp(differs) * day.allowed() / Day(agents=agents).allowed())
        lost.append(draw.random() < share)
        day.settle(connected=float(not lost[-1]), abandoned=float(lost[-1]))
    assert 0.8 * SHARE < np.mean(lost[1500:]) <= 1.02 * SHARE
    assert day.learned() == pytest.approx(-differs, abs=0.8)


@given(facts=FACTS, agents=st.integers(1, 600), share=st.sampled_from([0.005, 0.03, 0.3, 1.0]))
def test_whatever_happened_what_is_allowed_is_a_number_from_0_up(facts, agents, share):
    day = Day(share, agents=agents, soft=share, hard=1.0)
    for seconds, connected, abandoned in facts:
        day.at += seconds
        day.settle(connected=float(connected), abandoned=float(abandoned))
        assert 0.0 <= day.allowed() < math.inf
        assert abs(day.learned()) <= MOST_LEARNED


def test_what_was_learned_survives_as_json_to_the_bit():
    for day in (Day(agents=7), Day(agents=7).people(190, 10)):
        restored = Promise(SHARE)
        restored.restore(json.loads(json.dumps(day.promise.state())))
        assert restored.state() == day.promise.state()
        assert restored.allowed(day.at, day.windows, agents=7) == day.allowed()
        day.people(3)
        restored.settled(day.at, connected=0.0, abandoned=0.0, windows=day.windows)
        assert restored.state()["agents"] == 7


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("learned", math.nan), ("live", -1.0), ("abandoned", None), ("last", math.inf), ("agents", "many"),
        ("hour", [[1.0]]), ("hour", 3),
    ],
)  # fmt: skip
def test_what_is_no_state_is_refused_and_changes_nothing(name, value):
    day = Day().people(50, 2)
    before = day.promise.state()
    with pytest.raises((KeyError, TypeError, ValueError)):
        day.promise.restore({**before, name: value})
    assert day.promise.state() == before
