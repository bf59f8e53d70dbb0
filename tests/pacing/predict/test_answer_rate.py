"""The level of live answers: followed when it moves, left alone when it does not, and never surer than the answers."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacing.predict.answer_rate import HALF_WIDTH, STEP, WEIGHTS, AnswerRate
from pacing.predict.answering import REFRESH_S

FACTS = st.lists(st.tuples(st.floats(REFRESH_S, 1e5), st.floats(0.0, 500.0), st.integers(0, 500)), max_size=12)


def told(rate: AnswerRate, level: float, *, minutes: int, expected: float = 20.0, seed: int = 1) -> AnswerRate:
    """So many minutes at a level, in steps of 2 s; `expected` is answers a minute at level 1."""
    draw = np.random.default_rng(seed)
    for answers in draw.poisson(level * expected / 30.0, 30 * minutes):
        rate.step(2.0, expected / 30.0, int(answers))
    return rate


@pytest.mark.parametrize("level", [0.3, 1.0, 2.5])
def test_a_level_is_found(level):
    rate = told(AnswerRate(), level, minutes=40)
    assert rate.level == pytest.approx(level, rel=0.25)
    assert rate.points[0] < level < rate.points[2]


def test_a_jump_is_believed_within_some_tens_of_answers():
    rate = told(AnswerRate(), 1.0, minutes=60)
    assert told(rate, 3.0, minutes=1).level > 1.5
    assert told(rate, 3.0, minutes=2).level == pytest.approx(3.0, rel=0.3)


def test_many_answers_make_it_sure_and_an_hour_without_any_unsure():
    rate = AnswerRate()
    unsure = rate.points[2] / rate.points[0]
    sure = told(rate, 1.0, minutes=60).points
    assert sure[2] / sure[0] < 0.6 * unsure
    for _ in range(12):
        rate.step(3600.0, 0.0, 0)
    assert rate.points[2] / rate.points[0] > 0.8 * unsure


def test_time_without_calls_changes_little_in_a_minute_and_a_long_step_is_an_hour():
    rate = told(AnswerRate(), 2.0, minutes=60)
    before = rate.level
    rate.step(60.0, 0.0, 0)
    assert rate.level == pytest.approx(before, rel=0.05)
    week, hour = AnswerRate(), AnswerRate()
    for one, seconds in ((week, 7 * 86_400.0), (hour, 3600.0)):
        told(one, 2.0, minutes=5).step(seconds, 0.0, 0)
    assert week.state() == hour.state()


@given(facts=FACTS)
def test_whatever_came_there_are_probabilities_and_three_points_in_order(facts):
    rate = AnswerRate()
    for seconds, expected, answers in facts:
        rate.step(seconds, expected, answers)
    chances = np.array(rate.state())
    assert chances.sum() == pytest.approx(1.0)
    assert (chances >= 0.0).all()
    assert (np.diff(rate.points) >= 0.0).all()
    assert math.exp(-HALF_WIDTH * STEP) <= rate.points[0] <= rate.points[2] <= math.exp(HALF_WIDTH * STEP) * (1 + 1e-9)
    assert WEIGHTS.sum() == pytest.approx(1.0)


@given(steps=st.integers(-8, 8).filter(bool))
def test_another_scale_moves_the_level_by_the_factor(steps):
    rate = told(AnswerRate(), 1.0, minutes=60)
    before, points = rate.level, rate.points
    rate.rebase(steps)
    assert rate.level == pytest.approx(before * math.exp(-steps * STEP), rel=0.01)
    assert rate.points == pytest.approx(points * math.exp(-steps * STEP), rel=0.01)


def test_the_probabilities_survive_as_json_to_the_bit():
    rate = told(AnswerRate(), 1.7, minutes=5)
    restored = AnswerRate()
    restored.restore(json.loads(json.dumps(rate.state())))
    assert restored.state() == rate.state()
    assert restored.level == rate.level
    assert (restored.points == rate.points).all()


@pytest.mark.parametrize("kept", [[0.0] * 57, [1.0], [math.nan] * 57, [2 / 57] * 57, None, "x"])
def test_what_is_no_state_is_refused_and_changes_nothing(kept):
    rate = told(AnswerRate(), 1.7, minutes=5)
    before = rate.state()
    with pytest.raises((TypeError, ValueError)):
        rate.restore(kept)
    assert rate.state() == before
