"""VICIdial's level controller and line launcher, by their own numbers."""

import pytest

from pacing.peers.vicidial import Method, Vicidial, VicidialSettings, hours_and_minutes


def dialer(agents: int = 10, **settings) -> Vicidial:
    policy = Vicidial(VicidialSettings(**{"calls_per_second": 1000.0, **settings}))
    for agent in range(agents):
        policy.agent(agent, "ready", 0.0)
    return policy


def talking(policy: Vicidial, agents: int, at: float = 0.0) -> None:
    for agent in range(agents):
        call = ("talk", agent)
        policy.placed(call, at)
        policy.answered(call, at)
        policy.connected(call, agent, at)


def drop(policy: Vicidial, calls: int, at: float, of: int | None = None) -> None:
    """Abandon so many calls at once, `of` so many placed."""
    for number in range(of or calls):
        call = ("drop", at, number)
        policy.placed(call, at)
        if number < calls:
            policy.answered(call, at)
            policy.abandoned(call, at)
        else:
            policy.rang_out(call, at, "noanswer")


def test_settings_are_those_shipped():
    settings = VicidialSettings()
    assert (settings.maximum_level, settings.intensity, settings.idle_target) == (3.0, 0.0, 0.0)
    assert (settings.drop_limit_percent, settings.latest_server_time, settings.calls_per_second) == (3.0, 2100, 5.0)


@pytest.mark.parametrize("wrong", [{"level": 0.5}, {"maximum_level": 0.9}, {"calls_per_second": 0.0}])
def test_a_setting_without_meaning_is_refused(wrong):
    with pytest.raises(ValueError, match="give"):
        VicidialSettings(**wrong)


def loop(policy: Vicidial) -> int:
    """All that the launcher places in its first loop."""
    return policy.decide(0.0).launch + policy.decide(1.0).launch


class TestLauncher:
    def test_lines_are_the_level_times_ready_and_talking_agents_less_calls_up(self):
        policy = dialer(10, method=Method.RATIO, level=1.5)
        talking(policy, 4)
        policy.placed("ringing", 0.0)
        assert loop(policy) == round(1.5 * 10) - 5

    def test_agents_in_wrap_up_or_paused_count_for_no_line(self):
        policy = dialer(10, method=Method.RATIO, level=2.0)
        policy.agent(0, "wrapup", 0.0)
        policy.agent(1, "paused", 0.0)
        assert loop(policy) == 16

    def test_a_live_person_who_waits_holds_a_line(self):
        policy = dialer(2, method=Method.RATIO, level=1.0)
        policy.placed("c", 0.0)
        policy.answered("c", 0.0)
        assert loop(policy) == 1

    def test_asking_again_within_a_loop_launches_nothing_more(self):
        policy = dialer(10, method=Method.RATIO, level=1.0)
        assert [policy.decide(at).launch for at in (0.0, 0.0, 1.0, 1.0, 2.4)] == [1, 0, 9, 0, 0]
        assert policy.decide(2.5).launch == 1  # nobody told of the first ten

    def test_loops_keep_their_grid_when_asked_in_between(self):
        policy = dialer(1, method=Method.RATIO, level=1.0)
        assert [policy.decide(float(second)).launch for second in range(9)] == [1, 0, 0, 1, 0, 1, 0, 0, 1]

    def test_the_launch_rate_spreads_a_loop_and_makes_it_longer(self):
        policy = dialer(20, method=Method.RATIO, level=1.0, calls_per_second=5.0)
        assert [policy.decide(at).launch for at in (0.0, 0.2, 1.0, 2.5, 3.9)] == [1, 1, 4, 7, 7]
        assert policy.decide(4.0).launch == 1

    def test_never_fewer_than_none(self):
        policy = dialer(2, method=Method.RATIO, level=2.0)
        for call in range(9):
            policy.placed(call, 0.0)
        assert loop(policy) == 0


