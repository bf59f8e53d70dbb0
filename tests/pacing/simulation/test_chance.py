"""The laws of chance have the means and spreads they are given."""

import math

import numpy as np
import pytest

from pacing.simulator import Constant, Exponential, Gamma, Lognormal, Mixture, Resampled


@pytest.mark.parametrize(
    ("law", "mean", "cv"),
    [
        (Constant(mean=25.0), 25.0, 0.0),
        (Exponential(mean=440.2), 440.2, 1.0),
        (Gamma(mean=9.5, shape=4.0), 9.5, 0.5),
        (Lognormal(mean=140.0, cv=1.0), 140.0, 1.0),
        (Lognormal(mean=20.0, cv=0.0), 20.0, 0.0),
        (Resampled(values=(10.0, 30.0)), 20.0, 0.5),
        (
            Mixture(weights=(1.0, 3.0), laws=(Constant(mean=10.0), Constant(mean=50.0))),
            40.0,
            math.sqrt(0.25 * 30.0**2 + 0.75 * 10.0**2) / 40.0,
        ),
        (Mixture(weights=(2.0,), laws=(Exponential(mean=10.0),)), 10.0, 1.0),
    ],
)
def test_a_law_has_its_mean_and_spread(law, mean, cv):
    values = law.draw(np.random.default_rng(1), 200_000)
    assert law.mean == pytest.approx(mean)
    assert values.mean() == pytest.approx(mean, rel=0.01)
    assert values.std() / values.mean() == pytest.approx(cv, abs=0.02)
    assert values.min() >= 0.0


def test_the_same_source_gives_the_same_values():
    law = Mixture(weights=(0.5, 0.5), laws=(Exponential(mean=10.0), Gamma(mean=5.0, shape=2.0)))
    first, second = (law.draw(np.random.default_rng(7), 50) for _ in range(2))
    assert first.tolist() == second.tolist()
