"""Policies by their names."""

import pickle

import pytest

from pacing import Pacer
from pacing.peers import POLICIES, policy_factory
from pacing.peers.impact import Impact
from pacing.peers.issabel import Issabel
from pacing.peers.oracle import Oracle
from pacing.peers.vicidial import Method, Vicidial
from pacing.simulation.calls import realistic_ring
from pacing.simulation.run import simulate
from pacing.simulation.scenario import Scenario
from pacing.simulation.staff import Shift

FLOOR = Scenario(name="floor", staff=(Shift(agents=6),), hours=0.2, start_hour=10.0, ring=realistic_ring())
NUMBERED = ["ratio:2", "vicidial-ratio:1.3", "vicidial-hard:1.2", "vicidial-average:1.2", "vicidial-tapered:1.2"]


@pytest.mark.parametrize("name", [*POLICIES, *NUMBERED])
def test_every_policy_runs_a_day_and_the_same_day_twice(name):
    factory = pickle.loads(pickle.dumps(policy_factory(name, target=0.05)))
    first, second = (simulate(FLOOR, factory(FLOOR, 1), 1) for _ in range(2))
    assert first.dials == second.dials > 0
    assert first.utilisation == second.utilisation


@pytest.mark.parametrize("name", POLICIES)
def test_the_table_of_names_makes_policies_too(name):
    assert POLICIES[name](FLOOR, 0).decide(0.0).launch == 0


@pytest.mark.parametrize(
    ("name", "kind"),
    [("progressive", Pacer), ("predictive", Pacer), ("ratio:1.5", Pacer), ("issabel", Issabel), ("impact", Impact)],
)
def test_a_name_makes_its_policy(name, kind):
    assert isinstance(policy_factory(name, target=0.03)(FLOOR, 0), kind)


def test_vicidial_takes_the_promise_as_its_limit_the_number_as_its_cap_and_the_hour_of_the_day():
    made = policy_factory("vicidial-tapered:1.2", target=0.02)(FLOOR, 0)
    assert isinstance(made, Vicidial)
    assert made.settings.method is Method.TAPERED
    assert (made.settings.drop_limit_percent, made.settings.maximum_level) == (pytest.approx(2.0), 1.2)
    assert (made.settings.start_hour, made.settings.level, made.settings.calls_per_second) == (10.0, 1.0, 5.0)


def test_vicidials_ratio_is_its_level_and_a_large_floor_has_more_servers():
    large = Scenario(name="large", staff=(Shift(agents=60),))
    made = policy_factory("vicidial-ratio:1.3", target=0.03)(large, 0)
    assert isinstance(made, Vicidial)
    assert (made.settings.level, made.settings.maximum_level, made.settings.calls_per_second) == (1.3, 3.0, 15.0)


def test_the_oracle_steers_for_the_promise():
    made = policy_factory("oracle", target=0.02)(FLOOR, 0)
    assert isinstance(made, Oracle)
    assert made._target == 0.02


@pytest.mark.parametrize("name", ["", "best", "ratio", "ratio:", "ratio:two", "oracle:3", "vicidial-ratio"])
def test_an_unknown_name_is_refused_with_the_known_ones(name):
    with pytest.raises(ValueError, match=r"progressive.*oracle, ratio:NUMBER"):
        policy_factory(name, target=0.03)


@pytest.mark.parametrize("name", ["ratio:0.5", "ratio:nan", "vicidial-hard:inf"])
def test_a_number_without_meaning_is_refused(name):
    with pytest.raises(ValueError, match="1 or more"):
        policy_factory(name, target=0.03)


def test_a_promise_that_is_no_share_is_refused():
    with pytest.raises(ValueError, match="target is 3"):
        policy_factory("oracle", target=3)
