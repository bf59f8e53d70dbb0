"""The shipped scenarios, and those of a person's own."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from alo.simulate.scenarios import ScenarioError, find, shipped
from pacing.peers import policy_factory
from pacing.simulator import Resampled, simulate

SHIPPED = list(shipped())

OWN = """
title = "Ten people"
staff = [{ agents = 10 }]
talk = { law = "resampled", sample = "calls" }

[samples]
calls = { file = "calls.csv", column = "duration", separator = ";" }
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "ten.toml").write_text(OWN)
    (tmp_path / "calls.csv").write_text("id;duration\n1;30\n2;90.5\n")
    return tmp_path / "ten.toml"


def test_there_are_scenarios_of_every_size_named_in_kebab_case_with_a_title():
    assert len(SHIPPED) >= 14
    assert {sum(shift.agents for shift in one.staff) for one in SHIPPED} >= {5, 10, 20, 50, 100, 200}
    assert [one.name for one in SHIPPED if not re.fullmatch(r"[a-z]+(-[a-z]+)*", one.name)] == []
    assert [one.name for one in SHIPPED if not 10 < len(one.title) <= 110] == []


@pytest.mark.parametrize("scenario", SHIPPED, ids=lambda scenario: scenario.name)
def test_a_shipped_scenario_is_found_by_its_name_and_holds_a_day(scenario):
    assert find(scenario.name) == scenario
    policy = policy_factory("vicidial-hard", target=0.03)(scenario, 1)
    assert simulate(replace(scenario, hours=0.25), policy, 1).connected > 0


def test_a_file_takes_its_name_and_its_samples_from_beside_it(own):
    scenario = find(str(own))
    assert (scenario.name, scenario.title) == ("ten", "Ten people")
    assert scenario.talk == Resampled(values=(30.0, 90.5))


def test_the_scenario_in_the_manual_is_one(own):
    manual = Path(__file__).parents[2] / "docs" / "operations.md"
    _before, section = manual.read_text(encoding="utf-8").split("\n## Before a campaign: simulate it\n")
    [example] = re.findall(r"```toml\n(.*?)```", section, flags=re.DOTALL)
    own.write_text(example)
    assert find(str(own)).staff[0].agents == 12


def test_a_name_nearly_right_is_answered_with_the_right_one():
    with pytest.raises(ScenarioError, match="Did you mean twenty-agents"):
        find("twnty-agents")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("staff = = 5", "is not TOML"),
        ("agents = 5", "scenario.agents is unknown"),
        ("staff = []", "staff is empty"),
        ("staff = [{ agents = 5 }]\nsamples = 3", "samples: give a table"),
        ("staff = [{ agents = 5 }]\nsamples.calls = { file = 'calls.csv' }", "samples.calls: give file and column"),
        ("staff = [{ agents = 5 }]\nsamples.calls = { file = 'x.csv', column = 'y' }", "x.csv cannot be read"),
        ("staff = [{ agents = 5 }]\nsamples.calls = { file = 'calls.csv', column = 'y' }", "has no column y"),
        ("staff = [{ agents = 5 }]\nsamples.calls = { file = 'bad.csv', column = 'y' }", "no number of seconds"),
        (
            "staff = [{ agents = 5 }]\nsamples.calls = { file = 'calls.csv', column = 'y', separator = ';;' }",
            "separator",
        ),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_in_a_sentence(own, text, told):
    own.write_text(text)
    (own.parent / "bad.csv").write_text("y\nlong\n")
    with pytest.raises(ScenarioError, match=re.escape(told)):
        find(str(own))


def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(ScenarioError, match="cannot be read: No such file"):
        find(str(tmp_path / "none.toml"))
    (tmp_path / "latin.toml").write_bytes('title = "Cobrança"'.encode("latin-1"))
    with pytest.raises(ScenarioError, match="save it as UTF-8"):
        find(str(tmp_path / "latin.toml"))
