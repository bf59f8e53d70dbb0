"""What a Pacer has learned goes on over a restart; the windows forget by time."""

import json

import pytest

from pacing import Pacer, PacingTarget

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


def windows(pacer: Pacer) -> dict[float, list[list[float]]]:
    return {entry["length_s"]: entry["slots"] for entry in pacer.state()["tally"]["windows"]}


def test_the_day_forgets_after_24_hours_and_the_month_after_30_days():
    pacer = Pacer()
    live(pacer, 0.0, connected=3, abandoned=1)
    live(pacer, 3600.0, connected=4)
    assert pacer.decide(3600.0).numbers["abandonment_24h"] == 1 / 8
    assert pacer.decide(DAY_S + 60.0).numbers["live_24h"] == 4
    assert "live_24h" not in pacer.decide(DAY_S + 3660.0).numbers
    live(pacer, 29 * DAY_S, connected=1)
    assert [entry[1:] for entry in windows(pacer)[30 * DAY_S]] == [[3, 1], [4, 0], [1, 0]]
    live(pacer, 30 * DAY_S + 1800.0, connected=1)
    assert [entry[1:] for entry in windows(pacer)[30 * DAY_S]] == [[4, 0], [1, 0], [1, 0]]


def test_thirty_days_of_facts_take_bounded_memory():
    pacer = Pacer()
    for minute in range(0, 40 * 1440, 10):
        live(pacer, minute * 60.0, connected=1)
    assert [len(slots) for slots in windows(pacer).values()] == [144, 1440]


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


@pytest.mark.parametrize("slot", [[0, float("nan"), 1], [0, 1, -1], [0, float("inf"), 0], [0, 1]])
def test_people_who_cannot_be_counted_are_no_state(slot):
    """One number that is none would make every share none, and no share above its limit."""
    state = Pacer().state()
    state["tally"]["windows"][0]["slots"] = [slot]
    with pytest.raises(ValueError, match="no state of a Pacer"):
        Pacer().restore(state)


def test_a_state_of_version_1_is_read():
    old = {
        "version": 1,
        "tally": {
            "totals": {"dials": 12, "answers": 10, "connected": 9, "abandoned": 1, "lost": 0},
            "outcomes": {"noanswer": 2, "busy": 0, "failed": 0, "machine": 0, "unknown": 0},
            "day": [[16, 9, 1]],
            "month": [[0, 5, 0], [1, 9, 1]],
        },
    }
    pacer = Pacer()
    pacer.restore(old)
    numbers = pacer.decide(1000.0).numbers
    assert (numbers["live_24h"], numbers["live_30d"]) == (10, 15)
    assert pacer.totals["dials"] == 12
    assert pacer.state()["version"] == 2


@pytest.mark.parametrize("length_s", [3600.0, 7 * DAY_S, 60 * DAY_S])
def test_a_window_that_was_not_kept_begins_with_what_another_remembers(length_s):
    pacer = Pacer()
    live(pacer, 0.0, connected=3, abandoned=1)
    restarted = Pacer(target=PacingTarget(windows_s=(length_s,)))
    restarted.restore(json.loads(json.dumps(pacer.state())))
    assert windows(restarted) == {length_s: [[0, 3, 1]]}


def test_a_state_without_windows_begins_with_empty_ones():
    state = Pacer().state()
    state["tally"]["windows"] = []
    pacer = Pacer()
    pacer.restore(state)
    assert windows(pacer) == {DAY_S: [], 30 * DAY_S: []}
