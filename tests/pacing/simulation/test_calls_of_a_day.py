"""What becomes of a launched call, and what the policy is told of it."""

import pytest

from pacing.simulator import (
    Constant,
    Exponential,
    MachineDetection,
    Outcomes,
    Pauses,
    Ring,
    Shift,
    Trunk,
    TrunkFailure,
    Vanishing,
    realistic_ring,
    simulate,
)
from tests.pacing.simulation.policies import Attentive, Deaf, Greedy, Recorder, certain, once


def test_an_answered_person_goes_to_the_ready_agent_and_the_whole_call_is_told():
    policy = Recorder(once(0.0))
    day = simulate(certain(), policy, 0)
    assert policy.facts == [
        (0.0, "agent", 0, "ready"),
        (0.0, "placed", 0, None),
        (10.0, "answered", 0, None),
        (10.0, "connected", 0, 0),
        (70.0, "agent", 0, "wrapup"),
        (90.0, "agent", 0, "ready"),
    ]
    assert (day.dials, day.live, day.connected, day.abandoned) == (1, 1, 1, 0)
    assert (day.talk_s, day.wrap_s, day.idle_s, day.staffed_s) == (60.0, 20.0, 520.0, 600.0)
    assert day.idle_spells_s.tolist() == [10.0]
    assert day.utilisation == pytest.approx(80.0 / 600.0)
    assert day.policy == "Recorder"


def test_the_policy_is_asked_once_each_tick_of_the_day():
    policy = Recorder()
    day = simulate(certain(decide_every_s=60.0), policy, 0)
    assert policy.asked_at == [60.0 * minute for minute in range(10)]
    assert day.decisions == 10


def test_it_may_also_be_asked_after_each_answer_each_end_and_each_ready_agent():
    policy = Recorder(once(0.0))
    simulate(certain(decide_every_s=600.0, decide_on_events=True, records=1), policy, 0)
    assert policy.asked_at == [0.0, 0.0, 10.0, 70.0, 90.0]


def test_who_finds_no_agent_in_time_is_abandoned():
    policy = Recorder(once(0.0, 5.0))
    day = simulate(certain(), policy, 0)
    assert policy.told("abandoned") == [(17.0, 1, None)]
    assert day.settled_at.tolist() == [10.0, 17.0]
    assert day.was_abandoned.tolist() == [False, True]
    assert day.abandonment == 0.5


def test_a_freed_agent_takes_who_waits_longest():
    policy = Recorder(once(0.0, 79.0, 79.5))
    day = simulate(certain(answer_to_agent_s=3.0, decide_every_s=0.5), policy, 0)
    assert policy.told("connected") == [(10.0, 0, 0), (90.0, 1, 0)]
    assert policy.told("abandoned") == [(92.5, 2, None)]
    assert day.idle_spells_s.tolist() == [10.0, 0.0]


def test_the_longest_ready_agent_is_taken_first():
    policy = Recorder(once(0.0, 1.0, 200.0))
    simulate(certain(staff=(Shift(agents=2),)), policy, 0)
    assert policy.told("connected") == [(10.0, 0, 0), (11.0, 1, 1), (210.0, 2, 0)]


def test_people_may_lose_patience_before_the_time_is_up():
    policy = Recorder(once(0.0, 5.0))
    simulate(certain(patience=Constant(mean=0.75)), policy, 0)
    assert policy.told("abandoned") == [(15.75, 1, None)]


def test_who_still_waits_as_the_day_ends_is_neither_connected_nor_abandoned():
    day = simulate(certain(answer_to_agent_s=3600.0), Recorder(once(540.0, 545.0)), 0)
    assert (day.live, day.connected, day.abandoned, day.waiting) == (2, 1, 0, 1)


@pytest.mark.parametrize(
    ("outcomes", "ring", "fact"),
    [
        (Outcomes(human=0.0), Ring(), (25.0, 0, "noanswer")),
        (Outcomes(human=0.0, busy=1.0), Ring(busy=Constant(mean=1.0)), (3.5, 0, "busy")),
        (Outcomes(human=0.0, invalid=1.0), Ring(invalid=Constant(mean=2.0)), (4.5, 0, "failed")),
        (Outcomes(human=0.0, machine=1.0), Ring(machine=Constant(mean=6.0)), (8.5, 0, "machine")),
        (Outcomes(human=0.0), Ring(noanswer=Constant(mean=90.0), time_out_s=15.0), (15.0, 0, "noanswer")),
    ],
)
def test_a_call_without_a_person_ends_with_its_outcome_after_its_ring(outcomes, ring, fact):
    policy = Recorder(once(0.0))
    day = simulate(certain(outcomes=outcomes, ring=ring), policy, 0)
    assert policy.told("rang_out") == [fact]
    assert (day.dials, day.live) == (1, 0)
    assert day.abandonment == 0.0


def test_a_ring_takes_time_even_where_its_law_says_none():
    policy = Recorder(once(0.0))
    simulate(certain(ring=Ring(human=Constant(mean=0.0), post_dial_delay_s=0.0)), policy, 0)
    assert policy.told("answered")[0][0] > 0.0


def test_the_realistic_ring_lasts_as_its_parts_say():
    other = realistic_ring().noanswer
    assert other.mean == pytest.approx(0.65 * 25.0 + 0.35 * 8.0)


# Machine detection


def test_detection_delays_the_handing_on_and_eats_the_time_for_an_agent():
    detection = MachineDetection(delay=Constant(mean=1.5), false_machine=0.0)
    policy = Recorder(once(0.0, 5.0))
    simulate(certain(machine_detection=detection), policy, 0)
    assert policy.told("connected") == [(11.5, 0, 0)]
    assert policy.told("abandoned") == [(17.0, 1, None)]


