"""How many live people find no agent: the exact law against the plain convolution it stands for."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacing.predict.overflow import LEVELS, Overflow, spread

EVEN = st.integers(0, LEVELS).map(lambda step: step / LEVELS)
ANY = st.floats(0.0, 1.0)


def weights(probabilities) -> np.ndarray:
    return spread(np.array([probabilities], dtype=float), np.ones(len(probabilities)))


def overflow(answers, frees, capacity) -> Overflow:
    return Overflow(weights(answers), weights(frees)[0], capacity)


def alike(probability: float, number: int) -> np.ndarray:
    return spread(np.array([[probability]]), np.array([float(number)]))


def beyond(answers, frees, capacity) -> float:
    """E[(answers - frees - capacity)+] by convolving one yes-or-no after the other."""
    masses = np.ones(1)
    for probability in answers:
        masses = np.convolve(masses, [1.0 - probability, probability])
    for probability in frees:
        masses = np.convolve(masses, [probability, 1.0 - probability])
    people = np.arange(len(masses)) - len(frees) - capacity
    return float(masses @ np.maximum(people, 0))


@given(answers=st.lists(EVEN, max_size=40), frees=st.lists(EVEN, max_size=40), capacity=st.integers(-8, 60))
def test_the_excess_is_that_of_the_plain_convolution(answers, frees, capacity):
    exact = beyond(answers, frees, capacity)
    law = overflow(answers, frees, capacity)
    assert law.beyond[0] == pytest.approx(exact, abs=1e-9)
    assert 0.0 <= law.beyond[0] <= law.add(np.ones(1))[1][0]


@given(answers=st.lists(ANY, max_size=30), frees=st.lists(ANY, max_size=30), capacity=st.integers(-3, 12))
def test_probabilities_between_two_steps_cost_little(answers, frees, capacity):
    exact = beyond(answers, frees, capacity)
    # A probability split about 1/2 costs most: what rings on about its zero at the highest frequency is cut off at 0.
    assert overflow(answers, frees, capacity).beyond[0] == pytest.approx(exact, abs=0.025)


@given(probability=st.floats(0.02, 0.4), calls=st.integers(1, 40), capacity=st.integers(-3, 12))
def test_probabilities_of_everyday_cost_next_to_nothing(probability, calls, capacity):
    answers, frees = [probability] * calls, [probability / 2.0] * (calls // 2)
    exact = beyond(answers, frees, capacity)
    assert overflow(answers, frees, capacity).beyond[0] == pytest.approx(exact, abs=1e-4)


@given(
    answers=st.lists(EVEN, max_size=12),
    frees=st.lists(EVEN, max_size=12),
    added=st.lists(ANY, min_size=1, max_size=60),
    capacity=st.integers(-4, 50),
)
def test_calls_taken_one_by_one_are_calls_that_were_there(answers, frees, added, capacity):
    law = overflow(answers, frees, capacity)
    for number, probability in enumerate(added, start=1):
        told_mean, told_beyond = law.add(np.array([probability]))
        law.take(np.array([probability]))
        assert (law.answers_mean, law.beyond) == (told_mean, told_beyond)
        exact = beyond([*answers, *added[:number]], frees, capacity)
        assert law.beyond[0] == pytest.approx(exact, abs=1e-8)
    assert law.answers_mean[0] == pytest.approx(sum(answers) + sum(added))


@given(
    answers=st.lists(EVEN, max_size=20), frees=st.lists(EVEN, max_size=20), chance=EVEN, capacity=st.integers(-9, 30)
)
def test_asking_about_one_more_call_counts_nothing(answers, frees, chance, capacity):
    law = overflow(answers, frees, capacity)
    first = law.add(np.array([chance]))
    assert law.add(np.array([chance])) == first
    assert law.beyond[0] <= first[1][0] + 1e-9


@given(answers=st.lists(EVEN, max_size=20), frees=st.lists(EVEN, max_size=20), capacity=st.integers(-30, 30))
def test_one_agent_more_spares_somebody_but_never_more_than_one(answers, frees, capacity):
    spared = overflow(answers, frees, capacity).beyond[0] - overflow(answers, frees, capacity + 1).beyond[0]
    assert -1e-9 <= spared <= 1.0 + 1e-9


@given(answers=st.lists(EVEN, max_size=20), frees=st.lists(EVEN, max_size=20), waiting=st.integers(21, 3000))
def test_who_waits_already_is_beyond_with_all_who_answer_less_all_who_come_free(answers, frees, waiting):
    expected = waiting + sum(answers) - sum(frees)
    assert overflow(answers, frees, -waiting).beyond[0] == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_nobody_calls_and_nobody_comes_free():
    assert [overflow([], [], capacity).beyond[0] for capacity in (-2, 0, 3)] == pytest.approx([2, 0, 0], abs=1e-12)


def test_what_is_certain_has_no_chance_in_it():
    excess = [overflow([1.0] * 9, [1.0] * 4, capacity).beyond[0] for capacity in (0, 4, 5, 6)]
    assert excess == pytest.approx([5.0, 1.0, 0.0, 0.0], abs=1e-9)


def test_several_pictures_of_the_world_do_not_mix():
    rows = np.array([[0.25] * 8, [0.5] * 8, [0.75] * 8])
    law = Overflow(spread(rows, np.ones(8)), weights([0.5] * 3)[0], 2)
    law.take(np.array([0.25, 0.5, 0.75]))
    single = [beyond([*row, row[0]], [0.5] * 3, 2) for row in rows]
    assert law.beyond == pytest.approx(single, abs=1e-9)


@pytest.mark.parametrize(("calls", "busy"), [(500, 200), (5000, 1000), (50_000, 2000)])
def test_a_large_floor_has_the_normal_law(calls, busy):
    def excess(capacity: float) -> float:
        return float(Overflow(alike(0.125, calls), alike(0.25, busy)[0], round(capacity)).beyond[0])

    mean = 0.125 * calls - 0.25 * busy
    deviation = math.sqrt(0.125 * 0.875 * calls + 0.25 * 0.75 * busy)
    assert excess(mean) == pytest.approx(deviation / math.sqrt(2 * math.pi), abs=0.51)
    assert excess(mean + 7 * deviation) == pytest.approx(0.0, abs=1e-6)
    assert excess(mean - 7 * deviation) == pytest.approx(7 * deviation, abs=0.51)


def test_a_hundred_idle_agents_bear_more_than_a_hundred_calls():
    """Nobody of a whole floor is reached by chance before as many have been called as there are agents."""
    law = overflow([], [], 100)
    for _ in range(300):
        law.take(np.array([0.25]))
    assert law.beyond[0] == pytest.approx(beyond([0.25] * 300, [], 100), abs=1e-9)


def test_calls_without_end_may_be_added():
    law = overflow([], [0.5] * 4, -1000)
    for _ in range(400):
        law.take(np.array([0.5]))
    assert law.answers_mean[0] == 200.0
    assert law.beyond[0] == pytest.approx(1198.0)


@given(probabilities=st.lists(ANY, min_size=1, max_size=30), calls=st.integers(1, 50))
def test_the_split_between_steps_keeps_numbers_and_means(probabilities, calls):
    kept = spread(np.array([probabilities, probabilities[::-1]]), np.full(len(probabilities), float(calls)))
    assert kept.shape == (2, LEVELS + 1)
    assert (kept >= 0.0).all()
    assert kept.sum(axis=1) == pytest.approx([calls * len(probabilities)] * 2)
    assert kept @ (np.arange(LEVELS + 1) / LEVELS) == pytest.approx([calls * sum(probabilities)] * 2)
