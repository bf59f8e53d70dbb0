"""What the oracle reads off a scenario, against closed forms."""

import math

import pytest

from pacing.peers.true_laws import AGE_STEP_S, RING_STEP_S, TrueLaws
from pacing.simulation.calls import CallClass, Curve, MachineDetection, Outcomes, Ring, Shock, realistic_ring
from pacing.simulation.chance import Constant, Exponential, Gamma
from pacing.simulation.scenario import Scenario
from pacing.simulation.staff import Shift


def laws(**fields) -> TrueLaws:
    start = {"name": "floor", "staff": (Shift(agents=5),), "outcomes": Outcomes(human=0.25), "ring": realistic_ring()}
    return TrueLaws(Scenario(**{**start, **fields}))


def test_a_call_that_still_rings_is_less_and_less_likely_to_be_answered():
    table = laws().answer_by_age(0.0, None)
    for age in (0.0, 5.0, 12.0, 20.0):
        human = math.exp(-age / 3) * sum((age / 3) ** k / math.factorial(k) for k in range(4))
        other = 0.65 + 0.35 * math.exp(-age / 4) * (1 + age / 4)
        expected = 0.25 * human / (0.25 * human + 0.75 * other)
        assert table[int(age / RING_STEP_S)] == pytest.approx(expected, abs=0.004)
    assert table[-1] == 0.0


def test_the_mean_time_to_an_answer_holds_delay_and_time_out():
    assert laws().mean_answer_s == pytest.approx(12.0, abs=0.2)
    ring = Ring(human=Constant(mean=9.0), post_dial_delay_s=2.0)
    assert laws(ring=ring).mean_answer_s == pytest.approx(11.0)


def test_shares_follow_the_hour_and_shocks():
    read = laws(
        start_hour=9.0,
        outcomes=Outcomes(human=Curve(points=((9.0, 0.2), (10.0, 0.4)), stepped=True)),
        shocks=(Shock(from_hour=11.0, to_hour=12.0, human=0.5),),
    )
    assert read.candidate(0.0) == pytest.approx(0.2)
    assert read.candidate(1.5 * 3600.0) == pytest.approx(0.4)
    assert read.candidate(2.5 * 3600.0) == pytest.approx(0.2)
    assert read.candidate(99 * 3600.0) == pytest.approx(0.4)
    assert read.answer_by_age(1.5 * 3600.0, None)[0] == pytest.approx(0.4, abs=1e-3)


def test_a_class_multiplies_the_odds_and_the_candidate_is_their_mix():
    read = laws(classes=(CallClass(name="mobile", share=3.0, human=2.0), CallClass(name="landline")))
    mobile = 0.5 / (0.5 + 0.75)
    assert read.answer_by_age(0.0, "09/mobile")[0] == pytest.approx(mobile, abs=1e-3)
    assert read.answer_by_age(0.0, "09/landline")[0] == pytest.approx(0.25, abs=1e-3)
    assert read.candidate(0.0) == pytest.approx(0.75 * mobile + 0.25 * 0.25)


def test_machine_detection_hands_on_some_machines_and_loses_some_people():
    read = laws(
        outcomes=Outcomes(human=0.3, machine=0.2),
        machine_detection=MachineDetection(false_machine=0.1, missed_machine=0.05),
    )
    assert read.candidate(0.0) == pytest.approx(0.3 * 0.9 + 0.2 * 0.05)
    assert read.human(0.0) == pytest.approx(0.27 / 0.28)
    assert read.answer_by_age(0.0, None)[0] == pytest.approx(0.28, abs=1e-3)
    assert read.false_machine == 0.1


def test_without_memory_the_age_of_a_talk_says_nothing():
    talk, wrap = laws(talk=Exponential(mean=120.0), wrap=Constant(mean=0.0)).free_within(6.0)
    expected = 1.0 - math.exp(-6.0 / 120.0)
    assert talk[:60] == pytest.approx([expected] * 60, abs=0.01)
    assert wrap == [1.0]


def test_a_talk_needs_its_wrap_up_before_the_agent_is_free():
    talk, wrap = laws(talk=Constant(mean=100.0), wrap=Constant(mean=4.0)).free_within(6.0)
    assert talk[int(96 / AGE_STEP_S)] == 0.0
    assert talk[int(98 / AGE_STEP_S)] == 1.0
    assert wrap[0] == 1.0


def test_regular_talks_grow_likelier_to_end():
    talk, _ = laws(talk=Gamma(mean=100.0, shape=20.0), wrap=Constant(mean=0.0)).free_within(6.0)
    assert talk[0] < talk[40] < talk[60]
