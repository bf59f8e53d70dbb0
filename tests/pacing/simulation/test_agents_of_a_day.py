"""Shifts, pauses and absences: what agents do to a day, and what the policy is told."""

import pytest

from pacing.simulator import Constant, Lunch, Pauses, Shift, Vanishing, simulate
from tests.pacing.simulation.policies import Attentive, Recorder, certain, once

NINE_FIVE, NINE_TEN = 9.0 + 5.0 / 60.0, 9.0 + 10.0 / 60.0


def seconds(at):
    """The hour of the day, given seconds from its start at nine."""
    return 9.0 + at / 3600.0


def told_of_agents(policy):
    return [(round(at, 6), kind if kind == "leaving" else what) for at, kind, _, what in policy.facts
            if kind in {"agent", "leaving"}]  # fmt: skip


def test_a_shift_comes_and_goes_by_the_clock_and_its_people_are_its_own():
    staff = (Shift(agents=1, to_hour=seconds(300.0)), Shift(agents=2, from_hour=seconds(300.0)))
    policy = Recorder()
    day = simulate(certain(staff=staff), policy, 0)
    assert {(round(at), who, what) for at, who, what in policy.told("agent")} == {
        (0, 0, "ready"), (300, 0, "offline"), (300, 1, "ready"), (300, 2, "ready"),
    }  # fmt: skip
    assert day.staffed_s == pytest.approx(300.0 + 2 * 300.0)
    assert day.idle_s == pytest.approx(day.staffed_s)


@pytest.mark.parametrize(("first", "last"), [(5.0, 8.0), (11.0, 12.0)])
def test_a_shift_outside_the_day_brings_nobody(first, last):
    policy = Recorder()
    assert simulate(certain(staff=(Shift(agents=3, from_hour=first, to_hour=last),)), policy, 0).staffed_s == 0.0
    assert policy.facts == []


def test_who_is_in_a_call_finishes_it_before_going_and_the_policy_is_told():
    policy = Attentive(once(0.0))
    day = simulate(certain(staff=(Shift(agents=1, to_hour=seconds(30.0)),)), policy, 0)
    assert told_of_agents(policy) == [(0, "ready"), (30, "leaving"), (70, "wrapup"), (90, "offline")]
    assert (day.staffed_s, day.talk_s, day.wrap_s) == (90.0, 60.0, 20.0)


def test_an_end_that_is_not_announced_is_told_only_as_it_happens():
    policy = Attentive(once(0.0))
    simulate(certain(staff=(Shift(agents=1, to_hour=seconds(30.0), announced=False),)), policy, 0)
    assert told_of_agents(policy) == [(0, "ready"), (70, "wrapup"), (90, "offline")]


def lunch(at, minutes):
    return Lunch(from_hour=seconds(at), to_hour=seconds(at), minutes=minutes)


def test_a_ready_agent_pauses_at_once_and_comes_back():
    policy = Attentive()
    day = simulate(certain(staff=(Shift(agents=1, lunch=lunch(60.0, 2.0)),)), policy, 0)
    assert told_of_agents(policy) == [(0, "ready"), (60, "paused"), (180, "ready")]
    assert day.staffed_s == pytest.approx(480.0)


def test_a_paused_agent_gets_no_call():
    policy = Recorder(once(55.0))
    simulate(certain(staff=(Shift(agents=1, lunch=lunch(60.0, 2.0)),)), policy, 0)
    assert policy.told("abandoned") == [(67.0, 0, None)]


def test_a_pause_waits_for_the_end_of_the_call_and_its_wrap_up():
    policy = Attentive(once(0.0))
    simulate(certain(staff=(Shift(agents=1, lunch=lunch(80.0, 2.0)),)), policy, 0)
    assert told_of_agents(policy) == [(0, "ready"), (70, "wrapup"), (80, "leaving"), (90, "paused"), (210, "ready")]


def test_a_policy_that_does_not_ask_who_leaves_is_not_told():
    policy = Recorder(once(0.0))
    simulate(certain(staff=(Shift(agents=1, lunch=lunch(80.0, 2.0)),)), policy, 0)
    assert told_of_agents(policy) == [(0, "ready"), (70, "wrapup"), (90, "paused"), (210, "ready")]


