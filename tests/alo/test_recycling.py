"""Recycling in words at the command line and in a file: what is kept, what is refused and how."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alo.ordering import weight_of
from alo.recycling import RecyclingOptions, recycling_settings, seconds, written
from base.errors import SettingsError

CODES, CLOSING = ("callback", "machine", "promise", "refusal"), ("promise",)


def settings(before: dict[str, Any] | None = None, **options: Any) -> tuple[dict[str, Any], dict[str, int]]:
    return recycling_settings(RecyclingOptions(**options), before=before or {}, codes=CODES, closing=CLOSING)


@given(s=st.integers(0, 10**8))
def test_a_delay_reads_back_as_it_was_written(s: int) -> None:
    assert seconds(written(s)) == s


def test_only_what_is_given_changes() -> None:
    before = {"outcomes": {"busy": {"after_s": 60, "most": 3}, "noanswer": {"most": 9}}}
    told, columns = settings(
        before, outcomes=["busy=15m", "rejected=4h,2"], dispositions=["refusal=7d,2"], after="2h", attempts=12
    )
    assert told == {
        "outcomes": {
            "busy": {"after_s": 900, "most": 3},
            "noanswer": {"most": 9},
            "rejected": {"after_s": 14_400, "most": 2},
        },
        "dispositions": {"refusal": {"after_s": 604_800, "most": 2}},
    }
    assert columns == {"recycle_after_s": 7200, "attempts_per_lead": 12}
    assert settings(told, reset=["busy", "rejected", "noanswer", "refusal"]) == ({}, {})


def test_a_file_says_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(
        'after = "90m"\nattempts = 8\n[outcomes]\nbusy = "10m"\nmachine = { after = "6h", most = 5 }\n'
        "[dispositions]\nmachine = { most = 2 }\n"
    )
    told, columns = settings({"outcomes": {"failed": {"most": 1}}}, file=path, outcomes=["busy=5m"])
    assert told == {
        "outcomes": {"busy": {"after_s": 300}, "machine": {"after_s": 21_600, "most": 5}},
        "dispositions": {"machine": {"most": 2}},
    }
    assert columns == {"recycle_after_s": 5400, "attempts_per_lead": 8}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"outcomes": ["busy"]}, "'busy' is no rule: write busy=15m, or busy=15m,4 for 4 times at most"),
        ({"outcomes": ["busy=,"]}, "'busy=,' is no rule"),
        ({"outcomes": ["busy=1h,x"]}, "'busy=1h,x' is no rule"),
        ({"outcomes": ["busy=15"]}, "'15' is no delay: write it as 90s, 15m, 4h or 7d"),
        ({"outcomes": ["buzy=15m"]}, "The recycling makes no sense: recycling.outcomes has no buzy: it may hold"),
        ({"outcomes": ["abandoned=1h"]}, "a debtor who heard nobody rests 72 hours or more"),
        ({"dispositions": ["promise=1h"]}, "promise closes the lead, so there is nothing to recycle"),
        ({"reset": ["buzy"]}, "There is no buzy to reset. Choose of: abandoned"),
        ({"after": "soon"}, "'soon' is no delay"),
        ({"file": Path("nowhere.toml")}, "nowhere.toml cannot be read"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(given: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings(**given)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("busy 10m", "is no TOML"),
        ("[outcome]\nbusy = '10m'", "has outcome: it may hold after, attempts, outcomes, dispositions"),
        ("outcomes = 7", "is no table: write [outcomes]"),
        ("[outcomes]\nbusy = 600", "recycling.outcomes.busy is 600: give an object"),
        ("[outcomes]\nbusy = { afer = '10m' }", "busy has no afer: it may hold after_s, most"),
        ("attempts = 0", "attempts is 0: give a whole number, 1 or more"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_in_a_sentence(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(content)
    with pytest.raises(SettingsError) as refused:
        settings(file=path)
    assert said in str(refused.value)


def test_a_lists_weight_is_written_with_its_name() -> None:
    assert weight_of("julho=3") == ("julho", 3)
    assert weight_of("a=b=0") == ("a=b", 0)
    for text in ("julho", "=3", "julho=muito", "julho=-1"):
        with pytest.raises(SettingsError, match="write the list's name and its turns, as julho=3"):
            weight_of(text)
