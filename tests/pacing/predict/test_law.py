"""When the predictive law launches more than progressive, how much more, and what it says of it."""

import json

import pytest

from pacing import Pacer, PacingTarget, Reason
from pacing.predict.evidence import EVIDENCE_CALLS
from pacing.predict.law import LINES_PER_CALL_ENDED, MOST_LINES_PER_AGENT


class Taught:
    """A predictive Pacer that has seen calls: people answer at 6 to 13 s, the others ring for 20 s."""

    def __init__(self, target: PacingTarget | None = None) -> None:
        self.pacer, self.at, self.number = Pacer(mode="predictive", target=target), 0.0, 0

    def agents(self, number: int, state: str = "ready", *, name: str = "agent") -> "Taught":
        for agent in range(number):
            self.pacer.agent(f"{name} {agent}", state, self.at)
        return self

    def placed(self, number: int = 1, kind: str | None = None) -> "Taught":
        for _ in range(number):
            self.number += 1
            self.pacer.placed(self.number, self.at, kind=kind)
        return self

    def calls(self, number: int, *, answered_of_ten: int = 3, abandoned_of_hundred: int = 0) -> "Taught":
        """Calls one after another; those who answer talk for a minute to an agent who then pauses."""
        lost = 0
        for call in range(number):
            self.placed()
            human = call * answered_of_ten % 10 < answered_of_ten
            self.at += 6.0 + call % 8 if human else 20.0
            if not human:
                self.pacer.rang_out(self.number, self.at, "noanswer")
                continue
            self.pacer.answered(self.number, self.at)
            if lost < call * abandoned_of_hundred // 100:
                lost += 1
                self.pacer.abandoned(self.number, self.at)
            else:
                self.pacer.connected(self.number, "teacher", self.at)
                self.at += 60.0
                self.pacer.agent("teacher", "wrapup", self.at)
                self.at += 10.0
                self.pacer.agent("teacher", "paused", self.at)
        return self

    def decide(self):
        return self.pacer.decide(self.at)


def test_until_there_is_evidence_one_call_is_launched_for_each_ready_agent():
    floor = Taught().calls(EVIDENCE_CALLS - 1).agents(5)
    decision = floor.decide()
    assert (decision.launch, decision.reason) == (5, Reason.COLD_START)
    assert (decision.numbers["evidence_calls"], decision.numbers["evidence_wanted"]) == (29, EVIDENCE_CALLS)
    assert "expected_overflow" not in decision.numbers
    covered = floor.placed(5).decide()
    assert (covered.launch, covered.reason) == (0, Reason.COLD_START)


def test_any_thirty_calls_are_no_evidence_while_one_of_the_first_thirty_still_rings():
    floor = Taught().agents(40).placed(40)
    early, late = range(1, 36), range(36, 41)
    floor.at += 3.0
    for call in early:
        floor.pacer.rang_out(call, floor.at, "busy")
    decision = floor.decide()
    assert decision.reason is Reason.COLD_START
    assert decision.numbers["evidence_calls"] == EVIDENCE_CALLS - len(late)
    floor.at += 20.0
    for call in late:
        floor.pacer.rang_out(call, floor.at, "noanswer")
    assert floor.decide().reason is Reason.LAUNCHING
    assert floor.placed(40).decide().reason is not Reason.COLD_START


def test_on_a_first_guess_no_more_is_staked_than_two_calls_for_each_that_has_ended():
    floor = Taught().agents(300).placed(EVIDENCE_CALLS)
    floor.at += 20.0
    for call in range(1, EVIDENCE_CALLS + 1):
        floor.pacer.rang_out(call, floor.at, "noanswer")
    floor.pacer.agent("agent 0", "talking", floor.at)
    for agent in range(100, 300):
        floor.pacer.agent(f"agent {agent}", "talking", floor.at)
    decision = floor.decide()
    assert decision.launch == 99  # one for each ready agent is no guess
    for agent in range(20, 100):
        floor.pacer.agent(f"agent {agent}", "talking", floor.at)
    decision = floor.decide()
    assert decision.launch == LINES_PER_CALL_ENDED * EVIDENCE_CALLS


