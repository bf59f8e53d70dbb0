"""A scenario from plain data, and the sentences of its errors."""

import csv
import tomllib

import numpy as np
import pytest

from pacing.simulator import (
    CallClass,
    Constant,
    Curve,
    Exponential,
    Gamma,
    Lognormal,
    Lunch,
    MachineDetection,
    Mixture,
    Outcomes,
    Pauses,
    Resampled,
    Ring,
    Scenario,
    Shift,
    Shock,
    Trunk,
    TrunkFailure,
    Vanishing,
    realistic_ring,
    simulate,
)
from tests.pacing.simulation.policies import Ratio

PAGE = """
name = "everything"
title = "Tudo de uma vez"
hours = 9
start_hour = 8.5
answer_to_agent_s = 2
patience = {law = "exponential", mean = 8}
talk = {law = "mixture", weights = [1, 2], laws = [20, {law = "resampled", sample = "bank"}]}
wrap = {law = "lognormal", mean = 20, cv = 0.7}
records = 50000
decide_every_s = 0.5
decide_on_events = true

[outcomes]
human = [[9, 0.1], [17.5, 0.3]]
machine = 0.2
invalid = {points = [[9, 0.1], [12, 0.2]], stepped = true}

[ring]
human = {law = "gamma", mean = 9.5, shape = 4}
noanswer = 20
time_out_s = 20.0

[[staff]]
agents = 10
lunch = {from_hour = 12, to_hour = 13}
pauses = {per_hour = 1}

[[staff]]
agents = 5
from_hour = 10.0
to_hour = 15.5
vanishing = {per_hour = 0.1, away = 60}
announced = false

[[classes]]
name = "1/mobile"

[[classes]]
name = "2/fixed"
share = 2.0
human = 0.5

[machine_detection]
false_machine = 0.04

[trunk]
max_lines = 40
calls_per_second = 5

[[trunk.failures]]
from_hour = 10
to_hour = 10.5

[[shocks]]
from_hour = 11
to_hour = 12
human = 0.5
"""


def test_a_toml_page_becomes_a_scenario():
    scenario = Scenario.from_mapping(tomllib.loads(PAGE), {"bank": np.array([35, 181, 1232])})
    assert scenario == Scenario(
        name="everything",
        title="Tudo de uma vez",
        hours=9.0,
        start_hour=8.5,
        staff=(
            Shift(agents=10, lunch=Lunch(from_hour=12.0, to_hour=13.0), pauses=Pauses(per_hour=1.0)),
            Shift(
                agents=5,
                from_hour=10.0,
                to_hour=15.5,
                vanishing=Vanishing(per_hour=0.1, away=Constant(mean=60.0)),
                announced=False,
            ),
        ),
        outcomes=Outcomes(
            human=Curve(points=((9.0, 0.1), (17.5, 0.3))),
            machine=0.2,
            invalid=Curve(points=((9.0, 0.1), (12.0, 0.2)), stepped=True),
        ),
        classes=(CallClass(name="1/mobile"), CallClass(name="2/fixed", share=2.0, human=0.5)),
        ring=Ring(human=Gamma(mean=9.5, shape=4.0), noanswer=Constant(mean=20.0), time_out_s=20.0),
        talk=Mixture(weights=(1.0, 2.0), laws=(Constant(mean=20.0), Resampled(values=(35.0, 181.0, 1232.0)))),
        wrap=Lognormal(mean=20.0, cv=0.7),
        patience=Exponential(mean=8.0),
        machine_detection=MachineDetection(false_machine=0.04),
        trunk=Trunk(max_lines=40, calls_per_second=5.0, failures=(TrunkFailure(from_hour=10.0, to_hour=10.5),)),
        shocks=(Shock(from_hour=11.0, to_hour=12.0, human=0.5),),
        records=50000,
        decide_every_s=0.5,
        decide_on_events=True,
    )


def test_the_realistic_ring_goes_by_its_name():
    page = {"name": "a", "staff": [{"agents": 1}], "ring": "realistic"}
    assert Scenario.from_mapping(page).ring == realistic_ring()


def test_times_measured_elsewhere_can_be_talked(shared_data):
    with (shared_data / "bank-additional.csv").open() as file:
        seconds = [float(row["duration"]) for row in csv.DictReader(file, delimiter=";")]
    page = {
        "name": "bank", "hours": 4, "staff": [{"agents": 20}], "wrap": 0,
        "talk": {"law": "resampled", "sample": "bank"},
    }  # fmt: skip
    scenario = Scenario.from_mapping(page, {"bank": seconds})
    day = simulate(scenario, Ratio(2.0), 0)
    assert day.talk_s / day.connected == pytest.approx(257.0, rel=0.1)


