"""Shape, level and classes together: what is known of the calls in flight."""

import json
import math

import numpy as np
import pytest

from pacing.floor import Floor
from pacing.predict.answer_rate import WEIGHTS
from pacing.predict.answering import REFRESH_S, Answering
from pacing.predict.overflow import LEVELS


class Told:
    """A floor whose observations an Answering hears."""

    def __init__(self) -> None:
        self.answering = Answering()
        self.floor = Floor(lost_after_s=180.0, hear=self.answering.hear)
        self.at, self.number = 0.0, 0

    def dial(self, kind=None) -> int:
        self.number += 1
        self.floor.advance(self.at)
        self.floor.placed(self.number, kind)
        return self.number

    def run(self, calls: int, *, answered_of_ten: int, kind=None, spread_s: int = 1, within_s: float = 0.0) -> "Told":
        """Calls one after another: those answered at 8 s and up to `spread_s` later, the others at 20 s without."""
        for number in range(calls):
            call, human = self.dial(kind), number * answered_of_ten % 10 < answered_of_ten
            ends = self.at + (8.0 + number % spread_s + within_s if human else 20.0)
            while self.at < ends:
                self.at = min(self.at + 2.0, ends)
                self.floor.advance(self.at)
                self.answering.advance(self.floor)
            if human:
                self.floor.answered(call)
                self.floor.connected(call, "ana")
            else:
                self.floor.rang_out(call, "noanswer")
        self.answering.advance(self.floor)
        return self

    def next_call(self) -> float:
        self.answering.advance(self.floor)
        return float(WEIGHTS @ self.answering.next_call())

    def expected(self) -> float:
        """Answers expected of the calls in flight."""
        self.answering.advance(self.floor)
        return float(WEIGHTS @ (self.answering.weights() @ (np.arange(LEVELS + 1) / LEVELS)))


@pytest.mark.parametrize("answered_of_ten", [1, 2, 5, 8])
def test_the_share_of_answers_is_learned(answered_of_ten):
    told = Told().run(600, answered_of_ten=answered_of_ten, spread_s=7)
    assert told.next_call() == pytest.approx(answered_of_ten / 10, abs=0.03)
    assert told.answering.calls == 600
    assert told.answering.delay_s == pytest.approx(8.5 + 3.0, abs=0.5)


@pytest.mark.parametrize("answered_of_ten", [2, 5, 8])
@pytest.mark.parametrize("within_s", [0.0, 0.5, 0.99])
def test_all_who_answer_may_do_so_in_one_instant_wherever_in_a_second_it_lies(answered_of_ten, within_s):
    """Half of a second is what a call that ends in it is taken to have rung; a rate over one second is that coarse."""
    told = Told().run(600, answered_of_ten=answered_of_ten, within_s=within_s)
    assert told.next_call() == pytest.approx(answered_of_ten / 10, rel=0.1)


def test_the_level_does_not_run_away_where_everybody_answers():
    told = Told().run(600, answered_of_ten=10)
    assert WEIGHTS @ told.answering.state()["points"] == pytest.approx(1.0, abs=0.15)


def test_a_call_that_rang_past_the_moment_of_answers_will_hardly_be_answered():
    told = Told().run(300, answered_of_ten=3)
    told.dial()
    fresh = told.expected()
    told.at += 14.0
    told.floor.advance(told.at)
    assert told.expected() < 0.25 * fresh
    assert told.next_call() == pytest.approx(0.3, abs=0.07)


def test_each_class_of_call_has_a_chance_of_its_own_and_the_mix_tells_of_the_next():
    told = Told()
    for _ in range(40):
        told.run(10, answered_of_ten=6, kind="mobile").run(10, answered_of_ten=1, kind="fixed")
    assert told.next_call() < 0.45
    told.run(400, answered_of_ten=6, kind="mobile")  # four times the launches the mix is followed over
    assert told.next_call() == pytest.approx(0.6, abs=0.05)
    expected = {}
    for kind in ("mobile", "fixed"):
        call = told.dial(kind)
        expected[kind] = told.expected()
        told.floor.rang_out(call, "busy")
    assert expected["mobile"] > 2.0 * expected["fixed"]
    told.dial("mobile")
    told.dial("fixed")
    told.dial()
    assert told.expected() > sum(expected.values())


@pytest.mark.parametrize("kind", [None, "mobile"])
def test_nobody_rings_and_somebody_waits(kind):
    """The class of a call stays known while its person waits; no call in flight is left to tell of."""
    told = Told().run(40, answered_of_ten=3, kind=kind)
    call = told.dial(kind)
    told.floor.answered(call)
    assert told.expected() == 0.0
    assert told.next_call() > 0.0


def test_asking_within_two_seconds_teaches_nothing():
    told = Told().run(50, answered_of_ten=3)
    before = told.answering.state()
    told.at += 0.9 * REFRESH_S
    told.floor.advance(told.at)
    told.answering.advance(told.floor)
    assert told.answering.state() == before


def test_another_clock_is_no_time_that_passed():
    told = Told()
    told.at = 1e9
    told.run(50, answered_of_ten=3)
    told.dial()
    level = told.answering.state()["rate"]
    told.floor.advance(5.0)
    told.answering.advance(told.floor)
    assert told.answering.state()["rate"] == level
    assert told.answering.state()["at"] == 5.0


def test_what_was_learned_survives_as_json_to_the_bit():
    told = Told()
    for _ in range(10):
        told.run(7, answered_of_ten=6, kind="mobile").run(7, answered_of_ten=1, kind="fixed")
    restored = Answering()
    restored.restore(json.loads(json.dumps(told.answering.state())))
    assert restored.state() == told.answering.state()
    for seconds in (0.0, 1.0, 2.5, 60.0):
        told.floor.advance(told.at + seconds)
        told.answering.advance(told.floor)
        restored.advance(told.floor)
        assert (restored.next_call() == told.answering.next_call()).all()
        assert (restored.weights() == told.answering.weights()).all()
        assert restored.delay_s == told.answering.delay_s


def test_one_who_never_heard_anything_can_be_kept_too():
    restored = Answering()
    restored.restore(json.loads(json.dumps(Answering().state())))
    assert restored.state() == Answering().state()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("at", math.nan), ("answers", -1), ("expected", math.nan), ("expected", math.inf), ("points", [1.0]),
        ("delay_s", 0.0), ("ringing", {}), ("rate", [0.0] * 57), ("rate", [1.0]), ("kinds", None),
    ],
)  # fmt: skip
def test_what_is_no_state_is_refused_and_changes_nothing(name, value):
    told = Told().run(20, answered_of_ten=3)
    before = told.answering.state()
    with pytest.raises((KeyError, TypeError, ValueError)):
        told.answering.restore({**before, name: value})
    assert told.answering.state() == before
