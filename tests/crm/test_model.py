"""Weekly hours: read, written, and asked."""

from datetime import datetime

import pytest

from base.settings import HoursSettings
from crm.model import Span, WeeklyHours


def test_the_default_hours_are_the_settings() -> None:
    hours = WeeklyHours.from_settings(HoursSettings())
    assert hours.to_json() == {
        **{day: [["08:00", "20:00"]] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")},
        "saturday": [["08:00", "14:00"]],
        "sunday": [],
    }
    assert WeeklyHours.from_json(hours.to_json()) == hours


def test_always_is_every_minute_of_the_week() -> None:
    hours = WeeklyHours.from_json(WeeklyHours.always().to_json())
    assert hours.is_always
    assert hours.open_at(datetime(2026, 3, 1, 23, 59)) == Span(start=0, end=1440)  # noqa: DTZ001


@pytest.mark.parametrize(("hour", "minute", "is_open"), [(7, 59, False), (8, 0, True), (19, 59, True), (20, 0, False)])
def test_the_first_minute_is_in_and_the_last_is_out(hour: int, minute: int, is_open: bool) -> None:
    hours = WeeklyHours.from_settings(HoursSettings())
    monday = datetime(2026, 3, 2, hour, minute)  # noqa: DTZ001
    assert (hours.open_at(monday) is not None) is is_open


@pytest.mark.parametrize(
    "wrong",
    [
        {"segunda": [["08:00", "20:00"]]},
        {"monday": [["20:00", "08:00"]]},
        {"monday": [["8h", "20h"]]},
        {"monday": ["08:00-20:00"]},
        {"monday": [["08:00", "12:00"], ["11:00", "14:00"]]},
        {"monday": [["08:00", "24:01"]]},
    ],
)
def test_hours_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        WeeklyHours.from_json(wrong)