def page(**changes):
    return {"name": "a", "staff": [{"agents": 3}]} | changes


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (7, r"scenario is 7: give a table with name, title, hours"),
        ({"name": "a"}, r"scenario\.staff is missing"),
        (page(agents=3), r"scenario\.agents is unknown: give name, title"),
        (page(name=3), r"scenario\.name is 3: give a text"),
        (page(hours=True), r"scenario\.hours is True: give a number"),
        (page(hours=30), r"scenario: hours is 30.0: give a value from 0.001 to 24"),
        (page(start_hour=-1), "start_hour"),
        (page(answer_to_agent_s=-1), "answer_to_agent_s"),
        (page(decide_every_s=0), "decide_every_s"),
        (page(records=-1), "records"),
        (page(records=1.5), r"scenario\.records is 1.5: give a whole number"),
        (page(decide_on_events=1), r"decide_on_events is 1: give true or false"),
        (page(staff=[]), "staff is empty: give one shift or more"),
        (page(staff="many"), r"scenario\.staff is 'many': give a list"),
        (page(staff=[{"agents": "3"}]), r"scenario\.staff\[0\]\.agents is '3': give a whole number"),
        (page(staff=[{"agents": -3}]), r"scenario\.staff\[0\]: agents is -3"),
        (page(staff=[{"agents": 3, "from_hour": 10, "to_hour": 9}]), r"to_hour is 9.0: give a value from 10 to 48"),
        (page(staff=[{"agents": 3, "lunch": {"from_hour": 13, "to_hour": 12}}]), r"staff\[0\]\.lunch: to_hour"),
        (page(staff=[{"agents": 3, "lunch": {"from_hour": 13, "to_hour": 13, "minutes": -1}}]), "minutes"),
        (page(staff=[{"agents": 3, "pauses": {"per_hour": -1}}]), r"pauses: per_hour"),
        (page(staff=[{"agents": 3, "vanishing": {"per_hour": -1}}]), r"vanishing: per_hour"),
        (page(outcomes={"human": 2}), r"scenario\.outcomes: human is 2.0: give a value from 0 to 1"),
        (page(outcomes={"human": "many"}), r"scenario\.outcomes\.human is 'many': give a number"),
        (page(outcomes={"human": [[9, "a"]]}), r"outcomes\.human\.points\[0\]\[1\] is 'a': give a number"),
        (page(outcomes={"human": [[9, 0.1, 3]]}), r"points\[0\] is .*: give 2 values"),
        (page(outcomes={"human": [[9, 1.5]]}), r"share is 1.5: give a value from 0 to 1"),
        (page(outcomes={"human": []}), r"points: give \[hour, share\] pairs"),
        (page(outcomes={"human": [[10, 0.1], [9, 0.1]]}), r"whose hours grow"),
        (page(outcomes={"human": 0.6, "busy": 0.6}), r"outcomes add up to 1.200 at some hour"),
        (page(classes=[{"name": "a", "share": 0}]), "classes have no share"),
        (page(classes=[{"name": "a", "human": -1}]), r"scenario\.classes\[0\]: human is -1"),
        (page(ring="short"), r'scenario\.ring is \'short\': give "realistic" or a table with human'),
        (page(ring={"time_out_s": 0}), "time_out_s"),
        (page(ring={"post_dial_delay_s": 60}), "post_dial_delay_s is 60.0: give a value from 0 to 25"),
        (page(talk={"law": "weibull"}), r"scenario\.talk\.law is 'weibull': give one of constant, exponential"),
        (page(talk="long"), r"scenario\.talk\.mean is 'long': give a number"),
        (page(talk=-1), r"scenario\.talk: mean is -1.0"),
        (page(talk={"law": "exponential", "mean": -1}), "mean is -1.0"),
        (page(talk={"law": "gamma", "mean": 10, "shape": 0}), r"scenario\.talk: shape is 0.0"),
        (page(talk={"law": "gamma", "mean": -1, "shape": 1}), "mean is -1.0"),
        (page(talk={"law": "lognormal", "mean": 0, "cv": 1}), "mean is 0.0"),
        (page(talk={"law": "lognormal", "mean": 1, "cv": 11}), "cv is 11.0"),
        (page(talk={"law": "mixture", "weights": [1], "laws": []}), "1 weights for 0 laws"),
        (page(talk={"law": "mixture", "weights": [-1], "laws": [1]}), "weights is -1.0"),
        (page(talk={"law": "mixture", "weights": [0], "laws": [1]}), "sum of weights is 0.0"),
        (page(talk={"law": "resampled", "values": []}), "values is empty"),
        (page(talk={"law": "resampled", "values": [-1]}), "values is -1.0"),
        (page(talk={"law": "resampled", "sample": "bank"}), r"talk\.sample is 'bank': give one of: no sample is at"),
        (page(machine_detection={"false_machine": 2}), "false_machine"),
        (page(machine_detection={"missed_machine": 2}), "missed_machine"),
        (page(trunk={"max_lines": 0}), r"scenario\.trunk: max_lines is 0"),
        (page(trunk={"calls_per_second": 0}), "calls_per_second"),
        (page(trunk={"failures": [{"from_hour": 9, "to_hour": 8}]}), r"trunk\.failures\[0\]: to_hour"),
        (page(trunk={"failures": [{"from_hour": 9, "to_hour": 10, "share": 2}]}), "share"),
        (page(trunk={"failures": [{"from_hour": 9, "to_hour": 10, "after_s": 0}]}), "after_s"),
        (page(shocks=[{"from_hour": 9, "to_hour": 8}]), r"shocks\[0\]: to_hour"),
        (page(shocks=[{"from_hour": 9, "to_hour": 10, "busy": -1}]), r"shocks\[0\]: busy is -1"),
    ],
)
def test_data_that_are_no_scenario_are_refused_in_a_sentence(data, sentence):
    with pytest.raises(ValueError, match=sentence):
        Scenario.from_mapping(data)


def test_a_sample_that_is_not_at_hand_is_answered_with_those_that_are():
    with pytest.raises(ValueError, match="give one of: bank"):
        Scenario.from_mapping(page(talk={"law": "resampled", "sample": "x"}), {"bank": [1.0]})
