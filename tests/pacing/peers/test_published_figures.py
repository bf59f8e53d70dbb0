"""Days of the simulator against what docs/pacing.md reports for these peers: 20 agents, a quarter of calls answered."""

import pytest

from pacing.peers import policy_factory
from pacing.peers.optimum import BaseStock
from pacing.simulation.calls import Outcomes, Ring, realistic_ring
from pacing.simulation.chance import Constant, Exponential, Lognormal
from pacing.simulation.run import simulate
from pacing.simulation.scenario import Scenario
from pacing.simulation.staff import Shift

FLOOR = Scenario(
    name="published",
    staff=(Shift(agents=20),),
    outcomes=Outcomes(human=0.25),
    ring=realistic_ring(),
    talk=Lognormal(mean=140.0, cv=1.0),
    wrap=Constant(mean=0.0),
    decide_on_events=True,
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "utilisation", "abandonment"),
    [
        ("progressive", (0.66, 0.685), (0.0, 0.0)),
        ("vicidial-hard", (0.65, 0.68), (0.03, 0.04)),
        ("vicidial-average", (0.65, 0.68), (0.03, 0.04)),
        ("vicidial-average:1.2", (0.765, 0.79), (0.005, 0.02)),
        ("issabel", (0.655, 0.685), (0.0, 0.005)),
        ("oracle", (0.868, 0.89), (0.027, 0.033)),
    ],
)
def test_utilisation_and_abandonment_are_near_those_reported(name, utilisation, abandonment):
    factory = policy_factory(name, target=0.03)
    days = [simulate(FLOOR, factory(FLOOR, seed), seed) for seed in (1, 2)]
    mean_utilisation = sum(day.utilisation for day in days) / 2
    lost = sum(day.abandoned for day in days) / sum(day.connected + day.abandoned for day in days)
    assert utilisation[0] <= mean_utilisation <= utilisation[1]
    assert abandonment[0] <= lost <= abandonment[1]


@pytest.mark.slow
def test_the_optimal_base_stock_of_a_memoryless_floor_reaches_what_the_optimum_promises():
    ring = Exponential(mean=12.0)
    floor = Scenario(
        name="memoryless",
        staff=(Shift(agents=20),),
        outcomes=Outcomes(human=0.25),
        ring=Ring(
            human=ring, machine=ring, busy=ring, invalid=ring, noanswer=ring, post_dial_delay_s=0, time_out_s=600
        ),
        talk=Exponential(mean=140.0),
        wrap=Constant(mean=0.0),
        answer_to_agent_s=0.0,
        decide_on_events=True,
    )
    table = [0, 1, 4, 8, 11, 15, 19, 22, 26]
    days = [simulate(floor, BaseStock(table), seed) for seed in range(4)]
    assert sum(day.utilisation for day in days) / 4 == pytest.approx(0.893, abs=0.008)
    lost = sum(day.abandoned for day in days) / sum(day.connected + day.abandoned for day in days)
    assert lost == pytest.approx(0.03, abs=0.005)
