"""A trunk is never given more calls in a second than it bears, and is asked again as soon as it bears one more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.trunk.call_rate import CallRate


def test_a_fresh_trunk_takes_a_tenth_of_its_rate_at_once_and_at_least_one_call() -> None:
    assert CallRate(rate=40.0).available(10.0) == 4
    assert CallRate(rate=4.0).available(10.0) == 1
    assert CallRate(rate=4.0).wait_s(10.0) == 0.0


def test_the_next_tenth_comes_a_tenth_of_a_second_later() -> None:
    rate = CallRate(rate=40.0)
    rate.take(4, 10.0)
    assert rate.available(10.05) == 0
    assert rate.wait_s(10.05) == pytest.approx(0.05)
    assert rate.available(10.11) == 4


def test_a_slot_is_free_again_a_second_after_it_was_used() -> None:
    rate = CallRate(rate=2.0)
    rate.take(1, 10.0)
    rate.take(1, 10.4)
    assert rate.available(10.9) == 0
    assert rate.wait_s(10.9) == pytest.approx(0.1)
    assert rate.available(11.0) == 1


def test_below_one_a_second_the_wait_is_longer() -> None:
    rate = CallRate(rate=0.5)
    rate.take(1, 10.0)
    assert rate.wait_s(10.5) == pytest.approx(1.5)
    assert rate.available(12.0) == 1


def test_more_than_the_rate_taken_at_once_is_waited_for() -> None:
    rate = CallRate(rate=2.0)
    rate.take(3, 10.0)
    rate.take(2, 10.5)
    assert rate.wait_s(10.6) == pytest.approx(0.9)


@given(st.floats(0.1, 30.0), st.lists(st.floats(0.0, 0.5), max_size=60))
def test_whoever_waits_as_told_may_launch_then(per_s: float, gaps: list[float]) -> None:
    rate, now = CallRate(rate=per_s), 100.0
    for gap in gaps:
        now += gap
        rate.take(min(1, rate.available(now)), now)
    assert rate.available(now + rate.wait_s(now) + 1e-6) >= 1


def test_spreading_is_told_apart_from_a_second_that_is_half_used() -> None:
    rate = CallRate(rate=40.0)
    assert not rate.spreads(10.0)
    rate.take(4, 10.0)
    assert rate.spreads(10.05)
    rate.take(16, 10.1)
    assert not rate.spreads(10.15)


def test_calls_that_were_not_launched_are_given_back() -> None:
    rate = CallRate(rate=40)
    rate.take(4, 10.0)

    rate.give_back(3)

    assert rate.available(10.0) == 3
