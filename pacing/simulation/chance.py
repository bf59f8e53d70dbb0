"""Laws of chance for lengths of time: frozen data that can be drawn from, many values at once."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pacing.simulation.checks import within

Floats = NDArray[np.float64]

LONGEST_S = 1e7


class Law(Protocol):
    """A law of lengths of time, in seconds."""

    @property
    def mean(self) -> float:
        """Expected value, in seconds."""
        ...

    def draw(self, generator: np.random.Generator, size: int) -> Floats:
        """Independent values in seconds, shape (size,)."""
        ...


@dataclass(frozen=True, kw_only=True)
class Constant:
    """Always the same length. Raises ValueError for a `mean` below 0."""

    mean: float

    def __post_init__(self) -> None:
        within("mean", self.mean, 0.0, LONGEST_S)

    def draw(self, generator: np.random.Generator, size: int) -> Floats:  # noqa: ARG002 - the face of a law
        """The same value `size` times."""
        return np.full(size, float(self.mean))


@dataclass(frozen=True, kw_only=True)
class Exponential:
    """Memoryless, by its mean. Raises ValueError for a `mean` below 0."""

    mean: float

    def __post_init__(self) -> None:
        within("mean", self.mean, 0.0, LONGEST_S)

    def draw(self, generator: np.random.Generator, size: int) -> Floats:
        """Independent values in seconds."""
        return generator.exponential(self.mean, size)


@dataclass(frozen=True, kw_only=True)
class Gamma:
    """Gamma, by its mean and shape (its coefficient of variation is 1/sqrt(shape)).

    Raises ValueError for a `mean` below 0 or a `shape` outside 0.01 to 10,000.
    """

    mean: float
    shape: float

    def __post_init__(self) -> None:
        within("mean", self.mean, 0.0, LONGEST_S)
        within("shape", self.shape, 0.01, 10_000.0)

    def draw(self, generator: np.random.Generator, size: int) -> Floats:
        """Independent values in seconds."""
        return generator.gamma(self.shape, self.mean / self.shape, size)


@dataclass(frozen=True, kw_only=True)
class Lognormal:
    """Lognormal, by its own mean and coefficient of variation (not those of the logarithm).

    Raises ValueError for a `mean` not above 0 or a `cv` outside 0 to 10.
    """

    mean: float
    cv: float

    def __post_init__(self) -> None:
        within("mean", self.mean, 1e-6, LONGEST_S)
        within("cv", self.cv, 0.0, 10.0)

    def draw(self, generator: np.random.Generator, size: int) -> Floats:
        """Independent values in seconds."""
        variance = math.log1p(self.cv**2)
        return generator.lognormal(math.log(self.mean) - variance / 2.0, math.sqrt(variance), size)


@dataclass(frozen=True, kw_only=True)
class Mixture:
    """One of several laws, each with its weight. Raises ValueError where weights and laws do not pair or weigh 0."""

    weights: tuple[float, ...]
    laws: tuple[Law, ...]

    def __post_init__(self) -> None:
        if not self.laws or len(self.weights) != len(self.laws):
            raise ValueError(f"{len(self.weights)} weights for {len(self.laws)} laws: give each law one weight")
        for weight in self.weights:
            within("weights", weight, 0.0, 1e6)
        within("sum of weights", sum(self.weights), 1e-9, math.inf)

    @property
    def mean(self) -> float:
        """Expected value, in seconds."""
        parts = zip(self.weights, self.laws, strict=True)
        return sum(weight * law.mean for weight, law in parts) / sum(self.weights)

    def draw(self, generator: np.random.Generator, size: int) -> Floats:
        """Independent values in seconds."""
        edges = np.cumsum(self.weights) / sum(self.weights)
        chosen = np.searchsorted(edges[:-1], generator.random(size), side="right")
        return np.choose(chosen, [law.draw(generator, size) for law in self.laws])


@dataclass(frozen=True, kw_only=True)
class Resampled:
    """Values seen elsewhere, drawn with replacement. Raises ValueError where there are none or one is below 0."""

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError("values is empty: give the seconds to draw from")
        within("values", min(self.values), 0.0, LONGEST_S)
        within("values", max(self.values), 0.0, LONGEST_S)

    @property
    def mean(self) -> float:
        """Mean of the values, in seconds."""
        return sum(self.values) / len(self.values)

    def draw(self, generator: np.random.Generator, size: int) -> Floats:
        """Values in seconds, drawn with replacement."""
        return generator.choice(np.asarray(self.values, dtype=np.float64), size)


LAWS: dict[str, type[Constant | Exponential | Gamma | Lognormal | Mixture | Resampled]] = {
    "constant": Constant,
    "exponential": Exponential,
    "gamma": Gamma,
    "lognormal": Lognormal,
    "mixture": Mixture,
    "resampled": Resampled,
}
"""The laws by the names a scenario uses."""
