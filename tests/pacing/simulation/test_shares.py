"""How many calls a person answers: by the hour, in a spell, and by the class of the call."""

import pytest

from pacing.simulator import CallClass, Curve, Outcomes, Shock, simulate
from tests.pacing.simulation.policies import Greedy, certain


def shares_told(scenario, first_s, last_s, seed=0):
    """Share of calls placed in a span that a person answered."""
    policy = Greedy(4)
    simulate(scenario, policy, seed)
    placed = {who for at, who, _ in policy.told("placed") if first_s <= at < last_s}
    return sum(who in placed for _, who, _ in policy.told("answered")) / len(placed)


def test_the_share_of_people_follows_its_curve_over_the_day():
    rising = Outcomes(human=Curve(points=((9.0, 0.0), (10.0, 1.0))))
    scenario = certain(hours=1.5, outcomes=rising)
    assert shares_told(scenario, 0.0, 900.0) == pytest.approx(0.125, abs=0.02)
    assert shares_told(scenario, 2700.0, 3600.0) == pytest.approx(0.875, abs=0.02)
    assert shares_told(scenario, 3600.0, 5000.0) == 1.0


def test_a_stepped_curve_holds_each_share_until_the_next():
    steps = Outcomes(human=Curve(points=((9.5, 0.0), (9.75, 1.0)), stepped=True))
    scenario = certain(hours=1.0, outcomes=steps)
    assert shares_told(scenario, 0.0, 2700.0) == 0.0
    assert shares_told(scenario, 2700.0, 3500.0) == 1.0


def test_a_shock_multiplies_shares_for_a_spell():
    scenario = certain(
        hours=1.0,
        outcomes=Outcomes(human=0.2, invalid=0.1),
        shocks=(Shock(from_hour=9.25, to_hour=9.5, human=0.5, invalid=6.0),),
    )
    assert shares_told(scenario, 0.0, 900.0) == pytest.approx(0.2, abs=0.025)
    assert shares_told(scenario, 900.0, 1800.0) == pytest.approx(0.1, abs=0.025)
    assert shares_told(scenario, 1800.0, 3500.0) == pytest.approx(0.2, abs=0.025)


def test_a_shock_that_would_make_more_than_all_calls_is_scaled_to_all():
    scenario = certain(
        hours=0.5,
        outcomes=Outcomes(human=0.4, busy=0.4),
        shocks=(Shock(from_hour=9.0, to_hour=10.0, human=4.0),),
    )
    assert shares_told(scenario, 0.0, 1700.0) == pytest.approx(0.8, abs=0.02)


def test_a_class_multiplies_the_odds_and_is_told_with_its_hour():
    scenario = certain(
        hours=2.0,
        start_hour=9.5,
        outcomes=Outcomes(human=0.25, busy=0.25),
        classes=(CallClass(name="1/mobile", share=3.0), CallClass(name="3/fixed", human=0.0, busy=2.0)),
    )
    policy = Greedy(2)
    simulate(scenario, policy, 0)
    kind_of = {who: kind for _, who, kind in policy.told("placed")}
    assert set(kind_of.values()) == {
        f"{hour}/{name}" for hour in ("09", "10", "11") for name in ("1/mobile", "3/fixed")
    }
    of_first = sum(kind.endswith("mobile") for kind in kind_of.values())
    assert of_first / len(kind_of) == pytest.approx(0.75, abs=0.02)
    answered = [kind_of[who] for _, who, _ in policy.told("answered")]
    assert all(kind.endswith("1/mobile") for kind in answered)
    assert len(answered) / of_first == pytest.approx(0.25, abs=0.02)
    busy = sum(kind_of[who].endswith("fixed") for _, who, what in policy.told("rang_out") if what == "busy")
    assert busy / (len(kind_of) - of_first) == pytest.approx(0.5 / (0.5 + 0.5), abs=0.03)
