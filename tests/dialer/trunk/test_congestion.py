"""A congested trunk rests, each time longer, and is then tried with one call at a time until one gets through."""

from hypothesis import given
from hypothesis import strategies as st

from dialer.trunk.congestion import FIRST_REST_S, LONGEST_REST_S, Congestion

FREE = Congestion()


def test_a_trunk_that_was_never_refused_takes_any_number() -> None:
    assert FREE.room(0.0) == float("inf")
    assert FREE.taken() == FREE


def test_a_refusal_is_a_rest_and_then_one_call_to_try() -> None:
    rests = FREE.refused(10.0, 10.2)
    assert rests.room(10.2 + FIRST_REST_S - 0.01) == 0
    assert rests.room(10.2 + FIRST_REST_S) == 1
    assert rests.taken().room(60.0) == 0


def test_the_next_rest_is_twice_as_long() -> None:
    again = FREE.refused(10.0, 10.2).taken().refused(11.0, 11.1)
    assert again.rest_s == 2 * FIRST_REST_S


def test_one_call_carried_ends_it() -> None:
    assert FREE.refused(10.0, 10.2).taken().carried(11.0) == FREE


def test_many_calls_refused_at_once_are_one_congestion() -> None:
    rests = FREE.refused(10.0, 10.2)
    assert rests.refused(10.1, 10.3) == rests


def test_a_call_from_before_the_rest_does_not_end_it() -> None:
    rests = FREE.refused(10.0, 10.2)
    assert rests.carried(9.0) == rests


def test_a_try_nobody_knows_the_end_of_is_tried_again() -> None:
    assert FREE.refused(10.0, 10.2).taken().untried().room(60.0) == 1


steps = st.lists(st.tuples(st.sampled_from(["take", "refuse", "carry", "lose"]), st.floats(0.01, 40)), max_size=60)


@given(steps)
def test_whatever_happens_it_rests_no_longer_than_the_longest_and_is_tried_with_one_call(
    steps: list[tuple[str, float]],
) -> None:
    state, now = FREE, 0.0
    for what, gap_s in steps:
        placed, now = now, now + gap_s
        match what:
            case "take":
                if state.room(placed):
                    state = state.taken()
            case "refuse":
                state = state.refused(placed, now)
            case "carry":
                state = state.carried(placed)
            case _:
                state = state.untried()
        assert 0 <= state.rest_s <= LONGEST_REST_S
        assert state.until_s <= now + LONGEST_REST_S
        assert state.room(now) in {0, 1, float("inf")}
        assert (state.room(now) == float("inf")) == (state.refusals == 0)
        assert state.untried().room(now + LONGEST_REST_S) >= 1
