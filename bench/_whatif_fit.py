"""Fitting the formula of pacing/waiting.py on settled days, and what it is worth on days it has not seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench._whatif_days import Settled
from pacing.predict.estimates import Estimates
from pacing.waiting import BOX, Axis, axes, monomial, progressive_wait_s

Floats = NDArray[np.float64]

FOLDS = 10
ERROR_OF_FORM = 0.01
"""Utilisation the form itself is off by, beside the chance of a day: weighs short days of few calls less."""
RIDGE = 1e-3
RISING = 0.02
"""The least slope, in `exponent`, towards more agents and larger promises."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Settled days as arrays, shape (days,) but for `terms`."""

    terms: Floats
    """Monomials, shape (days, terms)."""
    handle_s: Floats
    longest_s: Floats
    utilisation: Floats
    chance: Floats
    """Standard deviation of the utilisation by chance alone."""
    rising: Floats
    """Which coefficients add to the slopes towards agents and targets, shape (slopes, terms), by sign pattern."""

    def of(self, chosen: NDArray[np.bool_]) -> "Sample":
        return Sample(
            terms=self.terms[chosen],
            handle_s=self.handle_s[chosen],
            longest_s=self.longest_s[chosen],
            utilisation=self.utilisation[chosen],
            chance=self.chance[chosen],
            rising=self.rising,
        )

    def predicted(self, coefficients: Floats) -> Floats:
        """Utilisation."""
        return np.asarray(self.handle_s / (self.handle_s + self.longest_s / (1.0 + np.exp(self.terms @ coefficients))))

    def slopes(self, coefficients: Floats) -> Floats:
        """How each term changes the utilisation, shape (days, terms)."""
        share = 1.0 / (1.0 + np.exp(self.terms @ coefficients))
        change = self.handle_s * self.longest_s * share * (1.0 - share) / (self.handle_s + self.longest_s * share) ** 2
        return np.asarray(change[:, None] * self.terms)


def sample(days: Sequence[Settled], names: Sequence[str]) -> Sample:
    """The days for a polynomial of these terms; what a floor is like is what its Pacer had learned of it."""
    learned = [Estimates(**day.learned) for day in days]  # type: ignore[arg-type]
    handle_s = np.array([one.handle_s for one in learned])
    wait_s = np.array([day.wait_s for day in days])
    utilisation = handle_s / (handle_s + wait_s)
    connected = np.array([day.connected for day in days], dtype=np.float64)
    return Sample(
        terms=np.array([_terms(day, one, names) for day, one in zip(days, learned, strict=True)]),
        handle_s=handle_s,
        longest_s=np.array([progressive_wait_s(one) for one in learned]),
        utilisation=utilisation,
        # Waits are about as uneven as exponential ones.
        chance=utilisation * (1.0 - utilisation) / np.sqrt(connected),
        rising=np.array([row for axis in (Axis.AGENTS, Axis.TARGET) for row in _slopes(axis, names)]),
    )


def _terms(day: Settled, learned: Estimates, names: Sequence[str]) -> list[float]:
    at = axes(learned, agents=day.floor.agents, target=day.floor.target)
    places = {axis: min(max(BOX[axis].place(value), -1.0), 1.0) for axis, value in at.items()}
    return [monomial(name, places) for name in names]


def _slopes(along: Axis, names: Sequence[str]) -> list[list[float]]:
    """The slope along an axis at each corner of the box, where one of a quadratic polynomial is least."""
    own = [name.split().count(along) for name in names]
    found = []
    corners = np.array(np.meshgrid(*[[-1.0, 1.0]] * len(Axis))).reshape(len(Axis), -1).T
    for corner in corners:
        places = dict(zip(Axis, corner, strict=True))
        found.append([n * monomial(name, places) / places[along] for n, name in zip(own, names, strict=True)])
    return found


def fit(of: Sample, steps: int = 80) -> Floats:
    """Coefficients by weighted least squares of the utilisation (Levenberg and Marquardt), rising where truth rises."""
    weights = 1.0 / np.hypot(of.chance, ERROR_OF_FORM)
    size = of.terms.shape[1]
    ridge = np.sqrt(RIDGE) * np.eye(size)
    ridge[0, 0] = 0.0

    def residuals(at: Floats) -> Floats:
        short = np.minimum(of.rising @ at - RISING, 0.0)
        return np.concatenate([weights * (of.predicted(at) - of.utilisation), ridge @ at, 100.0 * short])

    def jacobian(at: Floats) -> Floats:
        violated = of.rising @ at < RISING
        return np.concatenate([weights[:, None] * of.slopes(at), ridge, 100.0 * violated[:, None] * of.rising])

    at = np.zeros(size)
    damping, cost = 1e-2, float(np.sum(residuals(at) ** 2))
    for _ in range(steps):
        slope = jacobian(at)
        normal = slope.T @ slope
        move = np.linalg.solve(normal + damping * np.diag(np.diag(normal) + 1e-9), -slope.T @ residuals(at))
        moved = float(np.sum(residuals(at + move) ** 2))
        if moved < cost:
            at, cost, damping = at + move, moved, damping / 3.0
        else:
            damping = min(damping * 4.0, 1e12)
    return at


def held_out(of: Sample, seed: int = 0) -> Floats:
    """Errors of the utilisation of each day by coefficients fitted without its fold."""
    folds = np.random.default_rng(seed).permutation(len(of.utilisation)) % FOLDS
    errors = np.zeros(len(folds))
    for fold in range(FOLDS):
        without = fold != folds
        errors[~without] = (of.predicted(fit(of.of(without))) - of.utilisation)[~without]
    return errors
