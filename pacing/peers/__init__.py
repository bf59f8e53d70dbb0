"""Other dialers' pacing, and two yardsticks, as policies for the simulator; each is made by its name.

A name may carry a number: "ratio:2" (lines for each idle agent), "vicidial-average:1.2" (the hand-picked cap of the
level; also -hard and -tapered), "vicidial-ratio:1.3" (its constant level).
"""

import math
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Protocol

from pacing.peers import makers
from pacing.simulation.policy import Policy, PolicyFactory
from pacing.simulation.scenario import Scenario

__all__ = ["POLICIES", "policy_factory"]


class _Maker(Protocol):
    def __call__(self, scenario: Scenario, seed: int, *, target: float = ...) -> Policy: ...


_MAKERS: dict[str, _Maker] = {
    "progressive": makers.progressive,
    "predictive": makers.predictive,
    "vicidial-hard": makers.vicidial_hard,
    "vicidial-average": makers.vicidial_average,
    "vicidial-tapered": makers.vicidial_tapered,
    "issabel": makers.issabel,
    "issabel-overcommit": makers.issabel_overcommit,
    "impact": makers.impact,
    "oracle": makers.oracle,
}

POLICIES: Mapping[str, PolicyFactory] = MappingProxyType(dict[str, PolicyFactory](_MAKERS))
"""Policies by name, for a promise of 3 %; `policy_factory` makes them for any, and those whose name has a number."""

_NUMBERED: dict[str, Callable[..., Policy]] = {
    "ratio": makers.ratio,
    "vicidial-ratio": makers.vicidial_ratio,
    "vicidial-hard": makers.vicidial_hard,
    "vicidial-average": makers.vicidial_average,
    "vicidial-tapered": makers.vicidial_tapered,
}


def policy_factory(name: str, *, target: float) -> PolicyFactory:
    """The policy of a name, for a promised abandonment of 0 to 1; it pickles.

    Raises ValueError, naming the known ones, for another name, and for a number below 1 or a target that is no share.
    """
    if not 0.0 <= target <= 1.0:
        raise ValueError(f"target is {target}: give a share of live answers from 0 to 1")
    if name in _MAKERS:
        return partial(_MAKERS[name], target=target)
    base, _, text = name.partition(":")
    try:
        maker, number = _NUMBERED[base], float(text)
    except (KeyError, ValueError):
        known = ", ".join([*_MAKERS, *(f"{each}:NUMBER" for each in _NUMBERED)])
        raise ValueError(f"policy {name!r} is unknown: give one of {known}") from None
    if not 1.0 <= number < math.inf:
        raise ValueError(f"policy {name!r}: give a number of 1 or more after the colon")
    return partial(maker, target=target, number=number)
