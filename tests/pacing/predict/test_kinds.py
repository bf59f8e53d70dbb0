"""How much readier each class of call is answered, drawn towards the average where little is known."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacing.predict.kinds import MEMORY, MOST_KINDS, MOST_STEPS, SHRINK, STEP, Kinds, factor


def heard(kinds: Kinds, kind: str, *, calls: int, expected: float, answered: int) -> Kinds:
    """So many calls of a class, of which every so-manieth was answered; `expected` for each."""
    for number in range(calls):
        kinds.ended(kind, expected, answered=number * answered // calls < (number + 1) * answered // calls)
    return kinds


def test_a_class_never_heard_of_and_a_call_without_one_are_average():
    kinds = heard(Kinds(), "mobile", calls=100, expected=0.25, answered=80)
    assert kinds.step("fixed") == kinds.step(None) == 0
    assert factor(0) == 1.0


def test_few_calls_say_little_and_many_say_all():
    def of(calls):
        return factor(heard(Kinds(), "mobile", calls=calls, expected=0.2, answered=calls * 2 // 5).step("mobile"))

    assert of(5) == pytest.approx(1.0, abs=0.15)
    assert of(60) == pytest.approx((24 + SHRINK) / (12 + SHRINK), rel=STEP)
    assert of(1500) == pytest.approx(2.0, rel=STEP)


def test_calls_without_a_class_teach_nothing():
    kinds = Kinds()
    kinds.ended(None, 5.0, answered=True)
    assert kinds.state() == Kinds().state()


def test_what_was_long_ago_fades():
    kinds = heard(Kinds(), "mobile", calls=4000, expected=0.5, answered=4000)
    high = kinds.step("mobile")
    heard(kinds, "mobile", calls=int(2 * 3 * MEMORY), expected=0.5, answered=int(3 * MEMORY))
    assert factor(high) == pytest.approx(2.0, rel=0.1)
    assert factor(kinds.step("mobile")) == pytest.approx(1.0, rel=0.15)


@given(expected=st.floats(0.0, 1e6), answered=st.booleans(), calls=st.integers(1, 40))
def test_no_class_is_further_from_the_average_than_the_bound(expected, answered, calls):
    kinds = Kinds()
    for _ in range(calls):
        kinds.ended("mobile", expected, answered=answered)
    assert abs(kinds.step("mobile")) <= MOST_STEPS
    kinds.placed("mobile")
    assert abs(kinds.mix_step) <= MOST_STEPS


def test_the_mix_of_the_list_is_followed():
    kinds = heard(Kinds(), "ready", calls=1000, expected=0.2, answered=400)
    assert kinds.mix_step == 0
    for _ in range(500):
        kinds.placed("ready")
    assert kinds.mix_step == kinds.step("ready") > 3
    for _ in range(500):
        kinds.placed("never heard of")
    assert kinds.mix_step == 0


def test_only_so_many_classes_are_kept_and_the_one_unheard_of_for_longest_goes_first():
    kinds = Kinds()
    for number in range(MOST_KINDS):
        heard(kinds, f"class {number}", calls=40, expected=0.2, answered=40)
    kinds.ended("class 0", 0.2, answered=True)
    kinds.ended("one more", 0.2, answered=True)
    assert len(kinds.state()["seen"]) == MOST_KINDS
    assert kinds.step("class 0") > 0
    assert kinds.step("class 1") == 0
    assert kinds.step("class 2") > 0


def test_what_was_learned_survives_as_json():
    kinds = heard(Kinds(), "mobile", calls=77, expected=0.3, answered=50)
    heard(kinds, "fixed", calls=77, expected=0.3, answered=5)
    kinds.placed("mobile")
    restored = Kinds()
    restored.restore(json.loads(json.dumps(kinds.state())))
    assert restored.state() == kinds.state()
    assert restored.step("fixed") == kinds.step("fixed") < 0


@pytest.mark.parametrize(
    "state",
    [
        {}, {"mix": math.nan, "seen": []}, {"mix": 99.0, "seen": []}, {"mix": 0.0, "seen": [["a", 1.0]]},
        {"mix": 0.0, "seen": [["a", -20.0, 1.0]]}, {"mix": 0.0, "seen": [["a", 1.0, -20.0]]},
        {"mix": 0.0, "seen": [["a", math.nan, 1.0]]}, {"mix": 0.0, "seen": 3},
    ],
)  # fmt: skip
def test_what_is_no_state_is_refused_and_changes_nothing(state):
    kinds = heard(Kinds(), "mobile", calls=10, expected=0.3, answered=5)
    before = kinds.state()
    with pytest.raises((KeyError, TypeError, ValueError)):
        kinds.restore(state)
    assert kinds.state() == before
