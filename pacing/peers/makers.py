"""How each named policy is made from a scenario and a seed; module-level functions, so that they pickle."""

# ruff: noqa: ARG001 - every maker takes a seed and a target, whether its policy has a use for them or not

import math
from dataclasses import replace
from functools import lru_cache

from pacing.model import Mode, PacingTarget
from pacing.pacer import Pacer
from pacing.peers.floor_view import Launch
from pacing.peers.impact import Impact
from pacing.peers.issabel import Issabel
from pacing.peers.oracle import Oracle
from pacing.peers.true_laws import TrueLaws
from pacing.peers.vicidial import Method, Vicidial, VicidialSettings
from pacing.simulation.policy import Policy
from pacing.simulation.run import simulate
from pacing.simulation.scenario import Scenario

LIMIT = 0.03
AGENTS_PER_SERVER = 25
WARM_UP_HOURS = 2.0
ANOTHER_DAY = 2**31 - 1
"""Added to a seed: the morning before is another one for each day, so that its luck evens out over days."""


def progressive(scenario: Scenario, seed: int, *, target: float = LIMIT) -> Policy:
    """Our own, one line for each idle agent."""
    return _pacer(Mode.PROGRESSIVE, seed, target)


def predictive(scenario: Scenario, seed: int, *, target: float = LIMIT) -> Policy:
    """Our own, steering for a promise."""
    return _pacer(Mode.PREDICTIVE, seed, target)


def ratio(scenario: Scenario, seed: int, *, target: float = LIMIT, number: float) -> Policy:
    """Our own, so many lines for each idle agent."""
    return _pacer(Mode.RATIO, seed, target, ratio=number)


def vicidial_hard(scenario: Scenario, seed: int, *, target: float = LIMIT, number: float | None = None) -> Policy:
    """ADAPT_HARD_LIMIT; `number` is the cap, None for the shipped one."""
    return _vicidial(scenario, target, Method.HARD_LIMIT, number)


def vicidial_average(scenario: Scenario, seed: int, *, target: float = LIMIT, number: float | None = None) -> Policy:
    """ADAPT_AVERAGE; `number` is the cap, None for the shipped one."""
    return _vicidial(scenario, target, Method.AVERAGE, number)


def vicidial_tapered(scenario: Scenario, seed: int, *, target: float = LIMIT, number: float | None = None) -> Policy:
    """ADAPT_TAPERED; `number` is the cap, None for the shipped one."""
    return _vicidial(scenario, target, Method.TAPERED, number)


def vicidial_ratio(scenario: Scenario, seed: int, *, target: float = LIMIT, number: float) -> Policy:
    """RATIO with a constant level."""
    return _vicidial(scenario, target, Method.RATIO, number)


def issabel(scenario: Scenario, seed: int, *, target: float = LIMIT) -> Policy:
    """As shipped."""
    return Issabel()


def issabel_overcommit(scenario: Scenario, seed: int, *, target: float = LIMIT) -> Policy:
    """With its option to place more calls for those nobody answers."""
    return Issabel(overcommit=True)


def impact(scenario: Scenario, seed: int, *, target: float = LIMIT) -> Policy:
    """Impact Dialing with the promise as its acceptable abandonment."""
    return Impact(acceptable_abandonment=target, seed=seed)


def oracle(
    scenario: Scenario,
    seed: int,
    *,
    target: float = LIMIT,
    warm: bool = True,
) -> Policy:
    """The all-knowing policy; `warm`: it begins with what it had tuned itself to on another morning."""
    laws = _laws(scenario)
    return (
        Oracle(laws, target=target, share=_tuned_share(scenario, target, seed)) if warm else Oracle(laws, target=target)
    )


@lru_cache(maxsize=8)
def _laws(scenario: Scenario) -> TrueLaws:
    return TrueLaws(scenario)


def _tuned_share(scenario: Scenario, target: float, seed: int) -> float:
    morning = replace(scenario, hours=min(WARM_UP_HOURS, scenario.hours))
    policy = _Morning(_laws(scenario), target=target)
    simulate(morning, policy, seed + ANOTHER_DAY)
    # The share wanders; a start above its middle would come down during the day at the price of people lost.
    later = policy.logarithms[len(policy.logarithms) // 2 :]
    return math.exp(sum(later) / len(later))


class _Morning(Oracle):
    """An oracle that keeps what share it steered by at each decision."""

    def __init__(self, laws: TrueLaws, *, target: float) -> None:
        super().__init__(laws, target=target)
        self.logarithms: list[float] = []

    def decide(self, at: float) -> Launch:
        """As the oracle."""
        self.logarithms.append(math.log(self.share))
        return super().decide(at)


def _pacer(mode: Mode, seed: int, target: float, *, ratio: float = 1.0) -> Policy:
    return Pacer(mode=mode, target=PacingTarget(abandonment=target), seed=seed, ratio=ratio)


def _vicidial(scenario: Scenario, target: float, method: Method, number: float | None) -> Policy:
    shipped = VicidialSettings()
    agents = sum(shift.agents for shift in scenario.staff)
    constant = method is Method.RATIO and number is not None
    settings = VicidialSettings(
        method=method,
        level=number if constant and number is not None else shipped.level,
        maximum_level=shipped.maximum_level if constant or number is None else number,
        drop_limit_percent=100.0 * target,
        # A larger floor runs on more servers, each with its own launch rate.
        calls_per_second=shipped.calls_per_second * max(1, math.ceil(agents / AGENTS_PER_SERVER)),
        start_hour=scenario.start_hour,
    )
    return Vicidial(settings)
