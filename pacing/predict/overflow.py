"""How many live people would find no agent: the exact law of answers less agents who become free.

Each ringing call is answered by a live person with a probability of its own, each busy agent becomes free within the
horizon with one of theirs; all independently. Answers less free agents is then a sum of independent yes-or-no
variables, a Poisson-binomial law, whose distribution is found exactly by its characteristic function and one discrete
Fourier transform (Hong, Computational Statistics & Data Analysis 59, 2013).
"""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

LEVELS = 256
"""Probabilities are split between two neighbours of this many even steps, which keeps every mean exact."""

TAIL_DEVIATIONS = 8.0
"""Beyond so many standard deviations from the mean there is less than 1e-12 of the law."""


def spread(probabilities: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights by level of probability, shape (rows, LEVELS + 1), for probabilities of shape (rows, groups).

    `weights` is how many calls (or agents) each group has, shape (groups,).
    """
    rows = probabilities.shape[0]
    place = probabilities * LEVELS
    low = np.minimum(place.astype(np.intp), LEVELS - 1)
    upper = (place - low) * weights
    at = low + (np.arange(rows) * (LEVELS + 1))[:, None]
    size = rows * (LEVELS + 1)
    flat = np.bincount(at.ravel(), (weights - upper).ravel(), size)
    flat = flat + np.bincount(at.ravel() + 1, upper.ravel(), size)
    return np.asarray(flat.reshape(rows, LEVELS + 1), dtype=np.float64)


class Overflow:
    """The law of answers less free agents, for several pictures of the world at once (one row each).

    answers: weights by level of the calls' answer probabilities, shape (rows, LEVELS + 1), as `spread` gives them;
    frees: the same of the busy agents' probabilities to become free, shape (LEVELS + 1,).
    """

    def __init__(self, answers: NDArray[np.float64], frees: NDArray[np.float64]) -> None:
        levels = np.arange(LEVELS + 1) / LEVELS
        self.answers_mean: NDArray[np.float64] = answers @ levels
        variance = answers @ (levels * (1.0 - levels))
        free_mean, free_variance = float(frees @ levels), float(frees @ (levels * (1.0 - levels)))
        reach = TAIL_DEVIATIONS * math.sqrt(float(variance.max()) + free_variance) + 6.0
        self._lowest = math.floor(float(self.answers_mean.min()) - free_mean - reach)
        highest = math.ceil(float(self.answers_mean.max()) - free_mean + reach)
        size = 1 << max(5, (highest - self._lowest).bit_length())
        table, angles = _logarithms(size)
        law = (answers @ table).view(np.complex128) + (frees @ table).view(np.complex128).conj()
        law += 1j * self._lowest * angles
        masses: NDArray[np.float64] = np.fft.irfft(np.exp(law), size, axis=1)
        self._masses = np.maximum(masses, 0.0)

    def add(self, probabilities: NDArray[np.float64]) -> None:
        """One more call, answered with these probabilities, shape (rows,)."""
        self.answers_mean = self.answers_mean + probabilities
        if self._masses[:, -1].max() > 0.0:
            self._masses = np.concatenate([self._masses, np.zeros_like(self._masses)], axis=1)
        chance = probabilities[:, None]
        more = self._masses * (1.0 - chance)
        more[:, 1:] += self._masses[:, :-1] * chance
        self._masses = more

    def beyond(self, capacity: int) -> NDArray[np.float64]:
        """Expected people beyond `capacity` ready agents, shape (rows,); negative capacity: people already wait."""
        over = np.arange(self._lowest - capacity, self._lowest - capacity + self._masses.shape[1], dtype=np.float64)
        excess: NDArray[np.float64] = self._masses @ np.maximum(over, 0.0)
        return excess


@lru_cache(maxsize=16)
def _logarithms(size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """log(1 + level·(e^{-iω} - 1)) at the frequencies of a transform of `size`, and the angles ω; half the spectrum.

    Real and imaginary parts lie side by side, so that a product with real weights stays real. The sign is that of
    numpy's inverse transform: masses = irfft(Σ mass·e^{-iωk}).
    """
    angles = 2.0 * np.pi * np.arange(size // 2 + 1) / size
    levels = (np.arange(LEVELS + 1) / LEVELS)[:, None]
    # A level of 1/2 has a zero at ω = π; a tiny floor keeps its logarithm finite and its mass at 0.
    value = 1.0 + levels * (np.exp(-1j * angles)[None, :] - 1.0)
    value = np.where(np.abs(value) < 1e-30, 1e-30, value)
    return np.log(value).view(np.float64), angles
