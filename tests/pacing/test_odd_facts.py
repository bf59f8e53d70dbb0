"""Unknown, late, repeated and contradictory facts: counted, never raised, and never a reason to dial too much."""

import math

import pytest

from pacing import Anomaly, Pacer, PacingTarget
from pacing.floor import REMEMBERED_CALLS


@pytest.fixture
def pacer() -> Pacer:
    """Two ready agents and one call ringing since second 0."""
    pacer = Pacer()
    pacer.agent("ana", "ready", 0.0)
    pacer.agent("bia", "ready", 0.0)
    pacer.placed("a", 0.0)
    return pacer


def numbers(pacer: Pacer, at: float, *names: str) -> tuple[float, ...]:
    decision = pacer.decide(at)
    return tuple(decision.numbers[name] for name in names)


def test_a_lost_call_is_dropped_after_the_bound(pacer):
    assert pacer.decide(179.9).launch == 1
    assert pacer.decide(180.0).launch == 2
    assert pacer.anomalies == {Anomaly.LOST: 1}
    assert pacer.totals["lost"] == 1


def test_a_person_whose_end_is_lost_does_not_hold_an_agent_for_ever(pacer):
    pacer.answered("a", 10.0)
    assert pacer.decide(189.0).launch == 1
    assert pacer.decide(190.0).launch == 2


def test_the_bound_must_be_a_time():
    with pytest.raises(ValueError, match="lost_after_s"):
        Pacer(lost_after_s=0.0)


def test_late_news_of_a_lost_call_is_believed_where_an_agent_is_needed(pacer):
    pacer.answered("a", 200.0)
    assert numbers(pacer, 200.0, "waiting", "in_flight") == (1, 0)
    assert pacer.anomalies == {Anomaly.LOST: 1, Anomaly.LATE: 1}
    pacer.connected("a", "ana", 201.0)
    assert numbers(pacer, 201.0, "talking", "ready") == (1, 1)


def test_a_lost_call_that_rings_out_late_changes_nothing(pacer):
    pacer.rang_out("a", 200.0, "noanswer")
    assert pacer.decide(200.0).launch == 2
    assert pacer.anomalies[Anomaly.LATE] == 1


def test_a_lost_call_that_is_abandoned_late_counts(pacer):
    pacer.abandoned("a", 200.0)
    assert pacer.totals["abandoned"] == 1


def test_a_second_answer_is_counted_and_changes_nothing(pacer):
    pacer.answered("a", 5.0)
    pacer.answered("a", 6.0)
    assert numbers(pacer, 6.0, "waiting") == (1,)
    assert pacer.totals["answers"] == 1
    assert pacer.anomalies == {Anomaly.CONTRADICTED: 1}


def test_an_agent_ready_twice_is_one_agent(pacer):
    pacer.agent("ana", "ready", 1.0)
    assert numbers(pacer, 1.0, "ready") == (2,)
    assert pacer.anomalies == {Anomaly.REPEATED: 1}


def test_talking_and_offline_may_be_told_twice(pacer):
    pacer.answered("a", 1.0)
    pacer.connected("a", "ana", 1.0)
    pacer.agent("ana", "talking", 1.0)
    pacer.agent("bia", "talking", 2.0)
    pacer.connected("b", "bia", 2.0)
    pacer.agent("bia", "offline", 3.0)
    pacer.agent("bia", "offline", 3.0)
    assert numbers(pacer, 3.0, "talking", "ready") == (1, 0)
    assert pacer.anomalies == {Anomaly.UNKNOWN_CALL: 1}


def test_a_state_nobody_understands_dials_for_nobody(pacer):
    pacer.agent("ana", "lunch", 1.0)
    assert numbers(pacer, 1.0, "ready", "paused") == (1, 1)
    assert pacer.anomalies == {Anomaly.UNKNOWN_STATE: 1}


def test_an_outcome_nobody_understands_still_frees_the_line(pacer):
    pacer.rang_out("a", 1.0, "eaten")
    assert pacer.decide(1.0).launch == 2
    assert pacer.anomalies == {Anomaly.UNKNOWN_OUTCOME: 1}
    assert pacer.state()["tally"]["outcomes"]["unknown"] == 1


def test_news_of_unknown_calls(pacer):
    pacer.rang_out("x", 1.0, "busy")
    assert pacer.decide(1.0).launch == 1
    pacer.answered("y", 1.0)
    assert pacer.decide(1.0).launch == 0
    pacer.abandoned("z", 1.0)
    pacer.connected("w", "bia", 1.0)
    assert numbers(pacer, 1.0, "talking", "ready") == (1, 1)
    assert pacer.anomalies == {Anomaly.UNKNOWN_CALL: 4}
    assert (pacer.totals["abandoned"], pacer.totals["connected"]) == (1, 1)


def test_an_answer_that_was_never_told_is_supplied(pacer):
    pacer.placed("b", 1.0)
    pacer.connected("a", "ana", 5.0)
    pacer.abandoned("b", 5.0)
    assert pacer.totals["answers"] == 2
    assert pacer.anomalies == {Anomaly.ANSWER_MISSING: 2}


def test_a_repeated_placing_is_one_call(pacer):
    pacer.placed("a", 1.0)
    assert pacer.totals["dials"] == 1
    assert pacer.anomalies == {Anomaly.REPEATED: 1}


