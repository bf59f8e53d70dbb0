"""Our own detector by cadence takes the exam."""

from collections.abc import Callable

import pytest

from dialer.answer.cadence import Cadence
from dialer.answer.detector import Detector, GreetingBegan, GreetingEnded, Machine, Person
from tests.contracts.detector.exam import Exam, findings, voice


class TestCadence(Exam):
    @pytest.fixture
    def detector(self) -> Callable[[], Detector]:
        return Cadence


def test_it_tells_the_greeting_before_the_verdict():
    began, ended, person = findings(Cadence(), voice(0.5, 0.5, 2.0))
    assert isinstance(began, GreetingBegan)
    assert isinstance(ended, GreetingEnded)
    assert person == Person()


def test_a_click_is_no_word():
    assert findings(Cadence(), voice(0.5, 0.04, 3.0)) == []


def test_a_machine_that_takes_breath_is_one_all_the_same():
    assert isinstance(findings(Cadence(), voice(0.5, 1.2, 0.9, 1.2))[-1], Machine)


def test_who_is_silent_for_long_is_taken_for_a_person():
    assert findings(Cadence(), voice(9.0)) == [Person()]
