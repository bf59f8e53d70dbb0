"""The pacing a campaign keeps: every field of a target is taken, and a mistake is said in words."""

import pytest

from dialer.campaign.pacing import TARGET_FIELDS, parse_pacing
from pacing import ClockStart, Denominator, PacingTarget

EVERYTHING = {
    "abandonment": 0.02,
    "answer_to_agent_s": 2.5,
    "max_lines": 60,
    "max_lines_per_agent": 3,
    "calls_per_second": 4.5,
    "clock_start": "greeting_end",
    "denominator": "live_and_false_machines",
    "false_machine_share": 0.01,
    "windows_s": [86_400, 2_592_000],
    "soft": 0.025,
    "hard": 0.029,
}


def test_every_field_of_a_target_can_be_set():
    assert set(EVERYTHING) == set(TARGET_FIELDS)
    target = parse_pacing({"target": EVERYTHING}).target
    assert (target.abandonment, target.hard, target.windows_s) == (0.02, 0.029, (86_400.0, 2_592_000.0))
    assert (target.clock_start, target.denominator) == (ClockStart.GREETING_END, Denominator.LIVE_AND_FALSE_MACHINES)


def test_nothing_said_is_the_usual_promise():
    pacing = parse_pacing({})
    assert (pacing.target, pacing.ratio) == (PacingTarget(), 1.0)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"targets": {}}, "pacing has no targets: it may hold target, ratio"),
        ({"target": {"abandon": 0.03}}, "pacing.target has no abandon: it may hold abandonment, answer_to_agent_s"),
        ({"target": 3}, "pacing.target is 3: give an object"),
        ({"ratio": "two"}, "pacing.ratio is two: give calls for each ready agent"),
        ({"target": {"abandonment": 7}}, "abandonment is 7: give a value from 0 to 1"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(settings, words):
    with pytest.raises(ValueError, match=words):
        parse_pacing(settings)
