"""What is told beforehand is what a simulated day then shows."""

import pytest

from pacing import Mode, Pacer, PacingTarget
from pacing.simulation.calls import Outcomes, realistic_ring
from pacing.simulation.chance import Lognormal
from pacing.simulator import Day, Scenario, Shift, simulate
from pacing.whatif import what_if

POINTS = 0.03


def simulated_day(mode: Mode, *, agents: int, target: float, human: float, talk_s: float) -> tuple[Day, Pacer]:
    scenario = Scenario(
        name="what-if",
        hours=3.0 if agents < 50 else 1.5,
        staff=(Shift(agents=agents),),
        outcomes=Outcomes(human=human),
        ring=realistic_ring(),
        talk=Lognormal(mean=talk_s, cv=1.0),
        decide_on_events=agents < 50,
    )
    pacer = Pacer(mode, PacingTarget(abandonment=target))
    return simulate(scenario, pacer, seed=7), pacer


@pytest.mark.slow
@pytest.mark.parametrize(
    ("agents", "target", "human", "talk_s"),
    [(6, 0.03, 0.25, 120.0), (15, 0.01, 0.25, 200.0), (20, 0.03, 0.15, 120.0), (80, 0.02, 0.3, 80.0)],
)
def test_a_day_comes_out_as_its_own_estimates_foretell(agents, target, human, talk_s):
    day, pacer = simulated_day(Mode.PREDICTIVE, agents=agents, target=target, human=human, talk_s=talk_s)
    told = next(one for one in what_if(pacer, agents=agents).by_target if one.target == target)
    assert told.outside == ()
    assert told.utilisation == pytest.approx(day.utilisation, abs=POINTS)
    hours = day.staffed_s / 3600.0
    assert told.talk_minutes == pytest.approx(day.talk_s / 60.0 / hours, rel=0.05)
    assert told.dials == pytest.approx(day.dials / hours, rel=0.06)
    plain, _ = simulated_day(Mode.PROGRESSIVE, agents=agents, target=target, human=human, talk_s=talk_s)
    assert what_if(pacer, agents=agents).by_target[0].utilisation == pytest.approx(plain.utilisation, abs=POINTS)
