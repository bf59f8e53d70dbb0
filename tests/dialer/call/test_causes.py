"""Every cause and every SIP error has an outcome, and the outcome decides what becomes of lead and number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.model import Outcome
from dialer.call.causes import OUTCOMES, cause_of_sip, outcome_of_sip, unanswered_outcome
from dialer.campaign.recycle import RULES

NEVER_ANSWERED = {Outcome.NOANSWER, Outcome.BUSY, Outcome.CONGESTION, Outcome.DEAD_NUMBER, Outcome.FAILED}


@pytest.mark.parametrize(
    ("outcome", "causes"),
    [
        (Outcome.DEAD_NUMBER, (1, 22, 28)),
        (Outcome.BUSY, (17, 21)),
        (Outcome.NOANSWER, (0, 16, 18, 19, 20, 26, 31)),
        (Outcome.CONGESTION, (8, 34, 38, 39, 41, 42, 44, 45, 46, 47)),
    ],
)
def test_dead_numbers_busy_ones_silent_ones_and_our_own_congestion_are_told_apart(
    outcome: Outcome, causes: tuple[int, ...]
) -> None:
    assert {cause for cause, said in OUTCOMES.items() if said is outcome} == set(causes)


@pytest.mark.parametrize(
    ("outcome", "statuses"),
    [
        (Outcome.DEAD_NUMBER, (404, 410, 484, 485, 604)),
        (Outcome.BUSY, (401, 403, 407, 486, 600, 603)),
        (Outcome.NOANSWER, (408, 480, 483)),
        (Outcome.CONGESTION, (409, 500, 503, 513, 580)),
        (
            Outcome.FAILED,
            (400, 402, 405, 406, 415, 420, 423, 481, 482, 487, 488, 491, 501, 502, 504, 505, 606, 607, 608),
        ),
    ],
)
def test_every_sip_error_a_carrier_sends_has_its_outcome(outcome: Outcome, statuses: tuple[int, ...]) -> None:
    assert {status: outcome_of_sip(status) for status in statuses} == dict.fromkeys(statuses, outcome)


@given(status=st.integers(400, 699))
def test_no_sip_error_is_without_a_cause_that_is_known(status: int) -> None:
    assert cause_of_sip(status) in OUTCOMES
    assert outcome_of_sip(status) in NEVER_ANSWERED


@given(cause=st.integers(-1, 300))
def test_no_cause_makes_an_unanswered_call_look_answered(cause: int) -> None:
    assert unanswered_outcome(cause) in NEVER_ANSWERED
    assert cause in OUTCOMES or unanswered_outcome(cause) is Outcome.FAILED


@given(cause=st.integers(0, 127))
def test_congestion_alone_consumes_no_attempt_and_a_dead_number_alone_is_retired(cause: int) -> None:
    outcome = unanswered_outcome(cause)
    assert RULES[outcome].consumes is (outcome is not Outcome.CONGESTION)
    assert RULES[outcome].kills_number is (outcome is Outcome.DEAD_NUMBER)


@pytest.mark.parametrize("status", [100, 200, 302, 399, 700])
def test_what_is_no_error_has_no_cause(status: int) -> None:
    with pytest.raises(ValueError, match="give a status from 400 to 699"):
        cause_of_sip(status)
