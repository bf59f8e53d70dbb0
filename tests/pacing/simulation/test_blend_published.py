"""1,000 days of a floor of inbound and outbound calls against the results published of it (pacing/simulation/blend.py).

Published: ContactCenters, doc/examples/Blend.res. How busy the published 1,000 days happened to be sways every figure:
they had 848.6 callers a day where the model expects 853.2. Hence three comparisons, each with a chance of its own.
"""

import math
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from pacing.peers.threshold import Threshold
from pacing.simulation.blend import Blend, BlendDay, simulate_blend
from pacing.simulation.blend_agents import Group
from pacing.simulation.chance import Constant
from pacing.simulation.statistics import estimate, student_t

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("blend")]

FLOOR = Blend()
DAYS = 1000

TOTALS = {
    "dials": (1109.040, 258.167),
    "reached": (321.896, 74.396),
    "outbound_abandoned": (23.020, 7.609),
    "mismatched": (27.445, 9.034),
    "arrivals": (848.592, 156.201),
    "inbound_abandoned": (5.115, 9.985),
    "inbound_late": (39.427, 63.682),
}
"""Published means and standard deviations of a day."""

RATIOS = {
    "service level": (95.354, 6.894),
    "occupancy of inbound agents": (81.596, 7.447),
    "occupancy of blend agents": (55.665, 6.900),
    "occupancy of all": (70.514, 6.818),
}
"""Published ratios of means and their standard deviations by the delta method, in percent."""

PUBLISHED = TOTALS | RATIOS


def half_width(name: str) -> float:
    """Half of the published 95 % confidence interval; where none is printed it follows from the deviation alike."""
    return student_t(0.95, DAYS - 1) * PUBLISHED[name][1] / math.sqrt(DAYS)


def one_day(floor: Blend, seed: int) -> BlendDay:
    rule = Threshold(outbound=floor.seats(Group.BLEND), least_ready=4, calls_per_ready=2.0)
    return simulate_blend(floor, rule, seed)


def simulated(floors: Sequence[Blend]) -> list[BlendDay]:
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(one_day, floors, range(len(floors)), chunksize=50))


@pytest.fixture(scope="module")
def independent_days() -> list[BlendDay]:
    """As the published ones were drawn."""
    return simulated([FLOOR] * DAYS)


@pytest.fixture(scope="module")
def spread_days() -> list[BlendDay]:
    """One from each thousandth of the law of how busy a day is: the mean day is the same, but for much less luck."""
    chance = np.random.default_rng(0)
    thousandths = np.sort(FLOOR.busyness.draw(chance, DAYS * 1000)).reshape(DAYS, 1000)
    busyness = thousandths[np.arange(DAYS), chance.integers(1000, size=DAYS)]
    return simulated([replace(FLOOR, busyness=Constant(mean=busy)) for busy in busyness.tolist()])


def total(days: list[BlendDay], name: str) -> np.ndarray:
    return np.array([getattr(one, name) for one in days], dtype=np.float64)


def by_day(days: list[BlendDay], name: str) -> np.ndarray:
    """One value a day; of a ratio such that the mean is that of means and the spread that of the delta method."""
    if name in TOTALS:
        return total(days, name)
    inbound, blend = total(days, "inbound_busy_s"), total(days, "blend_busy_s")
    inbound_there, blend_there = total(days, "inbound_staffed_s"), total(days, "blend_staffed_s")
    above, below = {
        "service level": (total(days, "arrivals") - total(days, "inbound_late"), total(days, "arrivals")),
        "occupancy of inbound agents": (inbound, inbound_there),
        "occupancy of blend agents": (blend, blend_there),
        "occupancy of all": (inbound + blend, inbound_there + blend_there),
    }[name]
    ratio = above.mean() / below.mean()
    return 100.0 * (ratio + (above - ratio * below) / below.mean())


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_result_is_met_within_its_published_confidence_interval(spread_days, name):
    assert by_day(spread_days, name).mean() == pytest.approx(PUBLISHED[name][0], abs=half_width(name))


@pytest.mark.parametrize("name", PUBLISHED)
def test_independent_days_differ_from_the_published_ones_by_luck_only(independent_days, name):
    ours = estimate(by_day(independent_days, name).tolist())
    # Of eleven figures that hang together one may stand out, so the bound for one in a hundred is taken.
    bound = 2.576 / 1.960 * math.hypot(ours.half_width, half_width(name))
    assert ours.mean == pytest.approx(PUBLISHED[name][0], abs=bound)


@pytest.mark.parametrize("name", ["dials", "reached", "outbound_abandoned", "mismatched", "arrivals"])
def test_the_days_differ_from_one_another_as_the_published_ones_do(independent_days, name):
    # A deviation of 1,000 days is known to about 1 in 45, the ratio of two to 1 in 32: one in a hundred misses by 8 %.
    assert by_day(independent_days, name).std(ddof=1) == pytest.approx(PUBLISHED[name][1], rel=0.08)


@pytest.mark.parametrize("name", [name for name in PUBLISHED if name != "arrivals"])
def test_at_the_same_number_of_callers_the_published_result_is_met_more_closely(independent_days, name):
    values, arrivals = by_day(independent_days, name), by_day(independent_days, "arrivals")
    # How busy the days happened to be explains most of the spread of both samples; what it explains is taken out.
    slope = np.cov(values, arrivals)[0, 1] / arrivals.var(ddof=1)
    ours = estimate((values - slope * (arrivals - PUBLISHED["arrivals"][0])).tolist())
    assert ours.mean == pytest.approx(PUBLISHED[name][0], abs=math.sqrt(2.0) * ours.half_width)
