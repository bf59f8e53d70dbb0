"""What counts as abandoned: from where a wait is counted, over which windows, and of which calls it is a share."""

import pytest

from pacing import Anomaly, ClockStart, Denominator, Pacer, PacingTarget
from pacing.floor import Floor
from pacing.model import Heard
from pacing.tally import window_name


def call_through(pacer: Pacer, connected_at: float, **greeting: float) -> Pacer:
    """A call answered at second 10; the greeting's moments as given."""
    pacer.agent("ana", "ready", 0.0)
    pacer.placed("a", 1.0)
    pacer.answered("a", 10.0)
    for moment, at in greeting.items():
        getattr(pacer, f"greeting_{moment}")("a", at)
    pacer.connected("a", "ana", connected_at)
    return pacer


def abandonment(pacer: Pacer) -> float:
    return pacer.decide(100.0).numbers["abandonment_24h"]


@pytest.mark.parametrize(
    ("connected_at", "share"), [(10.5, 0), (12.0, 0), (12.0 + 1e-7, 0), (12.0 + 1e-5, 1), (15.0, 1)]
)
def test_who_gets_an_agent_too_late_is_connected_and_counts_as_abandoned(connected_at, share):
    pacer = call_through(Pacer(), connected_at)
    assert abandonment(pacer) == share
    assert (pacer.totals["connected"], pacer.totals["abandoned"]) == (1, 0)


def test_the_wait_begins_where_the_target_says():
    def late(clock_start, connected_at, **greeting):
        return abandonment(call_through(Pacer(target=PacingTarget(clock_start=clock_start)), connected_at, **greeting))

    moments = {"started": 10.5, "ended": 11.5}
    assert [late("answer", at, **moments) for at in (12.0, 12.1)] == [0, 1]
    assert [late("greeting_start", at, **moments) for at in (12.5, 12.6)] == [0, 1]
    assert [late("greeting_end", at, **moments) for at in (13.5, 13.6)] == [0, 1]
    assert [late("greeting_end", at, started=10.5) for at in (12.0, 12.1)] == [0, 1]


def test_a_greeting_listened_to_before_the_answer_is_told_counts_too():
    pacer = Pacer(target=PacingTarget(clock_start=ClockStart.GREETING_END))
    pacer.agent("ana", "ready", 0.0)
    pacer.placed("a", 1.0)
    pacer.greeting_ended("a", 11.0)
    pacer.answered("a", 12.0)
    pacer.connected("a", "ana", 13.5)
    assert abandonment(pacer) == 1


def test_a_wait_counts_from_the_pick_up_where_who_it_is_was_found_out_first():
    for connected_at, late in ((12.0, 0), (12.1, 1)):
        pacer = Pacer()
        pacer.agent("ana", "ready", 0.0)
        pacer.placed("a", 1.0)
        pacer.picked_up("a", 10.0)
        pacer.answered("a", 11.5)
        pacer.connected("a", "ana", connected_at)
        assert abandonment(pacer) == late


def test_an_end_of_the_greeting_that_was_only_sure_later_counts_from_when_it_was():
    for connected_at, late in ((12.7, 0), (12.8, 1)):
        pacer = Pacer(target=PacingTarget(clock_start="greeting_end"))
        pacer.agent("ana", "ready", 0.0)
        pacer.placed("a", 1.0)
        pacer.picked_up("a", 10.0)
        pacer.greeting_ended("a", 11.5, ago_s=0.8)
        pacer.answered("a", 11.5)
        pacer.connected("a", "ana", connected_at)
        assert abandonment(pacer) == late


def test_the_first_end_of_a_greeting_stands():
    pacer = Pacer(target=PacingTarget(clock_start="greeting_end"))
    pacer.agent("ana", "ready", 0.0)
    pacer.placed("a", 1.0)
    pacer.answered("a", 10.0)
    pacer.greeting_ended("a", 10.5)
    pacer.greeting_ended("a", 14.0)
    pacer.connected("a", "ana", 15.0)
    assert abandonment(pacer) == 1
    assert pacer.anomalies == {Anomaly.REPEATED: 1}


def test_a_greeting_of_a_call_that_is_not_there_is_counted():
    pacer = call_through(Pacer(), 10.5)
    pacer.greeting_started("a", 11.0)
    pacer.greeting_ended("b", 11.0)
    assert pacer.anomalies == {Anomaly.CONTRADICTED: 1, Anomaly.UNKNOWN_CALL: 1}


