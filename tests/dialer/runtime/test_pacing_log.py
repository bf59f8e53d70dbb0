"""What the log tells of pacing: every reason, seldom enough to be read."""

import logging

import pytest

from dialer.runtime.holds import Hold
from dialer.runtime.pacing_log import PacingLog
from pacing import Decision, Reason

COVERED = Decision(launch=0, reason=Reason.ALL_AGENTS_COVERED, numbers={"ready": 2, "abandonment_24h": 1 / 3})
LAUNCHING = Decision(launch=2, reason=Reason.LAUNCHING, numbers={"ready": 2})


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    return lambda: [(record.reason, getattr(record, "hold", None)) for record in caplog.records]


def test_the_same_reason_is_told_once_a_minute(told):
    log = PacingLog(1)
    for second in range(181):
        log.note(COVERED, None, 1e9 + second)
    assert len(told()) == 4


def test_a_new_reason_is_told_soon_and_one_that_changes_every_second_does_not_fill_the_log(told):
    log = PacingLog(1)
    for second in range(120):
        log.note(LAUNCHING if second % 2 else COVERED, None, 1e9 + second)
    assert 10 <= len(told()) <= 12
    assert {reason for reason, _ in told()} == {"launching", "all_agents_covered"}


def test_what_holds_dialling_back_is_a_reason_of_its_own(told):
    log = PacingLog(1)
    log.note(LAUNCHING, None, 1e9)
    log.note(LAUNCHING, Hold.LIST_EMPTY, 1e9 + 11)
    assert told() == [("launching", None), ("launching", "list_empty")]


def test_a_clock_set_back_does_not_silence_the_log(told):
    log = PacingLog(1)
    log.note(COVERED, None, 1e9)
    log.note(COVERED, None, 1e8)
    assert len(told()) == 2


def test_the_sentence_is_constant_and_its_numbers_are_fields(caplog):
    caplog.set_level(logging.INFO)
    PacingLog(7).note(COVERED, None, 1e9)
    (record,) = caplog.records
    assert record.getMessage() == "a campaign is paced"
    assert (record.campaign, record.launch) == (7, 0)
    assert record.numbers == {"ready": 2, "abandonment_24h": 0.3333}
