"""How many live people would find no agent: the exact law of answers less agents who become free.

Each ringing call is answered by a live person with a probability of its own, each busy agent becomes free within the
horizon with one of theirs; all independently. Answers less free agents is then a sum of independent yes-or-no
variables, a Poisson-binomial law, whose distribution is found exactly by its characteristic function and one discrete
Fourier transform (Hong, Computational Statistics & Data Analysis 59, 2013).
"""

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEVELS = 256
"""Probabilities are split between two neighbours of this many even steps, which keeps every mean exact."""

TAIL_DEVIATIONS = 7.0
"""Beyond so many standard deviations from the mean there is less than 1e-11 of the law."""


_VALUES = np.arange(LEVELS + 1) / LEVELS
_MOMENTS = np.stack([_VALUES, _VALUES * (1.0 - _VALUES)], axis=1)
"""Mean and variance of one yes-or-no variable by level."""


def spread(probabilities: NDArray[np.float64], weights: NDArray[Any]) -> NDArray[np.float64]:
    """Weights by level of probability, shape (rows, LEVELS + 1), for probabilities of shape (rows, groups).

    `weights` is how many calls (or agents) each group has, shape (groups,).
    """
    rows = probabilities.shape[0]
    place = probabilities * LEVELS
    low = np.minimum(place.astype(np.intp), LEVELS - 1)
    upper = (place - low) * weights
    at = (low + (np.arange(rows) * (LEVELS + 1))[:, None]).ravel()
    size = rows * (LEVELS + 1)
    flat = np.bincount(at, (weights - upper).ravel(), size)
    flat += np.bincount(at + 1, upper.ravel(), size)
    return flat.reshape(rows, LEVELS + 1).astype(np.float64, copy=False)


class Overflow:
    """The law of answers less free agents against `capacity`, for several pictures of the world at once (one row each).

    answers: weights by level of the calls' answer probabilities, shape (rows, LEVELS + 1), as `spread` gives them;
    frees: the same of the busy agents' probabilities to become free, shape (LEVELS + 1,);
    capacity: ready agents less people who wait; negative where more wait.
    """

    def __init__(self, answers: NDArray[np.float64], frees: NDArray[np.float64], capacity: int) -> None:
        moments, (free_mean, free_variance) = answers @ _MOMENTS, (frees @ _MOMENTS).tolist()
        self.answers_mean: NDArray[np.float64] = moments[:, 0]
        """Expected answers, shape (rows,)."""
        means = self.answers_mean.tolist()
        reach = TAIL_DEVIATIONS * math.sqrt(max(moments[:, 1].tolist()) + free_variance) + 4.0
        lowest = math.floor(min(min(means) - free_mean - reach, capacity - 1.0))
        highest = math.ceil(max(means) - free_mean + reach)
        size = 1 << max(5, (highest - lowest).bit_length())
        table, angles = _logarithms(size)
        law = (answers @ table).view(np.complex128) + (frees @ table).view(np.complex128).conj()
        law += 1j * lowest * angles
        masses = np.fft.irfft(np.exp(law), size, axis=1)
        over = np.maximum(np.arange(lowest - capacity, lowest - capacity + size, dtype=np.float64), 0.0)
        # What the transform leaves of rounding must not show as people fewer than none.
        self.beyond: NDArray[np.float64] = np.maximum(masses @ over, 0.0)
        """Expected people beyond the capacity, shape (rows,)."""
        # Chances that nobody is free any more: of capacity, capacity - 1 … people or more, down to the surely reached.
        # What lies beyond the transform is never reached.
        inside = min(capacity - lowest, size)
        reached = np.zeros((len(masses), capacity - lowest))
        reached[:, :inside] = np.maximum(1.0 - masses[:, :inside].cumsum(axis=1), 0.0)
        self._reached: NDArray[np.float64] = reached[:, ::-1]

    def add(self, chances: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What `answers_mean` and `beyond` become with one more call, answered with these chances, shape (rows,)."""
        return self.answers_mean + chances, self.beyond + chances * self._reached[:, 0]

    def take(self, chances: NDArray[np.float64]) -> None:
        """Count that call."""
        self.answers_mean, self.beyond = self.add(chances)
        chance = chances[:, None]
        more = self._reached * (1.0 - chance)
        more[:, :-1] += self._reached[:, 1:] * chance
        more[:, -1] += chances
        self._reached = more


@lru_cache(maxsize=16)
def _logarithms(size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """log(1 + level·(e^{-iω} - 1)) at the frequencies of a transform of `size`, and the angles ω; half the spectrum.

    Real and imaginary parts lie side by side, so that a product with real weights stays real. The sign is that of
    numpy's inverse transform: masses = irfft(Σ mass·e^{-iωk}).
    """
    angles = 2.0 * np.pi * np.arange(size // 2 + 1) / size
    levels = _VALUES[:, None]
    # A level of 1/2 has a zero at ω = π; a tiny floor keeps its logarithm finite and its mass at 0.
    value = 1.0 + levels * (np.exp(-1j * angles)[None, :] - 1.0)
    value = np.where(np.abs(value) < 1e-30, 1e-30, value)
    return np.log(value).view(np.float64), angles
