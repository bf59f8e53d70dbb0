"""The policy that knows the true laws."""

import math

import pytest

from pacing.peers.excess import Excess
from pacing.peers.makers import oracle
from pacing.peers.oracle import LEAST, MOST, Oracle
from pacing.peers.true_laws import TrueLaws
from pacing.simulation.calls import CallClass, MachineDetection, Outcomes, realistic_ring
from pacing.simulation.chance import Constant, Exponential
from pacing.simulation.run import simulate
from pacing.simulation.scenario import Scenario
from pacing.simulation.staff import Pauses, Shift


def scenario(**fields) -> Scenario:
    start = {
        "name": "floor",
        "staff": (Shift(agents=8),),
        "outcomes": Outcomes(human=0.25),
        "ring": realistic_ring(),
        "talk": Exponential(mean=120.0),
        "wrap": Constant(mean=20.0),
    }
    return Scenario(**{**start, **fields})


LAWS = TrueLaws(scenario())


def policy(ready: int = 0, *, laws: TrueLaws = LAWS, target: float = 0.03, share: float = 0.03) -> Oracle:
    made = Oracle(laws, target=target, share=share)
    for agent in range(ready):
        made.agent(agent, "ready", 0.0)
    return made


def meet(made: Oracle, call: str, agent: int | None, at: float) -> None:
    made.placed(call, at)
    made.answered(call, at)
    if agent is None:
        made.abandoned(call, at)
    else:
        made.connected(call, agent, at)


def test_launches_as_far_as_the_expected_loss_allows_and_not_one_more():
    made = policy(4)
    made.placed("old", 0.0)
    launch = made.decide(10.0).launch
    ringing = LAWS.answer_by_age(0.0, None)[40]

    def lost_share(launched: int) -> float:
        chances = [ringing] + [LAWS.candidate(10.0)] * launched
        return Excess(chances, []).beyond(4) / sum(chances)

    assert launch > 4
    assert lost_share(launch) <= 0.03 < lost_share(launch + 1)


def test_agents_about_to_be_free_allow_more():
    quiet, ending = policy(3), policy(3)
    for agent in (3, 4, 5):
        meet(ending, f"c{agent}", agent, 0.0)
        ending.agent(agent, "wrapup", 15.0)
    ending.share = quiet.share
    assert ending.decide(34.0).launch > quiet.decide(34.0).launch


def test_an_agent_who_is_leaving_will_not_be_free():
    staying, going = policy(3), policy(3)
    for made in (staying, going):
        for agent in (3, 4, 5):
            meet(made, f"c{agent}", agent, 0.0)
            made.agent(agent, "wrapup", 15.0)
    for agent in (3, 4, 5):
        going.leaving(agent, 16.0)
    assert going.decide(34.0).launch < staying.decide(34.0).launch
    for made in (staying, going):
        for agent in (3, 4, 5):
            made.agent(agent, "ready", 35.0)
    assert going.decide(35.0) == staying.decide(35.0)


def test_people_who_wait_take_agents_first():
    made = policy(3)
    before = made.decide(0.0).launch
    made.placed("c", 0.0)
    made.answered("c", 0.0)
    assert made.decide(0.0).launch < before


def test_an_empty_floor_launches_nothing():
    assert policy(0).decide(0.0).launch == 0
    made = policy(1)
    made.agent(0, "paused", 1.0)
    assert made.decide(1.0).launch == 0


def test_a_list_nobody_answers_from_is_dialled_within_bounds():
    dead = TrueLaws(scenario(outcomes=Outcomes(human=0.0)))
    made = policy(2, laws=dead)
    assert made.decide(0.0).launch == 40
    for call in range(50):
        made.placed(call, 0.0)
    assert made.decide(0.0).launch == 0


def test_calls_over_are_forgotten():
    made = policy(1)
    made.placed("a", 0.0)
    made.rang_out("a", 25.0, "noanswer")
    meet(made, "b", 0, 30.0)
    assert not made._answer_by_age
    assert not made.in_flight


def test_the_share_rests_where_the_target_of_answers_is_lost():
    made = policy(1)
    for call in range(3):
        meet(made, f"lost{call}", None, 0.0)
    for call in range(97):
        meet(made, f"met{call}", 0, 0.0)
    assert made.share == pytest.approx(0.03)


def test_one_person_lost_weighs_as_many_met_as_the_target_says():
    made = policy(1)
    meet(made, "met", 0, 0.0)
    assert made.share == pytest.approx(0.03 * math.exp(0.1 * 0.03))
    meet(made, "lost", None, 0.0)
    assert made.share == pytest.approx(0.03 * math.exp(0.1 * (0.06 - 1.0)))


def test_people_taken_for_machines_count_against_the_target_unseen():
    detection = MachineDetection(false_machine=0.02, missed_machine=0.0)
    made = policy(1, laws=TrueLaws(scenario(machine_detection=detection)))
    meet(made, "met", 0, 0.0)
    assert made.share == pytest.approx(0.03 * math.exp(0.1 * (0.03 - 0.02) / 0.98))


def test_the_share_stays_within_bounds():
    made = policy(1, target=0.0)
    for call in range(100):
        meet(made, f"lost{call}", None, 0.0)
    assert made.share == LEAST
    assert policy(share=9.0).share == MOST


@pytest.mark.parametrize("wrong", [{"target": -0.1}, {"target": 1.1}, {"share": 0.0}])
def test_what_is_no_share_is_refused(wrong):
    with pytest.raises(ValueError, match="give a"):
        Oracle(LAWS, **{"target": 0.03, **wrong})


def test_a_warm_start_begins_where_another_morning_ended():
    short = scenario(hours=0.5)
    cold, warm = oracle(short, 1, warm=False), oracle(short, 1)
    assert cold.share == 0.03
    assert warm.share != 0.03
    assert warm.share == oracle(short, 1).share != oracle(short, 2).share


def test_a_day_with_classes_pauses_and_detection_is_the_same_each_time():
    day = scenario(
        hours=0.5,
        staff=(Shift(agents=6, pauses=Pauses(per_hour=4.0)),),
        outcomes=Outcomes(human=0.2, machine=0.2, busy=0.1, invalid=0.1),
        classes=(CallClass(name="mobile"), CallClass(name="landline", human=2.0)),
        machine_detection=MachineDetection(),
    )
    first, second = (simulate(day, oracle(day, 3), 3) for _ in range(2))
    assert (first.dials, first.utilisation, first.abandonment) == (second.dials, second.utilisation, second.abandonment)
    assert first.connected > 0