def test_without_evidence_and_without_a_ready_agent_the_agents_are_the_reason():
    assert Taught().decide().reason is Reason.NO_AGENTS
    assert Taught().agents(3, "talking").decide().reason is Reason.AGENTS_BUSY


def test_with_evidence_more_is_launched_and_the_numbers_say_why():
    decision = Taught().calls(EVIDENCE_CALLS * 5).agents(10).decide()
    assert decision.launch >= 13
    assert decision.reason is Reason.LAUNCHING
    numbers = decision.numbers
    assert numbers["answer_probability"] == pytest.approx(0.3, abs=0.05)
    assert numbers["answer_delay_s"] == pytest.approx(10.0, abs=2.0)
    assert numbers["handle_s"] == pytest.approx(70.0, rel=0.2)
    assert numbers["expected_answers"] == pytest.approx(decision.launch * numbers["answer_probability"])
    assert 0.0 < numbers["expected_overflow"] <= numbers["allowed_overflow"]
    assert numbers["wanted"] == decision.launch
    json.dumps(dict(numbers), allow_nan=False)


def test_what_was_launched_is_enough_until_something_happens():
    floor = Taught().calls(150).agents(10)
    decision = floor.placed(floor.decide().launch).decide()
    assert (decision.launch, decision.reason) == (0, Reason.ALL_AGENTS_COVERED)


@pytest.mark.parametrize("answered_of_ten", [1, 3, 9])
def test_one_ready_agent_alone_is_never_over_dialled(answered_of_ten):
    floor = Taught().calls(150, answered_of_ten=answered_of_ten).agents(1)
    assert floor.decide().launch == 1
    for _ in range(40):
        assert floor.placed(floor.decide().launch).decide().launch == 0
        floor.at += 1.0
    floor.pacer.answered(floor.number, floor.at)
    assert floor.decide().launch == 0
    floor.pacer.connected(floor.number, "agent 0", floor.at)
    floor.at += 30.0
    assert (floor.decide().launch, floor.decide().reason) == (0, Reason.AGENTS_BUSY)


def test_who_leaves_makes_the_other_one_alone():
    floor = Taught(PacingTarget(abandonment=0.1)).calls(150, answered_of_ten=1).agents(2)
    assert floor.decide().launch > 2
    floor.pacer.leaving("agent 0", floor.at)
    assert floor.decide().launch == 1


def test_calls_are_launched_for_agents_who_are_about_to_be_ready():
    floor = Taught().calls(300)
    floor.agents(20, "wrapup")
    floor.at += 9.0
    decision = floor.decide()
    assert decision.numbers["ready"] == 0
    assert (decision.launch > 5, decision.reason) == (True, Reason.LAUNCHING)


def test_nothing_is_launched_for_agents_who_have_just_begun_to_talk():
    decision = Taught().calls(300).agents(3, "talking").decide()
    assert (decision.launch, decision.reason) == (0, Reason.AGENTS_BUSY)


def test_a_list_that_answers_less_is_dialled_more():
    launches = [Taught().calls(400, answered_of_ten=answered).agents(8).decide().launch for answered in (8, 5, 3, 2, 1)]
    assert launches == sorted(launches)
    assert launches[0] >= 8
    assert launches[-1] > 2.5 * launches[0]


def test_a_higher_promise_bears_more_calls():
    launches = [
        Taught(PacingTarget(abandonment=share)).calls(150).agents(8).decide().launch
        for share in (0.0, 0.005, 0.03, 0.1, 0.3)
    ]
    assert launches == sorted(launches)
    assert launches[0] == 8 < launches[2] < launches[-1]


def test_a_list_nobody_answers_has_an_end_to_its_lines():
    floor = Taught(PacingTarget(abandonment=1.0)).calls(3000, answered_of_ten=0).agents(3)
    decision = floor.decide()
    assert decision.launch == 3 * MOST_LINES_PER_AGENT
    assert floor.placed(decision.launch).decide().launch == 0
    assert floor.agents(1, name="another").decide().launch == MOST_LINES_PER_AGENT


