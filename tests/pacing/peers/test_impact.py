"""Impact Dialing's replay of its last calls."""

import numpy as np
import pytest

from pacing.peers.impact import HISTORY_CALLS, Impact, replay


def floor(ready: int = 6, *, acceptable: float = 0.03, seed: int = 0) -> Impact:
    policy = Impact(acceptable_abandonment=acceptable, seed=seed)
    for agent in range(ready):
        policy.agent(agent, "ready", 0.0)
    return policy


def history(policy: Impact, calls: int, *, answered_each: int = 4, until: float = 59.0, talk_s: float = 40.0) -> None:
    """So many calls, one in `answered_each` of them answered, all over by `until`."""
    for call in range(calls):
        if call % answered_each:
            policy.placed(call, until - 1.0)
            policy.rang_out(call, until - 1.0, "noanswer")
        else:
            policy.placed(call, until - talk_s)
            policy.answered(call, until - talk_s)
            policy.connected(call, "agent", until - talk_s)
            policy.agent("agent", "wrapup", until)
    policy.agent("agent", "offline", until)


def generator() -> np.random.Generator:
    return np.random.default_rng(0)


class TestReplay:
    def test_more_lines_keep_agents_busier_and_lose_more_people(self):
        talks = [60, 0, 0, 0] * 25
        few, many = replay(talks, 10, 1.0, generator()), replay(talks, 10, 4.0, generator())
        assert few[0] < many[0]
        assert few[1] < many[1]

    def test_without_an_answer_nobody_is_busy_and_nothing_is_acceptable(self):
        assert replay([0] * 50, 5, 4.0, generator()) == (0.0, 1.0)

    def test_both_figures_are_shares(self):
        utilisation, abandonment = replay([300] * 100, 5, 4.0, generator())
        assert 0.0 < utilisation < 1.0
        assert 0.0 < abandonment < 1.0

    def test_is_the_same_for_the_same_chance(self):
        talks = [30, 0, 80, 0, 0] * 20
        assert replay(talks, 8, 2.0, generator()) == replay(talks, 8, 2.0, generator())


class TestBestDials:
    def test_is_one_for_fewer_than_five_agents(self):
        policy = floor(4)
        history(policy, 100)
        policy.decide(60.0)
        assert policy.best_dials == 1.0

    def test_is_one_for_fewer_than_fifty_calls(self):
        policy = floor()
        history(policy, 49)
        policy.decide(60.0)
        assert policy.best_dials == 1.0

    def test_is_one_where_nobody_answered(self):
        policy = floor()
        for call in range(60):
            policy.placed(call, 10.0)
            policy.rang_out(call, 20.0, "busy")
        policy.decide(60.0)
        assert policy.best_dials == 1.0

    def test_is_one_where_no_ratio_is_acceptable(self):
        policy = floor(acceptable=0.0)
        history(policy, 100)
        policy.decide(60.0)
        assert policy.best_dials == 1.0

    def test_is_a_sixth_step_of_the_calls_per_answer(self):
        policy = floor(20, acceptable=0.2)
        history(policy, 100)
        policy.decide(60.0)
        assert policy.best_dials in [pytest.approx(max(1.0, 4.0 * sixth / 6)) for sixth in range(1, 7)]
        assert policy.best_dials > 1.0

    def test_is_found_once_a_minute(self):
        policy = floor(20, acceptable=0.2)
        policy.decide(60.0)
        history(policy, 100, until=101.0)
        policy.decide(119.0)
        assert policy.best_dials == 1.0
        policy.decide(120.0)
        assert policy.best_dials > 1.0

    def test_forgets_calls_older_than_half_an_hour(self):
        policy = floor(20, acceptable=0.2)
        history(policy, 100)
        policy.decide(60.0)
        policy.decide(1860.0)
        assert policy.best_dials == 1.0

    def test_replays_a_bounded_number_of_calls(self):
        policy = floor()
        history(policy, 500)
        assert len(policy._calls) == HISTORY_CALLS

    def test_is_the_same_for_the_same_seed(self):
        found = []
        for _ in range(2):
            policy = floor(20, acceptable=0.1, seed=7)
            history(policy, 100)
            policy.decide(60.0)
            found.append(policy.best_dials)
        assert found[0] == found[1]


class TestLaunch:
    def dialed(self, ready: int, *, best: float, acceptable: float = 0.03) -> Impact:
        policy = floor(ready, acceptable=acceptable)
        policy.decide(0.0)
        policy.best_dials = best
        return policy

    def test_one_line_for_each_idle_agent_before_the_first_call(self):
        policy = floor(6)
        policy.best_dials = 3.0
        assert policy.decide(0.0).launch == 6

    def test_the_best_ratio_for_each_idle_agent_less_calls_ringing(self):
        policy = self.dialed(6, best=1.5)
        policy.placed("c", 0.5)
        assert policy.decide(1.0).launch == 8

    def test_at_most_four_lines_for_each_idle_agent(self):
        assert self.dialed(6, best=9.0).decide(1.0).launch == 24

    def test_once_a_second(self):
        policy = floor(6)
        assert [policy.decide(at).launch for at in (0.0, 0.0, 0.9, 1.0)] == [6, 0, 0, 6]

    def test_three_quarters_of_the_ratio_above_the_acceptable_abandonment(self):
        policy = self.dialed(6, best=2.0)
        policy.placed("c", 0.0)
        policy.answered("c", 0.1)
        policy.abandoned("c", 0.2)
        assert policy.decide(1.0).launch == 9
        policy.best_dials = 1.0
        assert policy.decide(2.0).launch == 6

    def test_one_line_after_ten_quiet_minutes(self):
        policy = self.dialed(0, best=2.0)
        policy.decide(5.0)
        policy.agent("late", "ready", 5.0)
        policy.decide(6.0)
        policy.agent("late", "paused", 7.0)
        policy.agent("late", "ready", 700.0)
        policy.best_dials = 2.0
        assert policy.decide(700.0).launch == 1

    def test_never_fewer_than_none(self):
        policy = self.dialed(1, best=1.0)
        for call in range(5):
            policy.placed(call, 0.5)
        assert policy.decide(1.0).launch == 0


def test_an_abandonment_that_is_no_share_is_refused():
    with pytest.raises(ValueError, match="acceptable_abandonment is 3"):
        Impact(acceptable_abandonment=3, seed=0)
