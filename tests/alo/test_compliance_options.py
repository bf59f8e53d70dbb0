"""A new campaign against its pack: stricter is taken, looser is refused in a sentence."""

from datetime import time

import pytest

from alo.compliance_options import own_rules
from base.errors import SettingsError
from base.settings import HoursSettings
from crm.model import WeeklyHours

USUAL = WeeklyHours.from_settings(HoursSettings())


def test_the_usual_hours_and_stricter_limits_are_taken() -> None:
    assert own_rules("br", USUAL, ["days_after_conversation=3"]) == {"days_after_conversation": 3}


@pytest.mark.parametrize(
    ("pack", "hours", "limits", "told"),
    [
        ("mars", USUAL, [], "no policy pack mars"),
        ("br", USUAL, ["minimum_ring_s"], "minimum_ring_s is no limit: write it like"),
        ("br", USUAL, ["rings=3"], "there is no limit rings"),
        ("br", USUAL, ["attempts_per_number_per_day=4"], "may only be stricter than its pack br: attempts_per_number"),
        ("br", WeeklyHours.from_settings(HoursSettings(weekdays=(time(7), time(20)))), [], "monday 07:00-20:00"),
    ],
)
def test_what_is_looser_or_makes_no_sense_is_refused(
    pack: str, hours: WeeklyHours, limits: list[str], told: str
) -> None:
    with pytest.raises(SettingsError, match=told):
        own_rules(pack, hours, limits)
