"""A trunk that fails every call is tried now and then, and dialled on as soon as it carries again."""

import pytest

from pacing import Pacer, PacingTarget, Reason
from pacing.trunk import CARRIED_AFTER_S, FAILURES, TRY_EVERY_S


class Failing:
    """Ten ready agents on a trunk of which so many calls have failed at once, one after another."""

    def __init__(self, failures: int = FAILURES, *, mode: str = "progressive", at: float = 100.0) -> None:
        self.pacer, self.at, self.number = Pacer(mode=mode, target=PacingTarget(calls_per_second=50)), at, 0
        for agent in range(10):
            self.pacer.agent(agent, "ready", at)
        for _ in range(failures):
            self.fail(self.place())

    def place(self) -> int:
        self.number += 1
        self.pacer.placed(self.number, self.at)
        return self.number

    def fail(self, call: int) -> None:
        self.pacer.rang_out(call, self.at, "failed")

    def after(self, seconds: float):
        self.at += seconds
        return self.pacer.decide(self.at)


def test_failures_one_short_of_the_bound_are_bad_luck():
    assert Failing(FAILURES - 1).after(0.0).launch == 10


@pytest.mark.parametrize("mode", ["progressive", "predictive", "ratio"])
def test_a_failing_trunk_is_tried_now_and_then_in_every_mode(mode):
    trunk = Failing(mode=mode)
    decision = trunk.after(0.1)
    assert (decision.launch, decision.reason) == (0, Reason.TRUNK_FAILING)
    assert (decision.numbers["wanted"], decision.numbers["failures_in_a_row"]) == (10, FAILURES)
    launched = 0
    for _ in range(600):  # a minute
        for _ in range(trunk.after(0.1).launch):
            launched += 1
            trunk.fail(trunk.place())
    assert launched == pytest.approx(60.0 / TRY_EVERY_S, abs=2)


def test_one_try_is_out_at_a_time():
    trunk = Failing()
    assert trunk.after(TRY_EVERY_S).launch == 1
    trunk.place()
    assert trunk.after(0.5 * TRY_EVERY_S).launch == 0


@pytest.mark.parametrize("outcome", ["noanswer", "busy", "machine", "answered"])
def test_the_first_try_that_ends_otherwise_lets_everything_go_on(outcome):
    trunk = Failing()
    trunk.after(TRY_EVERY_S)
    call = trunk.place()
    trunk.at += 3.0
    if outcome == "answered":
        trunk.pacer.answered(call, trunk.at)
    else:
        trunk.pacer.rang_out(call, trunk.at, outcome)
    decision = trunk.after(0.0)
    assert decision.launch >= 9
    assert "failures_in_a_row" not in decision.numbers


def test_a_try_that_rings_is_carried():
    trunk = Failing()
    trunk.after(TRY_EVERY_S)
    trunk.place()
    assert trunk.after(CARRIED_AFTER_S - 0.1).launch <= 1
    assert trunk.after(0.1).launch == 9


def test_calls_from_before_the_failures_prove_nothing():
    trunk = Failing(0)
    old, ringing = trunk.place(), trunk.place()
    trunk.at += 3.0
    for _ in range(FAILURES):
        trunk.fail(trunk.place())
    trunk.at += 10.0
    trunk.pacer.answered(old, trunk.at)
    assert trunk.after(0.0).launch == 1  # a try
    trunk.pacer.rang_out(ringing, trunk.at, "noanswer")
    assert trunk.after(0.0).numbers["failures_in_a_row"] == FAILURES


def test_the_end_of_a_call_nobody_knew_proves_nothing():
    trunk = Failing()
    trunk.pacer.rang_out("unknown", trunk.at, "noanswer")
    assert trunk.after(0.0).reason is Reason.TRUNK_FAILING


def test_failures_among_others_are_numbers_that_do_not_exist():
    trunk = Failing(0)
    for _ in range(20):
        for _ in range(FAILURES - 1):
            trunk.fail(trunk.place())
        trunk.pacer.rang_out(trunk.place(), trunk.at, "busy")
    assert trunk.after(1.0).launch == 10


def test_nothing_wished_for_is_not_the_trunks_fault():
    trunk = Failing()
    for agent in range(10):
        trunk.pacer.agent(agent, "talking", trunk.at)
    assert trunk.after(0.0).reason is Reason.AGENTS_BUSY


def test_a_clock_set_back_does_not_stall_the_tries():
    trunk = Failing(at=1e6)
    trunk.at = 0.0
    assert trunk.after(0.0).launch == 1


def test_while_the_trunk_fails_nothing_is_learned_of_people():
    trunk = Failing(mode="predictive")
    learned = trunk.pacer.state()["law"]
    for _ in range(200):
        trunk.at += TRY_EVERY_S
        trunk.fail(trunk.place())
    assert trunk.pacer.state()["law"] == learned
