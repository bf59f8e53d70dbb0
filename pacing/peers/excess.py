"""How far the people who answer will outnumber the agents who come free, from each one's own probability.

Their difference is a sum of independent 0-or-1 (and 0-or-minus-1) steps. Its law comes from the product of their
characteristic functions at evenly spaced points, as in Hong, "On computing the distribution function for the Poisson
binomial distribution" (2013), on a window wide enough that what lies outside is below 1e-11.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


class Excess:
    """D = answers - agents, from the probability of each answer and of each agent coming free, each 0 to 1."""

    def __init__(self, answers: Sequence[float], frees: Sequence[float]) -> None:
        up, down = np.array(answers, dtype=np.float64), np.array(frees, dtype=np.float64)
        self.mean = float(up.sum() - down.sum())
        """Expected value of D."""
        variance = float((up * (1.0 - up)).sum() + (down * (1.0 - down)).sum())
        reach = 7.0 * math.sqrt(variance) + 4.0
        self._low = math.floor(self.mean - reach)
        size = 1 << math.ceil(2.0 * reach + 1.0).bit_length()
        wave = _wave(size)
        factors = np.concatenate((np.outer(up, wave), np.outer(down, wave.conj())))
        factors += 1.0
        chances = np.fft.irfft(np.multiply.reduce(factors, axis=0).conj(), size)
        lowest = self._low % size
        rising = np.concatenate((chances[lowest:], chances[:lowest]))
        at_least = rising[::-1].cumsum()  # P(D >= x), x falling from the upper end
        self._beyond: list[float] = (at_least.cumsum() - at_least)[::-1].tolist()

    def beyond(self, spare: int) -> float:
        """E[(D - spare)+]: expected people left over when so many agents are free already."""
        place = spare - self._low
        if place < 0:
            return self.mean - spare
        return self._beyond[place] if place < len(self._beyond) else 0.0


@lru_cache(maxsize=32)
def _wave(size: int) -> NDArray[np.complex128]:
    return np.asarray(np.exp(2j * np.pi * np.arange(size // 2 + 1) / size) - 1.0)