def test_a_shift_that_ends_during_a_pause_ends_it():
    policy = Attentive()
    staff = (Shift(agents=1, lunch=lunch(60.0, 5.0), to_hour=seconds(120.0)),)
    simulate(certain(staff=staff), policy, 0)
    assert told_of_agents(policy) == [(0, "ready"), (60, "paused"), (120, "offline")]


def test_a_shift_that_ends_after_a_pause_was_asked_for_is_not_announced_twice():
    policy = Attentive(once(0.0))
    staff = (Shift(agents=1, lunch=lunch(20.0, 5.0), to_hour=seconds(30.0)),)
    simulate(certain(staff=staff), policy, 0)
    assert told_of_agents(policy) == [(0, "ready"), (20, "leaving"), (70, "wrapup"), (90, "offline")]


def test_a_pause_due_after_the_shift_or_in_its_last_call_is_none():
    for at in (40.0, 200.0):
        policy = Attentive(once(0.0))
        simulate(certain(staff=(Shift(agents=1, lunch=lunch(at, 5.0), to_hour=seconds(30.0)),)), policy, 0)
        assert told_of_agents(policy) == [(0, "ready"), (30, "leaving"), (70, "wrapup"), (90, "offline")]


def test_of_pauses_that_overlap_the_longer_holds():
    staff = Shift(agents=200, lunch=lunch(60.0, 9.0), pauses=Pauses(per_hour=30.0, length=Constant(mean=30.0)))
    policy = Recorder()
    simulate(certain(staff=(staff,)), policy, 0)
    back = {who for at, who, what in policy.told("agent") if what == "ready" and at >= 90.0}
    assert back == set()


def test_two_pauses_asked_for_in_one_call_are_announced_once():
    staff = Shift(agents=1, pauses=Pauses(per_hour=60.0, length=Constant(mean=60.0)))
    policy = Attentive(once(0.0))
    simulate(certain(staff=(staff,), talk=Constant(mean=500.0), ring=certain().ring), policy, 4)
    assert [what for _, what in told_of_agents(policy)].count("leaving") == 1


def test_pauses_come_as_often_and_last_as_long_as_their_law_says():
    staff = Shift(agents=50, pauses=Pauses(per_hour=1.0, length=Constant(mean=120.0)))
    day = simulate(certain(hours=8.0, staff=(staff,)), Recorder(), 0)
    assert 1.0 - day.staffed_s / (50 * 8 * 3600.0) == pytest.approx(1.0 / 31.0, abs=0.003)


def test_who_vanishes_drops_the_call_and_comes_back_later():
    vanishing = Vanishing(per_hour=60.0, away=Constant(mean=30.0))
    policy = Attentive(lambda _: 1)
    scenario = certain(staff=(Shift(agents=1, vanishing=vanishing),), talk=Constant(mean=3600.0))
    day = simulate(scenario, policy, 0)
    told = told_of_agents(policy)
    assert {what for _, what in told} == {"ready", "offline"}
    offline = [at for at, what in told if what == "offline"]
    ready = [at for at, what in told if what == "ready"]
    assert ready[1:] == pytest.approx([at + 30.0 for at in offline if at + 30.0 < 600.0])
    assert day.connected == pytest.approx(len(ready), abs=1)
    assert day.talk_s + day.idle_s == pytest.approx(day.staffed_s)


def test_who_vanishes_in_wrap_up_does_not_finish_it():
    vanishing = Vanishing(per_hour=60.0, away=Constant(mean=3600.0))
    policy = Attentive(once(0.0))
    scenario = certain(
        staff=(Shift(agents=1, vanishing=vanishing),), talk=Constant(mean=0.0), wrap=Constant(mean=3600.0)
    )
    simulate(scenario, policy, 0)
    assert [what for _, what in told_of_agents(policy)] == ["ready", "wrapup", "offline"]


def test_who_vanished_before_the_end_of_the_shift_does_not_come_back_after_it():
    vanishing = Vanishing(per_hour=60.0, away=Constant(mean=300.0))
    for seed in range(5):
        policy = Attentive()
        staff = (Shift(agents=20, vanishing=vanishing, to_hour=seconds(200.0)),)
        simulate(certain(staff=staff), policy, seed)
        assert max(at for at, _, what in policy.told("agent") if what == "ready") < 200.0
        assert len([1 for _, _, what in policy.told("agent") if what == "offline"]) == 20
