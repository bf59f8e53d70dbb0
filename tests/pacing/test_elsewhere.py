"""Several pacers of one campaign, each with agents of its own: the promise is the campaign's, not each pacer's."""

import json
import math

import pytest

from pacing import Anomaly, Pacer, PacingTarget
from tests.pacing.test_state import live

TARGET = PacingTarget(abandonment=0.03, hard=0.05)


def told_each_other(one: Pacer, other: Pacer, at: float) -> None:
    """What two dialers do every few seconds."""
    here, there = one.untold, other.untold
    one.told(*here)
    other.told(*there)
    one.settled_elsewhere(*there, at)
    other.settled_elsewhere(*here, at)


def test_what_was_settled_elsewhere_is_in_the_windows_of_both_once():
    one, other = Pacer(), Pacer()
    live(one, 10.0, connected=6, abandoned=1)
    live(other, 10.0, connected=2, abandoned=1)
    told_each_other(one, other, 20.0)
    told_each_other(one, other, 25.0)
    for pacer in (one, other):
        numbers = pacer.decide(30.0).numbers
        assert (numbers["live_24h"], numbers["abandonment_24h"]) == (10, 0.2)
    assert one.totals["connected"] == 6, "totals are each pacer's own"


def test_who_abandons_elsewhere_is_paid_for_here_too():
    def decided(told: float) -> int:
        pacer = Pacer("predictive", TARGET)
        for agent in range(20):
            pacer.agent(agent, "ready", 0.0)
        for number in range(60):
            pacer.placed(number, 0.0)
        for number in range(60):
            pacer.rang_out(number, 20.0, "noanswer") if number % 3 else pacer.answered(number, 10.0)
            if number % 3 == 0:
                pacer.connected(number, number // 3, 10.0)
        for agent in range(20):
            pacer.agent(agent, "ready", 200.0)
        pacer.settled_elsewhere(100.0 - told, told, 200.0)
        return pacer.decide(201.0).launch

    assert decided(20.0) < decided(0.0)


def test_what_is_not_told_yet_survives_a_restart_and_another_pacing():
    pacer = Pacer()
    live(pacer, 10.0, connected=2, abandoned=1)
    restarted = Pacer("predictive")
    restarted.restore(json.loads(json.dumps(pacer.state())))
    assert restarted.untold == (2, 1)
    restarted.told(2, 0)
    assert restarted.untold == (0, 1)


def test_a_state_of_before_knows_of_nobody_else():
    state = Pacer().state()
    del state["tally"]["untold"]
    pacer = Pacer()
    pacer.restore(state)
    assert pacer.untold == (0, 0)


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
def test_a_number_of_people_that_is_none_is_an_anomaly_and_counts_for_nothing(bad):
    pacer = Pacer()
    pacer.settled_elsewhere(bad, 0.0, 1.0)
    pacer.settled_elsewhere(1.0, bad, 1.0)
    assert pacer.anomalies[Anomaly.NOT_A_COUNT] == 2
    assert "live_24h" not in pacer.decide(2.0).numbers