class TestLevel:
    def test_starts_at_one_and_grows_by_the_share_of_idle_agents(self):
        policy = dialer(10)
        talking(policy, 8)
        policy.decide(14.0)
        assert policy.level == 1.0
        policy.decide(15.0)
        assert policy.level == 1.2
        policy.decide(30.0)
        assert policy.level == 1.44
        policy.decide(45.0)
        assert policy.level == 1.728

    def test_falls_with_waiting_people_but_not_below_one(self):
        policy = dialer(10, level=2.0)
        talking(policy, 10)
        for call in range(2):
            policy.placed(call, 0.0)
            policy.answered(call, 0.0)
        policy.decide(15.0)
        assert policy.level == 1.6
        policy.decide(90.0)
        assert policy.level == 1.0

    def test_stays_under_its_cap(self):
        policy = dialer(10, maximum_level=1.3)
        policy.decide(60.0)
        assert policy.level == 1.3

    def test_logged_in_agents_who_are_paused_dilute_the_share(self):
        policy = dialer(10)
        talking(policy, 8)
        for agent in range(10, 20):
            policy.agent(agent, "paused", 0.0)
        policy.decide(15.0)
        assert policy.level == 1.1

    def test_an_idle_target_below_zero_keeps_agents_idle(self):
        policy = dialer(10, idle_target=-2.0)
        talking(policy, 8)
        policy.decide(15.0)
        assert policy.level == 1.0

    def test_intensity_speeds_the_way_up_and_slows_the_way_down(self):
        up = dialer(10, intensity=20.0)
        talking(up, 8)
        up.decide(15.0)
        assert up.level == 1.24
        down = dialer(10, intensity=20.0, level=2.0)
        talking(down, 10)
        for call in range(2):
            down.placed(call, 0.0)
            down.answered(call, 0.0)
        down.decide(15.0)
        assert down.level == 1.68

    def test_is_left_alone_with_nobody_logged_in(self):
        policy = dialer(0, level=2.0)
        policy.decide(60.0)
        assert policy.level == 2.0

    def test_is_constant_for_the_ratio_method(self):
        policy = dialer(10, method=Method.RATIO, level=1.5)
        drop(policy, 60, 0.0)
        policy.decide(120.0)
        assert policy.level == 1.5

    def test_facts_run_the_seconds_before_them_on_the_picture_as_it_stood(self):
        told, asked = dialer(10), dialer(10)
        for second in range(15):
            asked.decide(float(second))
        for policy in (told, asked):
            policy.agent(0, "paused", 14.5)
            policy.decide(15.0)
        assert told.level == asked.level


class TestDropRules:
    def busy_floor(self, **settings) -> Vicidial:
        policy = dialer(20, level=3.0, **settings)
        talking(policy, 20)
        return policy

    def test_average_falls_from_three_to_one_in_half_a_minute(self):
        policy = self.busy_floor(method=Method.AVERAGE)
        drop(policy, 3, 1.0, of=40)  # 3 of 23 live people: above 3 % of the day, below half of a minute
        policy.decide(59.0)
        assert policy.level == 3.0
        policy.decide(60.0)
        assert policy.level == 1.5
        policy.decide(75.0)
        assert policy.level == 1.0

    def test_average_cannot_leave_one_even_with_everyone_idle(self):
        policy = dialer(20, method=Method.AVERAGE)
        drop(policy, 60, 1.0)
        policy.decide(600.0)
        assert policy.level == 1.0

    def test_hard_limit_is_one_at_once(self):
        policy = self.busy_floor(method=Method.HARD_LIMIT)
        drop(policy, 3, 1.0, of=40)
        policy.decide(60.0)
        assert policy.level == 1.0

    def test_at_most_fifty_calls_in_the_day_excuse_the_drops(self):
        policy = self.busy_floor(method=Method.HARD_LIMIT)
        drop(policy, 3, 1.0, of=30)
        policy.decide(60.0)
        assert policy.level == 3.0

    def test_half_of_a_minutes_calls_dropped_halve_the_level_for_every_method(self):
        policy = self.busy_floor(method=Method.TAPERED, start_hour=9.0, drop_limit_percent=100.0)
        drop(policy, 40, 1.0, of=40)
        policy.decide(60.0)
        assert policy.level == 1.5

    def test_both_rules_fire_in_their_order(self):
        policy = self.busy_floor(method=Method.AVERAGE, maximum_level=8.0)
        policy.level = 8.0
        drop(policy, 40, 1.0, of=40)
        policy.decide(60.0)
        assert policy.level == 2.0


class TestTapered:
    def after(self, start_hour: float) -> float:
        policy = dialer(20, method=Method.TAPERED, level=3.0, start_hour=start_hour)
        talking(policy, 20)
        drop(policy, 3, 1.0, of=40)
        policy.decide(60.0)
        return policy.level

    def test_does_nothing_before_eleven(self):
        assert self.after(9.0) == self.after(10.5) == 3.0

    def test_fades_by_hours_and_minutes_as_plain_numbers(self):
        assert self.after(11.0 + 29 / 60) == pytest.approx(3.0 * (2100 - 1130) / 1000)
        assert self.after(12.0 - 1 / 60) == pytest.approx(3.0 * (2100 - 1200) / 1000)

    def test_is_one_at_and_after_the_latest_time(self):
        assert self.after(21.0 - 1 / 60) == self.after(22.0) == 1.0

    @pytest.mark.parametrize(
        ("start_hour", "at", "written"), [(0.0, 0.0, 0), (9.5, 0.0, 930), (9.5, 1800.0, 1000), (23.0, 7200.0, 100)]
    )
    def test_hours_and_minutes(self, start_hour, at, written):
        assert hours_and_minutes(start_hour, at) == written
