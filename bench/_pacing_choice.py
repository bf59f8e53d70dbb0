"""Settings chosen in hindsight: what somebody who had seen all the days would have set by hand, to a peer's favour."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from bench._pacing_days import Figures

Known = Callable[[str, int], Figures | None]
"""A policy's day by its seed, where it was simulated."""

NEARLY = 1.15
"""A setting is tried on all days as long as the first ones were no further above the promise than this."""

RATIOS = (
    1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.25, 2.5, 2.75, 3.0, 3.25, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5, 7.0, 7.5, 8.0, 9.0,
    10.0, 11.0, 12.0, 14.0, 16.0, 18.0, 20.0, 22.0, 24.0, 27.0, 30.0, 35.0, 40.0,
)  # fmt: skip
"""Calls for each ready agent."""
CAPS = (1.1, 1.15, 1.2, 1.25, 1.3, 1.35, 1.4, 1.45, 1.5, 1.55, 1.6, 1.8, 2.0, 2.25, 2.5, 3.0, 3.5, 4.0, 5.0)
"""Lines for each agent, those who talk included."""


@dataclass(frozen=True, kw_only=True)
class Family:
    """A policy with one number to set."""

    name: str
    numbers: Sequence[float]
    rising: bool
    """Whether more of the number always loses more people, so that the border can be found by halving."""

    @property
    def label(self) -> str:
        return f"{self.name}-best"

    def policies(self) -> list[str]:
        return [f"{self.name}:{number:g}" for number in self.numbers]


FAMILIES = (
    Family(name="ratio", numbers=RATIOS, rising=True),
    Family(name="vicidial-hard", numbers=CAPS, rising=False),
    Family(name="vicidial-average", numbers=CAPS, rising=False),
    Family(name="vicidial-tapered", numbers=CAPS, rising=False),
)


def choose(
    family: Family, known: Known, *, seeds: Sequence[int], first: int, target: float
) -> tuple[str | None, list[tuple[str, int]]]:
    """The setting with the highest utilisation whose mean abandonment over all days keeps the promise, or the days
    that have to be simulated before that can be said.

    Every setting is tried on the `first` seeds (only those near the border, where the family is rising); the best of
    them are then run on all, best first, until one keeps the promise there too. None where none does.
    """
    tried, wanted = _tried(family, known, seeds[:first], target)
    if wanted:
        return None, wanted
    near = [policy for policy, lost in tried.items() if lost <= target * NEARLY]

    def work(policy: str) -> float:
        return fmean(day.utilisation for day in _days(known, policy, seeds[:first]))

    for policy in sorted(near, key=work, reverse=True):
        if wanted := _unknown(known, policy, seeds):
            return None, wanted
        if _lost(known, policy, seeds) <= target:
            return policy, []
    return None, []


def _tried(
    family: Family, known: Known, seeds: Sequence[int], target: float
) -> tuple[dict[str, float], list[tuple[str, int]]]:
    policies = family.policies()
    if not family.rising:
        wanted = [pair for policy in policies for pair in _unknown(known, policy, seeds)]
        return ({} if wanted else {policy: _lost(known, policy, seeds) for policy in policies}), wanted
    tried: dict[str, float] = {}
    low, high = -1, len(policies)
    while high - low > 1:
        middle = (low + high) // 2
        policy = policies[middle]
        if wanted := _unknown(known, policy, seeds):
            return {}, wanted
        tried[policy] = _lost(known, policy, seeds)
        low, high = (middle, high) if tried[policy] <= target else (low, middle)
    # The first days may flatter: below the border lie the settings that may have to stand in.
    for policy in policies[max(0, low - 3) : low]:
        if wanted := _unknown(known, policy, seeds):
            return {}, wanted
        tried[policy] = _lost(known, policy, seeds)
    return tried, []


def _unknown(known: Known, policy: str, seeds: Sequence[int]) -> list[tuple[str, int]]:
    return [(policy, seed) for seed in seeds if known(policy, seed) is None]


def _days(known: Known, policy: str, seeds: Sequence[int]) -> Iterator[Figures]:
    for seed in seeds:
        day = known(policy, seed)
        assert day is not None
        yield day


def _lost(known: Known, policy: str, seeds: Sequence[int]) -> float:
    return fmean(day.abandonment for day in _days(known, policy, seeds))
