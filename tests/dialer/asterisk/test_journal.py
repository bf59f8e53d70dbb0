"""The exchange's journal: what a dialer that was away learns from it."""

from pathlib import Path

from dialer.asterisk.journal import read_journal


def test_an_answered_call_has_its_three_times_and_its_cause(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(
        '"CHAN_START","100.0","a",""\n"ANSWER","103.5","a",""\n"HANGUP","130.25","a","{""hangupcause"":16}"\n'
    )

    call = read_journal(path)["a"]

    assert call.started_at.timestamp() == 100.0
    assert call.answered_at is not None
    assert call.answered_at.timestamp() == 103.5
    assert call.ended_at is not None
    assert call.ended_at.timestamp() == 130.25
    assert call.cause == 16


def test_a_call_still_up_has_no_end_and_half_a_line_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text('"CHAN_START","100.0","a",""\n"HANGUP","1')

    assert read_journal(path)["a"].ended_at is None


def test_no_journal_is_no_call(tmp_path: Path) -> None:
    assert read_journal(tmp_path / "none.csv") == {}
