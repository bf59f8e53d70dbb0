"""Issabel's calls for free and almost free agents."""

import pytest

from pacing.peers.issabel import Issabel


def floor(ready: int, **options) -> Issabel:
    policy = Issabel(**options)
    for agent in range(ready):
        policy.agent(agent, "ready", 0.0)
    return policy


def talk(policy: Issabel, agent: int, at: float, ring_s: float = 10.0, talk_s: float | None = 100.0) -> None:
    call = ("talk", agent, at)
    policy.placed(call, at - ring_s)
    policy.answered(call, at)
    policy.connected(call, agent, at)
    if talk_s is not None:
        policy.agent(agent, "ready", at + talk_s)


def experienced(completed: int = 10, talk_s: float = 100.0, **options) -> Issabel:
    """One agent talks since second 10,000; so many calls were completed before."""
    policy = floor(1, **options)
    for number in range(completed):
        talk(policy, 0, 500.0 * (number + 1), talk_s=talk_s)
    talk(policy, 0, 10_000.0, talk_s=None)
    return policy


def test_a_call_for_each_free_agent_less_those_waiting_and_ringing():
    policy = floor(6)
    for call in range(3):
        policy.placed(call, 0.0)
    policy.answered(0, 0.0)
    assert policy.decide(0.0).launch == 6 - 1 - 2


def test_reviews_only_every_three_seconds():
    policy = floor(2)
    assert [policy.decide(at).launch for at in (0.0, 0.0, 2.9, 3.0, 5.0, 6.5)] == [2, 0, 0, 2, 0, 2]


def test_wrap_up_and_pauses_are_not_free():
    policy = floor(3)
    policy.agent(0, "wrapup", 0.0)
    policy.agent(1, "paused", 0.0)
    assert policy.decide(0.0).launch == 1


def test_an_agent_is_about_to_be_free_at_three_and_a_half_mean_calls():
    # 1 - exp(-(t + 10) / 100) reaches 0.97 at t + 10 = 350.66.
    policy = experienced()
    assert policy.about_to_be_free(10_000.0 + 340.6) == 0
    assert policy.about_to_be_free(10_000.0 + 340.7) == 1
    assert policy.decide(10_350.0).launch == 1


def test_nobody_is_about_to_be_free_before_ten_completed_calls():
    assert experienced(9).about_to_be_free(20_000.0) == 0


def test_short_calls_are_not_completed_ones():
    assert experienced(talk_s=9.0).about_to_be_free(20_000.0) == 0


def test_nobody_is_about_to_be_free_without_prediction():
    assert experienced(predictive=False).about_to_be_free(20_000.0) == 0


def test_a_bound_on_calls_and_a_fixed_extra():
    assert floor(9, channels=4, extra=2).decide(0.0).launch == 6
    assert floor(0, extra=2).decide(0.0).launch == 0


@pytest.mark.parametrize(("reached", "calls"), [(3, 10), (1, 15), (0, 3)])
def test_overcommit_divides_by_the_share_somebody_picked_up(reached, calls):
    policy = floor(3, overcommit=True)
    for call in range(10):
        policy.placed(call, 0.0)
        policy.rang_out(call, 20.0, "machine" if call < reached else "noanswer")
    assert policy.decide(20.0).launch == calls


def test_overcommit_waits_for_ten_calls_of_the_last_half_hour():
    policy = floor(3, overcommit=True)
    for call in range(10):
        policy.placed(call, 0.0)
        policy.rang_out(call, 20.0, "machine" if call < 5 else "busy")
    assert policy.decide(1820.0).launch == 6
    assert policy.decide(1824.0).launch == 3


def test_a_confidence_that_is_no_probability_is_refused():
    with pytest.raises(ValueError, match="confidence is 1"):
        Issabel(confidence=1.0)
