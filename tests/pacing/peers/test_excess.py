"""The law of people who answer less agents who come free."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacing.peers.excess import Excess

PROBABILITIES = st.lists(st.floats(0.0, 1.0), max_size=30)


def step_by_step(answers: list[float], frees: list[float], spare: int) -> float:
    law = np.ones(1)
    for chance in answers:
        law = np.convolve(law, [1.0 - chance, chance])
    for chance in frees:
        law = np.convolve(law, [chance, 1.0 - chance])
    values = np.arange(len(law)) - len(frees)
    return float((law * np.maximum(values - spare, 0)).sum())


@given(PROBABILITIES, PROBABILITIES, st.integers(-40, 40))
def test_expected_people_left_over_are_those_of_the_law_built_step_by_step(answers, frees, spare):
    excess = Excess(answers, frees)
    assert excess.beyond(spare) == pytest.approx(step_by_step(answers, frees, spare), abs=1e-9)


@given(PROBABILITIES, PROBABILITIES)
def test_the_mean_is_the_difference_of_the_sums(answers, frees):
    assert Excess(answers, frees).mean == pytest.approx(sum(answers) - sum(frees))


def test_a_binomial_by_hand():
    # Ten idle agents, 25 calls of which a third is answered: 4.0 % of those who answer find nobody.
    excess = Excess([1 / 3] * 25, [])
    assert excess.beyond(10) / excess.mean == pytest.approx(0.040, abs=5e-4)


def test_a_large_floor_stays_exact():
    answers, frees = [0.3] * 700, [0.05] * 500
    assert Excess(answers, frees).beyond(190) == pytest.approx(step_by_step(answers, frees, 190), abs=1e-9)


def test_with_nobody_there_is_nothing_left_over():
    assert Excess([], []).beyond(0) == pytest.approx(0.0, abs=1e-12)
    assert Excess([], []).beyond(-3) == pytest.approx(3.0)