def test_a_clock_set_back_begins_the_waits_anew():
    pacer = Pacer(target=PacingTarget(clock_start="greeting_end"))
    pacer.agent("ana", "ready", 1e6)
    pacer.placed("a", 1e6)
    pacer.answered("a", 1e6)
    pacer.greeting_ended("a", 1e6)
    pacer.decide(0.0)
    pacer.connected("a", "ana", 3.0)
    assert pacer.decide(100.0).numbers["abandonment_24h"] == 1


def test_machines_are_no_people_unless_the_target_says_so():
    def share(target):
        pacer = Pacer(target=target)
        call_through(pacer, 10.5)
        pacer.placed("m", 20.0)
        pacer.rang_out("m", 30.0, "machine")
        pacer.placed("n", 20.0)
        pacer.rang_out("n", 30.0, "noanswer")
        return abandonment(pacer), pacer.decide(100.0).numbers["live_24h"]

    assert share(PacingTarget()) == (0.0, 1.0)
    counted = PacingTarget(denominator=Denominator.LIVE_AND_FALSE_MACHINES, false_machine_share=0.25)
    assert share(counted) == (0.2, 1.25)


def test_fractions_fall_out_of_a_window_without_a_rest():
    target = PacingTarget(denominator="live_and_false_machines", false_machine_share=0.1, windows_s=[60.0])
    pacer = Pacer(target=target)
    for second in range(300):
        pacer.placed(second, float(second))
        pacer.rang_out(second, float(second), "machine")
    assert pacer.decide(299.0).numbers["live_1min"] == pytest.approx(6.0)
    assert "live_1min" not in pacer.decide(400.0).numbers


@pytest.mark.parametrize(
    ("length_s", "name"),
    [(86_400.0, "24h"), (2_592_000.0, "30d"), (3600.0, "1h"), (5400.0, "90min"), (90.0, "90s"), (172_800.0, "2d")],
)
def test_a_window_is_named_by_its_length(length_s, name):
    assert window_name(length_s) == name


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"clock_start": "ring"}, "clock_start is ring: give one of answer, greeting_start, greeting_end"),
        ({"denominator": "dials"}, "denominator is dials: give one of live_answers"),
        ({"windows_s": ()}, "one window or more"),
        ({"windows_s": 3600.0}, "one window or more"),
        ({"windows_s": [1.0]}, "windows_s is 1.0: give a value from 60"),
        ({"windows_s": [3600.0, 3600]}, "each length once"),
        ({"soft": 0.01}, "soft is 0.01, below abandonment, which is 0.03"),
        ({"hard": 0.02}, "hard is 0.02, below abandonment"),
        ({"soft": 0.05, "hard": 0.04}, "hard is 0.04, below soft, which is 0.05"),
        ({"soft": 2.0}, "soft is 2.0"),
        ({"abandonment": None}, "abandonment is None"),
        ({"abandonment": "3%"}, "abandonment is 3%: give a value from 0 to 1"),
        ({"max_lines": True}, "max_lines is True"),
        ({"false_machine_share": 0.1}, "give denominator live_and_false_machines too"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused_in_words(fields, words):
    with pytest.raises(ValueError, match=words):
        PacingTarget(**fields)


def test_a_target_is_read_from_json_as_it_is_written_there():
    target = PacingTarget(clock_start="greeting_end", windows_s=[3600, 86400], soft=0.04, hard=0.05)
    assert target == PacingTarget(
        clock_start=ClockStart.GREETING_END, windows_s=(3600.0, 86_400.0), soft=0.04, hard=0.05
    )
    assert isinstance(target.windows_s, tuple)


def test_everything_observed_of_a_call_names_its_class():
    heard = []
    floor = Floor(lost_after_s=180.0, hear=heard.append, answer_to_agent_s=2.0)
    floor.advance(0.0)
    for call, kind in (("a", "14/1/mobile"), ("b", "14/2/fixed"), ("c", None), ("d", "lost")):
        floor.placed(call, kind)
    floor.placed("a", "told again")
    assert floor.kinds == {"a": "14/1/mobile", "b": "14/2/fixed", "d": "lost"}
    floor.answered("a")
    floor.rang_out("b", "busy")
    floor.advance(3.0)
    floor.connected("a", "ana")
    floor.abandoned("c")
    floor.advance(200.0)
    assert [(o.heard, o.kind) for o in heard[4:]] == [
        (Heard.ANSWERED, "14/1/mobile"),
        (Heard.RANG_OUT, "14/2/fixed"),
        (Heard.CONNECTED, "14/1/mobile"),
        (Heard.ANSWERED, None),
        (Heard.ABANDONED, None),
        (Heard.LOST, "lost"),
    ]
    assert [o.heard for o in heard if o.late] == [Heard.CONNECTED]
    assert floor.kinds == {}
