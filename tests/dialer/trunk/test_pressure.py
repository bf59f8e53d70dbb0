"""A queue that filled and emptied between two looks is noticed all the same."""

from hypothesis import given
from hypothesis import strategies as st

from dialer.trunk.pressure import Pressure, Queue


def queue(waiting: int, deepest: int, name: str = "q", high_water: int = 500) -> Queue:
    return Queue(name=name, waiting=waiting, deepest=deepest, high_water=high_water)


def test_what_waits_now_counts() -> None:
    assert Pressure().of([queue(50, 50), queue(250, 300, "r")]) == 0.5


def test_what_was_deep_long_ago_does_not() -> None:
    pressure = Pressure()
    assert pressure.of([queue(0, 499)]) == 0.0
    assert pressure.of([queue(10, 499)]) == 0.02


def test_what_was_deeper_than_ever_since_the_last_look_does() -> None:
    pressure = Pressure()
    pressure.of([queue(0, 100)])
    assert pressure.of([queue(0, 450)]) == 0.9
    assert pressure.of([queue(0, 450)]) == 0.0


def test_a_queue_that_is_new_counts_as_deep_as_it_was() -> None:
    pressure = Pressure()
    pressure.of([])
    assert pressure.of([queue(0, 250)]) == 0.5


@given(st.lists(st.lists(st.integers(0, 500), max_size=20), min_size=1, max_size=20))
def test_it_is_never_below_what_waits_nor_above_the_deepest_of_all(looks: list[list[int]]) -> None:
    pressure, deepest = Pressure(), 0
    for depths in looks:
        # What the queue went through since the last look; the last is what waits now.
        deepest = max([deepest, *depths])
        now = depths[-1] if depths else 0
        told = pressure.of([queue(now, deepest)])
        assert now / 500 <= told <= deepest / 500
