"""Short calls as the regulator counts them, and where we warn and stop before it blocks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dialer.compliance.reading import find_pack
from dialer.compliance.short_calls import Load, is_short, limits_of, load_of, month_alarm

BR, US = find_pack("br"), find_pack("us")
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
LIMITS = limits_of(BR, date(2026, 3, 2))


@pytest.mark.parametrize(("day", "short_s"), [("2023-01-01", 3), ("2024-06-01", 6), ("2026-12-01", 6)])
def test_what_is_short_depends_on_the_act_in_force(day: str, short_s: int) -> None:
    limits = limits_of(BR, date.fromisoformat(day))
    assert limits is not None
    assert limits.short_s == short_s


def test_a_call_is_short_when_nobody_answered_or_it_ended_within_six_seconds() -> None:
    assert is_short(None, NOW, LIMITS)
    assert is_short(NOW - timedelta(seconds=6), NOW, LIMITS)
    assert not is_short(NOW - timedelta(seconds=6.1), NOW, LIMITS)
    assert is_short(NOW - timedelta(seconds=6), NOW, None)


@pytest.mark.parametrize(
    ("calls", "short", "load"),
    [
        (0, 0, Load.FINE),
        (1_000, 1_000, Load.FINE),
        (70_000, 50_000, Load.FINE),
        (70_000, 52_500, Load.ALARM),
        (89_999, 89_999, Load.ALARM),
        (90_000, 71_999, Load.ALARM),
        (90_000, 72_000, Load.STOP),
    ],
)
def test_it_warns_and_stops_before_the_regulator_does(calls: int, short: int, load: Load) -> None:
    assert load_of(calls, short, LIMITS) is load


def test_a_country_without_such_a_rule_never_stops() -> None:
    assert limits_of(US, NOW.date()) is None
    assert load_of(10**6, 10**6, None) is Load.FINE


def test_the_month_is_told_from_four_hundred_thousand_calls_while_the_rule_is_in_force() -> None:
    assert month_alarm(399_999, BR, NOW.date()) is None
    told = month_alarm(400_000, BR, NOW.date())
    assert told is not None
    assert told.startswith("400000 calls this month, of 500000: Anatel, Origem Verificada")
    assert month_alarm(10**6, BR, date(2029, 1, 1)) is None
    assert month_alarm(10**6, US, NOW.date()) is None