def test_the_delay_may_be_outside_the_time_for_an_agent():
    detection = MachineDetection(delay=Constant(mean=1.5), false_machine=0.0, counts_in_wait=False)
    policy = Recorder(once(0.0, 5.0))
    simulate(certain(machine_detection=detection), policy, 0)
    assert policy.told("abandoned") == [(18.5, 1, None)]


def test_a_person_taken_for_a_machine_is_told_as_one_and_counted_as_lost():
    detection = MachineDetection(delay=Constant(mean=1.0), false_machine=1.0)
    policy = Recorder(once(0.0))
    day = simulate(certain(machine_detection=detection), policy, 0)
    assert policy.told("rang_out") == [(11.0, 0, "machine")]
    assert (day.live, day.connected, day.abandoned, day.false_machines) == (1, 0, 0, 1)
    assert (day.abandonment, day.settled_at.tolist(), day.was_abandoned.tolist()) == (1.0, [11.0], [True])


def test_a_missed_machine_takes_an_agent_for_a_short_talk_and_is_no_live_person():
    detection = MachineDetection(
        delay=Constant(mean=1.0), false_machine=0.0, missed_machine=1.0, machine_talk=Constant(mean=8.0)
    )
    machines = certain(
        outcomes=Outcomes(human=0.0, machine=1.0),
        ring=Ring(machine=Constant(mean=10.0), post_dial_delay_s=0.0),
        machine_detection=detection,
    )
    policy = Recorder(once(0.0, 5.0))
    day = simulate(machines, policy, 0)
    assert policy.told("answered") == [(11.0, 0, None), (16.0, 1, None)]
    assert policy.told("abandoned") == [(17.0, 1, None)]
    assert (day.missed_machines, day.live, day.connected, day.abandoned) == (1, 0, 0, 0)
    assert (day.talk_s, day.settled_at.tolist()) == (8.0, [])


def test_a_machine_that_is_recognised_ends_after_the_verdict():
    detection = MachineDetection(delay=Constant(mean=1.0), missed_machine=0.0)
    policy = Recorder(once(0.0))
    ring = Ring(machine=Constant(mean=10.0), post_dial_delay_s=0.0)
    simulate(certain(outcomes=Outcomes(human=0.0, machine=1.0), ring=ring, machine_detection=detection), policy, 0)
    assert policy.told("rang_out") == [(11.0, 0, "machine")]


# The trunk and the list


def test_no_more_lines_are_used_than_the_trunk_has():
    policy = Greedy(5)
    simulate(certain(hours=20.0 / 3600.0, trunk=Trunk(max_lines=3)), policy, 0)
    assert policy.told("abandoned") == [(12.0, 1, None), (12.0, 2, None)]
    assert [at for at, _, _ in policy.told("placed")] == [0.0, 0.0, 0.0, 12.0, 12.0]


def test_the_line_of_an_agent_who_vanishes_in_a_talk_is_free_again():
    vanishing = Vanishing(per_hour=30.0, away=Constant(mean=5.0))
    scenario = certain(
        hours=1.0,
        staff=(Shift(agents=1, vanishing=vanishing),),
        talk=Constant(mean=3000.0),
        trunk=Trunk(max_lines=1),
    )
    assert simulate(scenario, Greedy(1), 3).dials > 5


def test_launches_keep_to_the_calls_per_second():
    policy = Greedy(9)
    simulate(certain(hours=4.0 / 3600.0, trunk=Trunk(calls_per_second=2.0)), policy, 0)
    assert [at for at, _, _ in policy.told("placed")] == [0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0]


def test_the_list_ends():
    assert simulate(certain(records=7), Greedy(5), 0).dials == 7


def test_a_launch_below_zero_is_none():
    assert simulate(certain(), Greedy(-3), 0).dials == 0


def test_calls_placed_while_the_trunk_is_down_fail_at_once():
    failure = TrunkFailure(from_hour=9.0, to_hour=9.0 + 60.0 / 3600.0, after_s=0.5)
    policy = Recorder(once(0.0, 59.0, 60.0))
    simulate(certain(trunk=Trunk(failures=(failure,))), policy, 0)
    assert policy.told("rang_out") == [(0.5, 0, "failed"), (59.5, 1, "failed")]
    assert policy.told("answered") == [(70.0, 2, None)]


def test_a_trunk_may_fail_in_part():
    failure = TrunkFailure(from_hour=9.0, to_hour=10.0, share=0.3)
    policy = Greedy(2)
    simulate(certain(hours=0.5, trunk=Trunk(failures=(failure,))), policy, 0)
    assert len(policy.told("rang_out")) / len(policy.told("placed")) == pytest.approx(0.3, abs=0.03)


# The name in the result


def test_a_policy_is_named_by_itself_by_its_mode_or_by_the_caller():
    named, moded = Deaf(), Deaf()
    named.name, moded.mode = "mine", "ratio"
    assert simulate(certain(), named, 0).policy == "mine"
    assert simulate(certain(), moded, 0).policy == "ratio"
    assert simulate(certain(), moded, 0, name="ratio:2").policy == "ratio:2"


def test_facts_are_told_in_time_order_on_a_floor_with_everything_in_it():
    policy = Attentive(lambda _: 2)
    staff = Shift(agents=5, pauses=Pauses(per_hour=6.0), vanishing=Vanishing(per_hour=6.0))
    scenario = certain(
        hours=1.0,
        staff=(staff,),
        outcomes=Outcomes(human=0.4, machine=0.3, busy=0.1),
        ring=Ring(),
        talk=Exponential(mean=60.0),
        machine_detection=MachineDetection(),
    )
    simulate(scenario, policy, 1)
    times = [fact[0] for fact in policy.facts]
    assert times == sorted(times)
