"""What a Pacer has learned goes on over a restart; the windows forget by time."""

import json

import pytest

from pacing import Pacer

DAY_S = 24 * 3600.0


def live(pacer: Pacer, at: float, *, connected: int = 0, abandoned: int = 0) -> None:
    for number in range(connected + abandoned):
        call = (at, number)
        pacer.placed(call, at)
        pacer.answered(call, at)
        if number < connected:
            pacer.connected(call, "ana", at)
            pacer.agent("ana", "ready", at)
        else:
            pacer.abandoned(call, at)


def test_the_day_forgets_after_24_hours_and_the_month_after_30_days():
    pacer = Pacer()
    live(pacer, 0.0, connected=3, abandoned=1)
    live(pacer, 3600.0, connected=4)
    assert pacer.decide(3600.0).numbers["abandonment_24h"] == 1 / 8
    assert pacer.decide(DAY_S + 60.0).numbers["live_24h"] == 4
    assert "live_24h" not in pacer.decide(DAY_S + 3660.0).numbers
    live(pacer, 29 * DAY_S, connected=1)
    assert [entry[1:] for entry in pacer.state()["tally"]["month"]] == [[3, 1], [4, 0], [1, 0]]
    live(pacer, 30 * DAY_S + 1800.0, connected=1)
    assert [entry[1:] for entry in pacer.state()["tally"]["month"]] == [[4, 0], [1, 0], [1, 0]]


def test_thirty_days_of_facts_take_bounded_memory():
    pacer = Pacer()
    for minute in range(0, 40 * 1440, 10):
        live(pacer, minute * 60.0, connected=1)
    tally = pacer.state()["tally"]
    assert len(tally["day"]) <= 1440
    assert len(tally["month"]) <= 1440


def test_totals_and_windows_survive_as_json():
    pacer = Pacer()
    live(pacer, 1000.0, connected=9, abandoned=1)
    pacer.placed("n", 1001.0)
    pacer.rang_out("n", 1002.0, "noanswer")
    restarted = Pacer()
    restarted.restore(json.loads(json.dumps(pacer.state())))
    assert restarted.state() == pacer.state()
    assert restarted.totals == pacer.totals
    assert restarted.decide(2000.0).numbers["abandonment_24h"] == 0.1
    live(restarted, 2000.0, connected=1)
    assert restarted.totals["connected"] == 10


def test_the_floor_is_told_anew_after_a_restart():
    pacer = Pacer()
    pacer.agent("ana", "ready", 0.0)
    restarted = Pacer()
    restarted.restore(pacer.state())
    assert restarted.decide(1.0).launch == 0
    restarted.agent("ana", "ready", 2.0)
    assert restarted.decide(2.0) == pacer.decide(2.0)


@pytest.mark.parametrize(
    "state", [{}, {"version": 99, "tally": {}}, {"version": 1, "tally": {"totals": 3}}, {"version": 1, "tally": None}]
)
def test_what_is_no_state_is_refused_and_changes_nothing(state):
    pacer = Pacer()
    live(pacer, 0.0, connected=1)
    before = pacer.state()
    with pytest.raises(ValueError, match="no state of a Pacer"):
        pacer.restore(state)
    assert pacer.state() == before
