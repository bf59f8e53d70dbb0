"""The base-stock policy."""

import pytest

from pacing.peers.optimum import BaseStock


def test_calls_in_flight_are_raised_to_the_number_for_the_idle_agents():
    policy = BaseStock([0, 1, 4, 8])
    assert policy.decide(0.0).launch == 0
    for agent in range(2):
        policy.agent(agent, "ready", 0.0)
    policy.placed("c", 0.0)
    assert policy.decide(0.0).launch == 3


def test_beyond_the_table_its_last_entry_holds():
    policy = BaseStock([0, 1])
    for agent in range(5):
        policy.agent(agent, "ready", 0.0)
    assert policy.decide(0.0).launch == 1


def test_never_fewer_than_none():
    policy = BaseStock([0])
    policy.placed("c", 0.0)
    assert policy.decide(0.0).launch == 0


@pytest.mark.parametrize("table", [[], [0, -1]])
def test_a_table_without_meaning_is_refused(table):
    with pytest.raises(ValueError, match="give calls in flight"):
        BaseStock(table)
