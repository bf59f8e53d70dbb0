"""What each mode launches for a floor, and what it gives as its reason."""

import pytest

from pacing import Decision, Pacer, PacingTarget, Reason


def floor_of(pacer: Pacer, *, ready: int = 0, in_flight: int = 0, at: float = 0.0) -> Pacer:
    for agent in range(ready):
        pacer.agent(f"agent-{agent}", "ready", at)
    for call in range(in_flight):
        pacer.placed(f"call-{call}", at)
    return pacer


def test_the_face_of_the_design_page_works_as_written():
    pacer = Pacer(mode="predictive", target=PacingTarget(abandonment=0.03, answer_to_agent_s=2.0), seed=0)
    pacer.agent("ana", "ready", 0.0)
    pacer.placed("a", 1.0)
    pacer.rang_out("a", 20.0, "noanswer")
    pacer.placed("b", 21.0)
    pacer.answered("b", 30.0)
    pacer.connected("b", "ana", 30.1)
    pacer.agent("ana", "wrapup", 90.0)
    pacer.agent("ana", "ready", 120.0)
    pacer.placed("c", 121.0)
    pacer.answered("c", 130.0)
    pacer.abandoned("c", 132.0)
    decision = pacer.decide(133.0)
    assert isinstance(decision, Decision)
    assert decision.launch == 1
    assert pacer.totals == {"dials": 3, "answers": 2, "connected": 1, "abandoned": 1, "lost": 0}
    assert pacer.anomalies == {}
    assert decision.numbers["abandonment_24h"] == 0.5


@pytest.mark.parametrize("mode", ["progressive", "predictive", "ratio"])
def test_an_empty_floor_launches_nothing(mode):
    decision = Pacer(mode=mode).decide(0.0)
    assert (decision.launch, decision.reason) == (0, Reason.NO_AGENTS)


def test_paused_agents_are_nobody_at_work():
    pacer = Pacer()
    pacer.agent("ana", "paused", 0.0)
    assert pacer.decide(1.0).reason is Reason.NO_AGENTS


@pytest.mark.parametrize("state", ["talking", "wrapup"])
def test_busy_agents_are_a_reason_of_their_own(state):
    pacer = Pacer()
    pacer.agent("ana", state, 0.0)
    assert pacer.decide(1.0).reason is Reason.AGENTS_BUSY


def test_progressive_launches_one_call_for_each_uncovered_agent():
    decision = floor_of(Pacer(mode="progressive"), ready=5, in_flight=2).decide(1.0)
    assert (decision.launch, decision.reason) == (3, Reason.LAUNCHING)
    assert decision.numbers == {
        "ready": 5, "talking": 0, "wrapup": 0, "paused": 0, "leaving": 0,
        "in_flight": 2, "waiting": 0, "wanted": 3, "anomalies": 0,
    }  # fmt: skip


def test_a_person_waiting_still_holds_an_agent():
    pacer = floor_of(Pacer(), ready=1, in_flight=1)
    pacer.answered("call-0", 1.0)
    decision = pacer.decide(1.1)
    assert (decision.launch, decision.reason) == (0, Reason.ALL_AGENTS_COVERED)
    assert decision.numbers["waiting"] == 1


def test_who_is_connected_holds_nobody_else():
    pacer = floor_of(Pacer(), ready=2, in_flight=1)
    pacer.answered("call-0", 1.0)
    pacer.connected("call-0", "agent-0", 1.1)
    decision = pacer.decide(1.2)
    assert decision.launch == 1
    assert (decision.numbers["ready"], decision.numbers["talking"]) == (1, 1)


def test_a_call_that_rang_out_frees_its_line_at_once():
    pacer = floor_of(Pacer(), ready=1, in_flight=1)
    pacer.rang_out("call-0", 5.0, "busy")
    assert pacer.decide(5.0).launch == 1


@pytest.mark.parametrize("state", ["paused", "offline"])
def test_agents_who_leave_are_not_dialled_for_and_nothing_goes_negative(state):
    pacer = floor_of(Pacer(), ready=3, in_flight=3)
    for agent in range(2):
        pacer.agent(f"agent-{agent}", state, 1.0)
    decision = pacer.decide(2.0)
    assert (decision.launch, decision.reason) == (0, Reason.ALL_AGENTS_COVERED)
    pacer.rang_out("call-0", 3.0, "noanswer")
    assert pacer.decide(3.0).launch == 0
    pacer.rang_out("call-1", 3.0, "noanswer")
    pacer.rang_out("call-2", 3.0, "noanswer")
    assert pacer.decide(3.0).launch == 1


def test_asking_twice_gives_the_same_answer():
    pacer = floor_of(Pacer(target=PacingTarget(calls_per_second=2)), ready=5)
    assert pacer.decide(1.0) == pacer.decide(1.0)


def test_ratio_covers_each_ready_agent_with_its_number_of_calls():
    decision = floor_of(Pacer(mode="ratio", ratio=2.5), ready=3, in_flight=2).decide(1.0)
    assert (decision.launch, decision.numbers["ratio"]) == (5, 2.5)