def test_a_whole_floor_coming_at_once_is_dialled_for_as_one():
    """A third of three hundred calls would be answered; how sure the law is of the third keeps it below."""
    assert 150 < Taught().calls(300).agents(100).decide().launch < 333


def test_after_too_much_abandonment_in_an_hour_only_ready_agents_are_dialled_for():
    floor = Taught(PacingTarget(windows_s=(60.0,)))
    floor.agents(2)
    for _ in range(200):
        floor.placed()
        floor.at += 1.0
        floor.pacer.answered(floor.number, floor.at)
        floor.pacer.abandoned(floor.number, floor.at)
    launching = floor.decide()
    assert (launching.launch, launching.reason) == (2, Reason.LAUNCHING)
    assert launching.numbers["allowed_overflow"] == 0.0
    held = floor.placed(2).decide()
    assert (held.launch, held.reason) == (0, Reason.ABANDONMENT_LIMIT)


def test_at_the_hard_limit_of_a_window_only_ready_agents_are_dialled_for():
    floor = Taught(PacingTarget(hard=0.05)).calls(2000, abandoned_of_hundred=3).agents(6)
    assert floor.decide().numbers["abandonment_30d"] > 0.05
    assert floor.decide().launch == 6
    assert floor.placed(6).decide().reason is Reason.ABANDONMENT_LIMIT


def test_people_who_wait_hold_agents_back():
    floor = Taught().calls(150).agents(6)
    free = floor.decide().launch
    for _ in range(6):
        floor.placed()
        floor.pacer.answered(floor.number, floor.at)
    decision = floor.decide()
    assert decision.numbers["waiting"] == 6
    assert decision.launch == 0
    assert free > 6
    assert decision.numbers["expected_answers"] >= 6.0


def test_calls_of_a_class_that_answers_more_are_dialled_less():
    floor = Taught()
    for kind, answers in (("mobile", True), ("fixed", False)) * 150:
        floor.placed(kind=kind)
        floor.at += 8.0 if answers else 20.0
        if answers:
            floor.pacer.answered(floor.number, floor.at)
            floor.pacer.abandoned(floor.number, floor.at)
        else:
            floor.pacer.rang_out(floor.number, floor.at, "noanswer")
    floor.agents(6).placed(30, kind="fixed")
    fixed = floor.decide().numbers["expected_answers"]
    floor.at += 3600.0
    floor.decide()
    floor.placed(30, kind="mobile")
    assert floor.decide().numbers["expected_answers"] > 2.0 * fixed


def test_a_restored_law_decides_the_same():
    before = Taught().calls(120, abandoned_of_hundred=1)
    after = Taught()
    after.at, after.number = before.at, before.number
    after.pacer.restore(json.loads(json.dumps(before.pacer.state())))
    before.pacer.agent("teacher", "offline", before.at)
    for floor in (before, after):
        floor.agents(9).agents(4, "talking", name="talks")
    for _ in range(30):
        one, two = before.decide(), after.decide()
        assert (one.launch, one.reason) == (two.launch, two.reason)
        assert {**one.numbers, "anomalies": 0} == {**two.numbers, "anomalies": 0}
        for floor in (before, after):
            floor.placed(one.launch)
            floor.at += 1.7
            floor.pacer.answered(floor.number, floor.at)
            floor.pacer.connected(floor.number, "agent 0", floor.at)
    assert before.pacer.state() == after.pacer.state()


@pytest.mark.parametrize("part", ["pace", "answering", "handling", "promise"])
def test_what_is_no_state_of_the_law_is_refused_and_changes_nothing(part):
    floor = Taught().calls(60)
    state = floor.pacer.state()
    broken = json.loads(json.dumps(state))
    broken["law"]["predictive"][part] = {}
    other = Taught().calls(40)
    before = other.pacer.state()
    with pytest.raises(ValueError, match="no state of a Pacer"):
        other.pacer.restore(broken)
    assert other.pacer.state() == before
