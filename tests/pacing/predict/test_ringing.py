"""How calls ring is learned from calls of which many have not ended yet."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pacing.predict import ringing
from pacing.predict.ringing import AGES, MEMORY, Ringing

NONE = np.zeros(0)


def refreshed(shape: Ringing, ages=(), levels=None) -> Ringing:
    ages = np.array(ages, dtype=float)
    shape.refresh(ages, np.ones(len(ages)) if levels is None else np.array(levels, dtype=float))
    return shape


def learned(lengths, answered, level=1.0) -> Ringing:
    shape = Ringing()
    for length, human in zip(lengths, answered, strict=True):
        shape.end(length, answered=bool(human), level=level)
    return refreshed(shape)


def test_known_rates_are_found_again():
    draw = np.random.default_rng(1)
    calls = 20_000
    human, other = draw.exponential(40.0, calls), draw.exponential(25.0, calls)
    shape = learned(np.minimum(human, other), human < other)
    assert shape.human_rate[:30] == pytest.approx(np.full(30, 1 / 40.0), rel=0.5)
    assert shape.human_rate[:30].mean() == pytest.approx(1 / 40.0, rel=0.08)
    assert shape.other_rate[:30].mean() == pytest.approx(1 / 25.0, rel=0.08)
    assert shape.answer_chances(np.ones(1))[0, 0] == pytest.approx(25.0 / 65.0, rel=0.05)
    assert shape.answer_delay_s(1.0) == pytest.approx(1.0 / (1 / 40.0 + 1 / 25.0), rel=0.05)


def test_calls_still_ringing_count_as_far_as_they_have_come():
    """A quarter answers at 10 s, the rest rings to 25 s; seen at 15 s, only the quarter has ended."""
    hasty = learned([10.5] * 1000, [True] * 1000)
    assert hasty.answer_chances(np.ones(1))[0, 0] > 0.8
    patient = refreshed(hasty, [15.5] * 3000)
    assert patient.human_rate[10] == pytest.approx(1000 / 3500, rel=0.15)
    assert patient.answer_chances(np.ones(1))[0, 0] == pytest.approx(0.25, abs=0.07)


def test_a_call_in_the_second_of_its_end_counts_half():
    shape = Ringing()
    before = shape.other_rate[3]
    for _ in range(10_000):
        shape.end(3.0, answered=False, level=1.0)
    # n ends over n/2 call-seconds: a rate of 2, whatever the prior said.
    assert refreshed(shape).other_rate[3] == pytest.approx(2.0, rel=0.01)
    assert before < 0.1


def test_a_higher_level_answers_more_and_sooner_or_later_nobody_does():
    chances = Ringing().answer_chances(np.array([0.0, 0.5, 1.0, 2.0, 30.0]))
    assert chances.shape == (5, AGES)
    assert (np.diff(chances, axis=0) >= 0.0).all()
    assert chances[0] == pytest.approx(np.zeros(AGES))
    assert chances[2, 0] == pytest.approx(0.25, abs=0.02)
    assert chances[2, 60] < 0.01


@settings(max_examples=30, deadline=None)
@given(level=st.floats(0.01, 20.0), age=st.integers(0, AGES - 1))
def test_the_chance_of_an_answer_is_the_sum_over_the_seconds_to_come(level, age):
    shape = Ringing()
    alive, answered = 1.0, 0.0
    for human, other in zip(level * shape.human_rate[age:], shape.other_rate[age:], strict=True):
        ends = -math.expm1(-(human + other))
        answered += alive * ends * human / (human + other)
        alive *= 1.0 - ends
    assert shape.answer_chances(np.array([level]))[0, age] == pytest.approx(answered, rel=1e-6)


def test_answers_expected_of_a_call_grow_with_its_ringing():
    shape = Ringing()
    assert shape.expected(0.0) == 0.0
    assert shape.expected(7.25) == pytest.approx(shape.human_rate[:7].sum() + 0.25 * shape.human_rate[7])
    # What rings beyond the table is expected to answer no more than its last second says.
    assert shape.expected(500.0) == pytest.approx(shape.human_rate.sum())
    before, after = np.array([0.0, 3.5, 20.0, 90.0]), np.array([2.0, 9.0, 20.0, 180.0])
    each = [shape.expected(b) - shape.expected(a) for a, b in zip(before, after, strict=True)]
    assert shape.expected_between(before, after, None) == pytest.approx(sum(each))
    relative = np.array([0.5, 1.0, 2.0, 4.0])
    assert shape.expected_between(before, after, relative) == pytest.approx(float(relative @ each))
    assert shape.expected_between(NONE, NONE, None) == 0.0


@settings(max_examples=20, deadline=None)
@given(level=st.floats(0.1, 5.0), by=st.floats(0.2, 5.0))
def test_another_scale_of_levels_keeps_every_answer_where_it_was(level, by):
    shape = Ringing()
    for number in range(200):
        shape.end(5.0 + number % 17, answered=number % 4 == 0, level=level)
    refreshed(shape, [4.0] * 10, [level] * 10)
    before = shape.answer_chances(np.array([level]))
    mean = shape.mean_level
    shape.rebase(by)
    refreshed(shape, [4.0] * 10, [level / by] * 10)
    assert shape.mean_level == pytest.approx(mean / by)
    assert shape.answer_chances(np.array([level / by])) == pytest.approx(before)
    assert shape.answer_delay_s(level / by) == pytest.approx(shape.answer_delay_s(level / by))


def test_answers_that_came_at_a_high_level_say_little_about_a_low_one():
    shape = learned([8.0] * 400 + [30.0] * 400, [True] * 400 + [False] * 400, level=2.0)
    assert shape.mean_level == pytest.approx(2.0, rel=0.05)
    at_twice, at_once = shape.answer_chances(np.array([2.0, 1.0]))[:, 0]
    assert at_twice == pytest.approx(0.5, abs=0.1)
    assert at_once < at_twice - 0.1


def test_what_was_long_ago_fades():
    shape = learned([8.0] * 4000, [True] * 4000)
    many = shape.answer_chances(np.ones(1))[0, 0]
    for _ in range(int(3 * MEMORY)):
        shape.end(30.0, answered=False, level=1.0)
    few = refreshed(shape).answer_chances(np.ones(1))[0, 0]
    assert many > 0.8
    assert few < 0.1


def test_weights_that_grew_too_heavy_are_made_light_without_a_trace(monkeypatch):
    def taught() -> Ringing:
        shape = Ringing()
        for number in range(6000):
            shape.end(number % 40, answered=number % 3 == 0, level=1.0 + number % 2)
        return refreshed(shape, [3.0, 50.0])

    plain = taught()
    monkeypatch.setattr(ringing, "_HEAVIEST", 1.5)
    light = taught()
    assert light.state()["weight"] <= 1.5 < plain.state()["weight"]
    assert light.human_rate == pytest.approx(plain.human_rate)
    assert light.other_rate == pytest.approx(plain.other_rate)
    assert light.mean_level == pytest.approx(plain.mean_level)


def test_a_list_nobody_ever_answers_from_keeps_a_delay(monkeypatch):
    monkeypatch.setattr(ringing, "MEMORY", 2.0)
    shape = learned([25.0] * 3000, [False] * 3000)
    assert shape.answer_chances(np.ones(1))[0, 0] == pytest.approx(0.0, abs=1e-9)
    assert 1.0 <= shape.answer_delay_s(1.0) <= AGES


def test_what_was_learned_survives_as_json_to_the_bit():
    shape = learned(np.linspace(0.0, 100.0, 333), [number % 3 == 0 for number in range(333)], level=1.7)
    refreshed(shape, [1.0, 5.0], [0.3, 0.7])
    restored = Ringing()
    restored.restore(json.loads(json.dumps(shape.state())))
    assert restored.state() == shape.state()
    levels = np.array([0.2, 1.0, 3.0])
    assert (restored.answer_chances(levels) == shape.answer_chances(levels)).all()
    assert restored.expected(12.3) == shape.expected(12.3)
    assert restored.calls == 333


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("human", [1.0]), ("other", [-1.0] * AGES), ("ended", [math.nan] * AGES), ("level_at_end", None),
        ("weight", 0.0), ("weight", math.inf), ("calls", "many"), ("human_rate", [math.inf] * AGES),
    ],
)  # fmt: skip
def test_what_is_no_state_is_refused_and_changes_nothing(name, value):
    shape = learned([8.0] * 10, [True] * 10)
    before = shape.state()
    with pytest.raises((TypeError, ValueError)):
        shape.restore({**before, name: value})
    assert shape.state() == before
