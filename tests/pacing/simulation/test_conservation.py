"""Whatever the floor and the policy: time and people add up, and the same seed is the same world."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pacing import Pacer
from pacing.simulator import (
    CallClass,
    Exponential,
    Gamma,
    Lognormal,
    Lunch,
    MachineDetection,
    Mixture,
    Outcomes,
    Pauses,
    Ring,
    Scenario,
    Shift,
    Trunk,
    TrunkFailure,
    Vanishing,
    realistic_ring,
    simulate,
)
from tests.pacing.simulation.policies import Ratio, Recorder

LAWS = st.one_of(
    st.builds(Exponential, mean=st.floats(0.0, 200.0)),
    st.builds(Gamma, mean=st.floats(0.0, 200.0), shape=st.floats(0.3, 20.0)),
    st.builds(Lognormal, mean=st.floats(1.0, 200.0), cv=st.floats(0.0, 2.0)),
    st.just(Mixture(weights=(0.3, 0.7), laws=(Exponential(mean=15.0), Gamma(mean=200.0, shape=3.0)))),
)
HOURS = st.floats(9.0, 9.6)
STAFF = st.builds(
    Shift,
    agents=st.integers(0, 6),
    from_hour=st.one_of(st.none(), st.floats(8.9, 9.3)),
    to_hour=st.one_of(st.none(), st.floats(9.3, 9.6)),
    lunch=st.one_of(st.none(), HOURS.map(lambda hour: Lunch(from_hour=hour, to_hour=hour + 0.1, minutes=4.0))),
    pauses=st.one_of(st.none(), st.just(Pauses(per_hour=12.0, length=Exponential(mean=60.0)))),
    vanishing=st.one_of(st.none(), st.just(Vanishing(per_hour=12.0, away=Exponential(mean=60.0)))),
    announced=st.booleans(),
)
SCENARIOS = st.builds(
    Scenario,
    name=st.just("any"),
    hours=st.floats(0.05, 0.5),
    staff=st.lists(STAFF, min_size=1, max_size=3).map(tuple),
    outcomes=st.just(Outcomes(human=0.4, machine=0.3, busy=0.1, invalid=0.05)),
    ring=st.sampled_from([Ring(), realistic_ring()]),
    talk=LAWS,
    wrap=LAWS,
    patience=st.one_of(st.none(), st.just(Exponential(mean=5.0))),
    answer_to_agent_s=st.sampled_from([0.0, 2.0, 30.0]),
    machine_detection=st.one_of(st.none(), st.just(MachineDetection(false_machine=0.2, missed_machine=0.2))),
    trunk=st.builds(
        Trunk,
        max_lines=st.one_of(st.none(), st.integers(1, 10)),
        calls_per_second=st.one_of(st.none(), st.floats(0.2, 5.0)),
        failures=st.sampled_from([(), (TrunkFailure(from_hour=9.1, to_hour=9.2, share=0.6),)]),
    ),
    records=st.one_of(st.none(), st.integers(0, 200)),
    decide_on_events=st.booleans(),
)


@given(scenario=SCENARIOS, seed=st.integers(0, 2**31), ratio=st.floats(0.0, 5.0))
@settings(max_examples=150, deadline=None)
def test_time_and_people_are_conserved(scenario, seed, ratio):
    policy = Ratio(ratio)
    day = simulate(scenario, policy, seed)
    assert day.talk_s + day.wrap_s + day.idle_s == pytest.approx(day.staffed_s)
    assert 0.0 <= day.utilisation <= 1.0
    assert day.staffed_s <= day.duration_s * sum(shift.agents for shift in scenario.staff) + 1e-6
    assert day.live == day.connected + day.abandoned + day.false_machines + day.waiting
    assert len(day.settled_at) == len(day.was_abandoned) == day.live - day.waiting
    assert day.was_abandoned.sum() == day.abandoned + day.false_machines
    assert (np.diff(day.settled_at) >= 0.0).all()
    assert day.idle_spells_s.sum() <= day.idle_s + 1e-6
    assert len(day.idle_spells_s) == day.connected + day.missed_machines
    assert day.dials == len(policy.told("placed")) <= (scenario.records if scenario.records is not None else day.dials)
    told = [fact[0] for fact in policy.facts]
    assert told == sorted(told)


@given(scenario=SCENARIOS, seed=st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_nothing_the_floor_tells_is_odd_to_a_pacer(scenario, seed):
    pacer = Pacer(mode="ratio", ratio=2.5)
    day = simulate(scenario, pacer, seed)
    assert pacer.anomalies == {}
    assert pacer.totals["dials"] == day.dials


@given(scenario=SCENARIOS, seed=st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_the_same_seed_is_the_same_day(scenario, seed):
    one, two = Ratio(2.0), Ratio(2.0)
    first, second = simulate(scenario, one, seed), simulate(scenario, two, seed)
    assert one.facts == two.facts
    assert (first.settled_at == second.settled_at).all()
    assert first.idle_s == second.idle_s


FLOOR = Scenario(
    name="floor",
    hours=2.0,
    staff=(Shift(agents=8, pauses=Pauses(per_hour=2.0), vanishing=Vanishing(per_hour=0.5)),),
    outcomes=Outcomes(human=0.3, machine=0.2),
    classes=(CallClass(name="a"), CallClass(name="b", human=0.5)),
)


def fate(policy, fact, call):
    placed = {who: at for at, who, _ in policy.told("placed")}
    return {who: round(at - placed[who], 6) for at, who, _ in policy.told(fact) if who < call}


def test_another_seed_is_another_day():
    assert simulate(FLOOR, Ratio(2.0), 1).dials != simulate(FLOOR, Ratio(2.0), 2).dials


def test_two_policies_see_the_same_calls():
    slow, fast = Recorder(lambda _: 1), Recorder(lambda _: 3)
    for policy in (slow, fast):
        simulate(FLOOR, policy, 5)
    calls = 5000
    for fact in ("answered", "rang_out"):
        assert fate(slow, fact, calls) == fate(fast, fact, calls)
    kinds = [[what[3:] for _, _, what in policy.told("placed")][:calls] for policy in (slow, fast)]
    assert kinds[0] == kinds[1]


def test_the_same_call_talks_equally_long_whoever_takes_it():
    def talks(policy):
        joined = {agent: (at, call) for at, call, agent in policy.told("connected")}
        lasted, facts = {}, sorted(policy.facts, key=lambda fact: fact[0])
        for at, kind, who, what in facts:
            if kind == "connected":
                joined[what] = (at, who)
            elif kind == "agent" and what == "wrapup":
                since, call = joined[who]
                lasted[call] = round(at - since, 6)
        return lasted

    one, two = Ratio(1.0), Ratio(3.0)
    calm = replace(FLOOR, staff=(Shift(agents=8),))
    for policy in (one, two):
        simulate(calm, policy, 5)
    both = talks(one).keys() & talks(two).keys()
    assert len(both) > 20
    assert {call: talks(one)[call] for call in both} == {call: talks(two)[call] for call in both}


def test_agents_who_vanish_do_so_at_the_same_moments_under_any_policy():
    idle, busy = Recorder(), Ratio(3.0)
    staff = (Shift(agents=8, vanishing=Vanishing(per_hour=2.0)),)
    for policy in (idle, busy):
        simulate(replace(FLOOR, staff=staff), policy, 5)
    gone = [[fact for fact in policy.told("agent") if fact[2] == "offline"] for policy in (idle, busy)]
    assert gone[0] == gone[1] != []


def test_machine_detection_leaves_every_other_draw_as_it_was():
    plain, detecting = Recorder(lambda _: 1), Recorder(lambda _: 1)
    simulate(FLOOR, plain, 5)
    simulate(replace(FLOOR, machine_detection=MachineDetection(false_machine=0.0)), detecting, 5)
    assert [who for _, who, what in plain.told("rang_out") if what == "noanswer"] == [
        who for _, who, what in detecting.told("rang_out") if what == "noanswer"
    ]