@pytest.mark.parametrize("ratio", [0.5, float("inf"), float("nan")])
def test_a_ratio_that_covers_nobody_is_refused(ratio):
    with pytest.raises(ValueError, match="1 or more"):
        Pacer(mode="ratio", ratio=ratio)


def test_preview_launches_nothing_and_says_so():
    decision = floor_of(Pacer(mode="preview"), ready=3).decide(1.0)
    assert (decision.launch, decision.reason) == (0, Reason.PREVIEW)


def test_predictive_without_evidence_is_progressive_and_says_so():
    pacer = floor_of(Pacer(mode="predictive"), ready=2)
    decision = pacer.decide(1.0)
    assert (decision.launch, decision.reason, decision.numbers["cold_start"]) == (2, Reason.COLD_START, 1.0)
    floor_of(pacer, in_flight=2, at=1.0)
    assert (pacer.decide(1.0).launch, pacer.decide(1.0).reason) == (0, Reason.COLD_START)


def test_an_unknown_mode_is_refused():
    with pytest.raises(ValueError, match="blast"):
        Pacer(mode="blast")


@pytest.mark.parametrize(
    "field", ["abandonment", "answer_to_agent_s", "max_lines", "max_lines_per_agent", "calls_per_second"]
)
@pytest.mark.parametrize("value", [-1, float("nan")])
def test_a_target_outside_its_range_is_refused_by_name(field, value):
    with pytest.raises(ValueError, match=field):
        PacingTarget(**{field: value})


def test_lines_in_use_are_a_limit():
    pacer = floor_of(Pacer(target=PacingTarget(max_lines=3)), ready=5, in_flight=2)
    assert (pacer.decide(1.0).launch, pacer.decide(1.0).reason) == (1, Reason.LAUNCHING)
    pacer.placed("one more", 1.0)
    decision = pacer.decide(1.0)
    assert (decision.launch, decision.reason) == (0, Reason.NO_LINES)
    assert (decision.numbers["wanted"], decision.numbers["lines"], decision.numbers["max_lines"]) == (2, 3, 3)


def test_talking_lines_count_too():
    pacer = floor_of(Pacer(target=PacingTarget(max_lines=2)), ready=4, in_flight=2)
    for call in range(2):
        pacer.answered(f"call-{call}", 1.0)
        pacer.connected(f"call-{call}", f"agent-{call}", 1.0)
    assert pacer.decide(2.0).reason is Reason.NO_LINES


def test_lines_per_agent_are_a_limit():
    target = PacingTarget(max_lines_per_agent=1.5)
    pacer = floor_of(Pacer(mode="ratio", ratio=3, target=target), ready=2)
    assert pacer.decide(1.0).launch == 3
    floor_of(pacer, in_flight=3, at=1.0)
    decision = pacer.decide(1.0)
    assert (decision.launch, decision.reason, decision.numbers["lines_allowed"]) == (0, Reason.LINES_PER_AGENT, 3)


def test_no_more_calls_in_any_second_than_allowed_and_the_numbers_say_when_one_more_is():
    pacer = floor_of(Pacer(target=PacingTarget(calls_per_second=2)), ready=10)
    decision = pacer.decide(10.0)
    assert (decision.launch, decision.reason) == (2, Reason.LAUNCHING)
    assert decision.numbers["next_call_at"] == 11.0
    pacer.placed("a", 10.0)
    pacer.placed("b", 10.5)
    decision = pacer.decide(10.9)
    assert (decision.launch, decision.reason) == (0, Reason.CALLS_PER_SECOND)
    assert decision.numbers["next_call_at"] == 11.0
    assert pacer.decide(11.0).launch == 1


def test_half_a_call_a_second_is_a_call_in_two_seconds():
    pacer = floor_of(Pacer(target=PacingTarget(calls_per_second=0.5)), ready=3)
    assert pacer.decide(0.0).launch == 1
    pacer.placed("a", 0.0)
    assert pacer.decide(1.9).launch == 0
    assert pacer.decide(2.0).launch == 1


def test_launches_within_the_rate_need_no_waiting():
    decision = floor_of(Pacer(target=PacingTarget(calls_per_second=5)), ready=1).decide(3.0)
    assert decision.launch == 1
    assert "next_call_at" not in decision.numbers


def test_more_launches_than_asked_for_only_fill_the_present_span():
    pacer = floor_of(Pacer(target=PacingTarget(calls_per_second=1)), ready=10, in_flight=5, at=4.0)
    assert pacer.decide(4.5).launch == 0
    assert pacer.decide(5.0).launch == 1


def test_wide_limits_change_nothing():
    target = PacingTarget(max_lines=100, max_lines_per_agent=10, calls_per_second=50)
    decision = floor_of(Pacer(target=target), ready=3).decide(1.0)
    assert (decision.launch, decision.reason) == (3, Reason.LAUNCHING)
