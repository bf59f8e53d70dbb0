"""Pacing said at the command line becomes the settings a campaign keeps."""

import pytest

from alo.pacing_options import PacingOptions, pacing_lines, pacing_settings
from base.errors import SettingsError


def test_nothing_said_leaves_the_usual_promise():
    assert pacing_settings(PacingOptions()) == {}


@pytest.mark.parametrize("said", ["3%", "3 %", "0.03", "0,03", "3,0%"])
def test_a_share_is_read_as_people_write_it(said):
    assert pacing_settings(PacingOptions(abandonment=said)) == {"target": {"abandonment": 0.03}}


def test_everything_that_can_be_said_is_kept():
    options = PacingOptions(
        abandonment="2%",
        soft="2,5%",
        hard="2.9%",
        false_machine_share="1%",
        answer_to_agent_s=2.0,
        clock_start="greeting_end",
        windows=["24h", "7d"],
        max_lines=60,
        max_lines_per_agent=3.0,
        calls_per_second=5.0,
        ratio=1.5,
    )
    assert pacing_settings(options) == {
        "ratio": 1.5,
        "target": {
            "abandonment": 0.02,
            "soft": 0.025,
            "hard": 0.029,
            "false_machine_share": 0.01,
            "denominator": "live_and_false_machines",
            "answer_to_agent_s": 2.0,
            "clock_start": "greeting_end",
            "windows_s": [86_400.0, 604_800.0],
            "max_lines": 60,
            "max_lines_per_agent": 3.0,
            "calls_per_second": 5.0,
        },
    }


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"abandonment": "three"}, "abandonment is three: write a share as 3% or 0.03"),
        ({"abandonment": "3"}, "abandonment is 3.0: give a value from 0 to 1"),
        ({"soft": "1%"}, "soft is 0.01, below abandonment"),
        ({"windows": ["a day"]}, "write its length as 24h or 30d"),
        ({"windows": [""]}, "write its length as 24h or 30d"),
        ({"clock_start": "ring"}, "give one of answer, greeting_start, greeting_end"),
        ({"max_lines": 0}, "max_lines is 0"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(options, words):
    with pytest.raises(SettingsError, match=words):
        pacing_settings(PacingOptions(**options))


BEFORE = {"ratio": 1.5, "target": {"abandonment": 0.02, "hard": 0.04, "max_lines": 60}}


def test_a_change_leaves_what_is_not_said():
    after = pacing_settings(PacingOptions(abandonment="1%", windows=["24h"]), before=BEFORE)
    target = {"abandonment": 0.01, "hard": 0.04, "max_lines": 60, "windows_s": [86_400.0]}
    assert after == {"ratio": 1.5, "target": target}
    assert BEFORE["target"]["abandonment"] == 0.02
    assert pacing_settings(PacingOptions(), before=BEFORE) == BEFORE


def test_what_is_reset_has_its_default_again():
    reset = ["hard", "--max-lines", "ratio"]
    assert pacing_settings(PacingOptions(), before=BEFORE, reset=reset) == {"target": {"abandonment": 0.02}}
    assert pacing_settings(PacingOptions(), before={"target": {"hard": 0.04}}, reset=["hard"]) == {}
    counted = pacing_settings(PacingOptions(false_machine_share="1%"))
    assert pacing_settings(PacingOptions(), before=counted, reset=["false-machines"]) == {}


def test_a_reset_of_what_there_is_not_is_refused_in_words():
    with pytest.raises(SettingsError, match=r"There is no speed to reset. Choose of: abandonment, soft, hard"):
        pacing_settings(PacingOptions(), reset=["speed"])


def test_a_change_that_contradicts_what_was_said_before_is_refused():
    with pytest.raises(SettingsError, match=r"hard is 0.04, below abandonment, which is 0.05"):
        pacing_settings(PacingOptions(abandonment="5%"), before=BEFORE)


def test_the_pacing_is_shown_as_it_would_be_written():
    shown = {option: (value, said) for option, value, said in pacing_lines(BEFORE)}
    assert shown["abandonment"] == ("2%", True)
    assert shown["window"] == ("24h, 30d", False)
    assert shown["soft"] == ("none", False)
    assert shown["max-lines"] == ("60", True)
    assert shown["clock-start"] == ("answer", False)
    assert shown["ratio"] == ("1.5", True)
    assert len(shown) == 11


def test_a_pacing_spoilt_by_hand_is_refused_when_shown_and_mended_by_a_change():
    with pytest.raises(SettingsError, match=r"pacing.target is 3%: give an object"):
        pacing_lines({"target": "3%"})
    assert pacing_settings(PacingOptions(abandonment="3%"), before={"target": "3%"}) == {
        "target": {"abandonment": 0.03}
    }