def test_an_id_used_again_is_a_new_call(pacer):
    pacer.rang_out("a", 1.0, "busy")
    pacer.placed("a", 2.0)
    assert pacer.decide(2.0).launch == 1
    pacer.connected("a", "ana", 3.0)
    pacer.placed("a", 4.0)
    assert numbers(pacer, 4.0, "in_flight", "talking") == (1, 1)
    assert pacer.anomalies == {Anomaly.ID_REUSED: 2, Anomaly.ANSWER_MISSING: 1}


def test_a_machine_found_out_after_the_answer_frees_the_agent_held(pacer):
    pacer.answered("a", 5.0)
    pacer.rang_out("a", 6.0, "machine")
    assert pacer.decide(6.0).launch == 2
    assert pacer.totals["abandoned"] == 0
    assert pacer.anomalies == {}


def test_nobody_who_waits_for_an_agent_was_busy(pacer):
    pacer.answered("a", 5.0)
    pacer.rang_out("a", 6.0, "busy")
    assert pacer.decide(6.0).launch == 2
    assert pacer.anomalies == {Anomaly.CONTRADICTED: 1}


def test_the_first_end_of_a_call_stands(pacer):
    pacer.answered("a", 1.0)
    pacer.abandoned("a", 2.0)
    pacer.abandoned("a", 3.0)
    pacer.answered("a", 3.0)
    pacer.rang_out("a", 3.0, "busy")
    assert pacer.decide(3.0).launch == 2
    assert pacer.totals == {"dials": 1, "answers": 1, "connected": 0, "abandoned": 1, "lost": 0}
    assert pacer.anomalies == {Anomaly.REPEATED: 3}


def test_a_person_joined_after_all_occupies_the_agent_and_stays_abandoned(pacer):
    pacer.answered("a", 1.0)
    pacer.abandoned("a", 3.0)
    pacer.connected("a", "ana", 3.1)
    assert numbers(pacer, 3.1, "ready", "talking") == (1, 1)
    assert (pacer.totals["abandoned"], pacer.totals["connected"]) == (1, 0)


def test_a_talk_told_late_or_twice_does_not_take_the_agent_again(pacer):
    pacer.answered("a", 1.0)
    pacer.connected("a", "ana", 1.0)
    pacer.connected("a", "ana", 1.0)
    pacer.abandoned("a", 2.0)
    pacer.rang_out("a", 2.0, "busy")
    pacer.agent("ana", "ready", 60.0)
    pacer.connected("a", "ana", 61.0)
    assert numbers(pacer, 61.0, "ready", "talking") == (2, 0)
    assert pacer.totals["connected"] == 1
    assert pacer.anomalies == {Anomaly.REPEATED: 2, Anomaly.CONTRADICTED: 2}


def test_a_call_joined_to_another_agent_moves_there(pacer):
    pacer.answered("a", 1.0)
    pacer.connected("a", "ana", 1.0)
    pacer.connected("a", "bia", 2.0)
    assert numbers(pacer, 2.0, "talking") == (2,)
    assert pacer.totals["connected"] == 1


def test_an_agent_joined_to_another_call_leaves_the_first(pacer):
    pacer.answered("a", 1.0)
    pacer.connected("a", "ana", 1.0)
    pacer.answered("b", 2.0)
    pacer.connected("b", "ana", 2.0)
    assert numbers(pacer, 2.0, "talking", "ready", "waiting") == (1, 1, 0)
    assert pacer.anomalies == {Anomaly.UNKNOWN_CALL: 1, Anomaly.AGENT_NOT_READY: 1}


def test_time_going_back_a_little_is_taken_for_now(pacer):
    pacer.decide(100.0)
    pacer.agent("caio", "ready", 99.0)
    pacer.placed("b", 99.0)
    assert pacer.anomalies == {Anomaly.TIME_BACKWARDS: 2}
    assert numbers(pacer, 279.0, "in_flight") == (1,)
    assert numbers(pacer, 280.0, "in_flight") == (0,)


def test_a_clock_set_back_far_is_followed_and_nothing_stalls():
    pacer = Pacer(target=PacingTarget(calls_per_second=1))
    pacer.agent("ana", "ready", 1e9)
    pacer.placed("a", 1e9)
    pacer.answered("a", 1e9)
    pacer.connected("a", "ana", 1e9)
    pacer.agent("ana", "ready", 1e9)
    pacer.placed("b", 1e9)
    assert numbers(pacer, 5.0, "in_flight", "live_24h") == (1, 1)
    assert pacer.anomalies == {Anomaly.CLOCK_RESET: 1}
    decision = pacer.decide(185.0)
    assert (decision.launch, decision.numbers["in_flight"]) == (1, 0)
    assert "live_24h" not in pacer.decide(5.0 + 24 * 3600.0 + 60.0).numbers


@pytest.mark.parametrize("at", [math.nan, math.inf, -math.inf, 1e300])
def test_what_is_no_time_happens_now(at):
    pacer = Pacer()
    pacer.agent("ana", "ready", at)
    assert pacer.decide(7.0).launch == 1
    pacer.placed("a", at)
    assert pacer.decide(186.9).launch == 0
    assert pacer.decide(187.0).launch == 1


def test_memory_of_ended_calls_is_bounded(pacer):
    for call in range(REMEMBERED_CALLS + 1):
        pacer.placed(call, 1.0)
        pacer.rang_out(call, 1.0, "busy")
    pacer.rang_out(0, 1.0, "busy")
    pacer.rang_out(1, 1.0, "busy")
    assert pacer.anomalies == {Anomaly.UNKNOWN_CALL: 1, Anomaly.REPEATED: 1}
