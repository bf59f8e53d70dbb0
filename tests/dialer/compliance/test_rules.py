"""May we ring this number now? On the debtor's own clock, within the day's limits, and if not, when."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import timezone as public_zones

from base.settings import HoursSettings
from crm.model import Span, WeeklyHours
from crm.places import STATE_OF_DDD, STATES
from dialer.compliance import Allowed, History, Limit, Pack, Policy, Question, Refused, Rule, may_ring
from dialer.compliance.abroad import ZONES_OF_STATE_ABROAD
from dialer.compliance.zones import ZONES_OF_DDD, ZONES_OF_STATE, midnights, zones_of

USUAL = WeeklyHours.from_settings(HoursSettings())
MONDAY_NOON = datetime(2026, 3, 2, 15, tzinfo=UTC)
SAO_PAULO = ZoneInfo("America/Sao_Paulo")


BARE = Pack(name="bare", title="no rule at all", jurisdiction="BR")


def ask(now: datetime, number: str = "+5511987654321", state: str | None = "SP", **changes: Any) -> Allowed | Refused:
    """Of a campaign that has only its own hours and daily limits, under a pack without rows."""
    today = [now - timedelta(seconds=1)]
    policy = Policy(
        pack=BARE,
        hours=changes.get("hours", USUAL),
        limits={Limit.ATTEMPTS_PER_NUMBER_PER_DAY: 3, Limit.ATTEMPTS_PER_DEBTOR_PER_DAY: 6},
    )
    history = History(
        number=tuple(today * changes.get("number_attempts_today", 0)),
        debtor=tuple(today * changes.get("debtor_attempts_today", 0)),
    )
    return may_ring(Question(number=number, state=state, now=now, policy=policy, history=history))


def refused(answer: Allowed | Refused) -> Refused:
    assert isinstance(answer, Refused)
    return answer


def test_inside_the_hours_the_answer_names_the_rule_that_allowed_it() -> None:
    assert ask(MONDAY_NOON, number_attempts_today=1, debtor_attempts_today=2) == Allowed(
        rule="calling_hours: monday 08:00-20:00 America/Sao_Paulo; number 2 of 3, debtor 3 of 6 today"
    )


@pytest.mark.parametrize(
    ("local", "until"),
    [
        ("2026-03-02 07:59", "2026-03-02 08:00"),
        ("2026-03-02 20:00", "2026-03-03 08:00"),
        ("2026-03-06 21:00", "2026-03-07 08:00"),
        ("2026-03-07 14:00", "2026-03-09 08:00"),  # Saturday afternoon: not before Monday
        ("2026-03-08 12:00", "2026-03-09 08:00"),
    ],
)
def test_outside_the_hours_it_says_when_they_begin(local: str, until: str) -> None:
    answer = refused(ask(datetime.fromisoformat(local).replace(tzinfo=SAO_PAULO)))
    assert answer.rule is Rule.CALLING_HOURS
    assert answer.until == datetime.fromisoformat(until).replace(tzinfo=SAO_PAULO)
    assert "America/Sao_Paulo" in answer.reason


@pytest.mark.parametrize(
    ("number", "state", "opens_utc_hour"),
    [
        ("+5511987654321", "SP", 11),
        ("+5592987654321", "AM", 12),
        ("+5568987654321", "AC", 13),
        ("+5511987654321", "AC", 13),  # moved, kept the number: both clocks must agree
        ("+5568987654321", "SP", 13),
        ("+5597987654321", "AM", 13),  # DDD 97 reaches over two clocks
        ("+5568987654321", None, 13),
        ("+351212345678", None, 8),  # abroad, the clock there
        ("+351912345678", None, 9),  # a mobile may be in the Azores
        ("+351912345678", "SP", 11),
        ("+800123", None, 11),
    ],
)
def test_the_strictest_clock_of_area_code_and_residence_counts(
    number: str, state: str | None, opens_utc_hour: int
) -> None:
    opens = datetime(2026, 3, 2, opens_utc_hour, tzinfo=UTC)
    assert refused(ask(opens - timedelta(minutes=1), number, state)).until == opens
    assert isinstance(ask(opens, number, state), Allowed)


def test_the_evening_ends_by_the_earlier_clock() -> None:
    evening = datetime(2026, 3, 2, 23, tzinfo=UTC)  # 20:00 in São Paulo, 18:00 in Acre
    assert isinstance(ask(evening, "+5568987654321", "AC"), Allowed)
    assert isinstance(ask(evening, "+5511987654321", "AC"), Refused)


def test_limits_of_the_day_hold_until_tomorrows_hours() -> None:
    number = refused(ask(MONDAY_NOON, number_attempts_today=3))
    debtor = refused(ask(MONDAY_NOON, number_attempts_today=3, debtor_attempts_today=6))
    assert (number.rule, debtor.rule) == (
        Limit.ATTEMPTS_PER_NUMBER_PER_DAY,
        Limit.ATTEMPTS_PER_DEBTOR_PER_DAY,
    )
    assert number.until == debtor.until == datetime(2026, 3, 3, 8, tzinfo=SAO_PAULO)
    saturday = datetime(2026, 3, 7, 9, tzinfo=SAO_PAULO)
    assert refused(ask(saturday, number_attempts_today=3)).until == datetime(2026, 3, 9, 8, tzinfo=SAO_PAULO)


def test_a_campaign_that_declares_every_hour_says_so_and_keeps_its_limits() -> None:
    sunday_night = datetime(2026, 3, 2, 5, tzinfo=UTC)
    answer = ask(sunday_night, hours=WeeklyHours.always())
    assert isinstance(answer, Allowed)
    assert answer.rule.startswith("any_hour_declared: the campaign declares every hour")
    limited = refused(ask(sunday_night, hours=WeeklyHours.always(), number_attempts_today=3))
    assert limited.until == datetime(2026, 3, 3, tzinfo=SAO_PAULO)


def test_hours_that_never_come_put_the_lead_off_by_a_week() -> None:
    never = WeeklyHours(days=((),) * 7)
    assert refused(ask(MONDAY_NOON, hours=never)).until == MONDAY_NOON + timedelta(days=7)


SPANS = st.lists(st.integers(0, 48), max_size=6, unique=True).map(
    lambda halves: tuple(
        Span(start=a * 30, end=b * 30) for a, b in zip(sorted(halves)[::2], sorted(halves)[1::2], strict=False)
    )
)
HOURS = st.builds(lambda days: WeeklyHours(days=tuple(days)), st.lists(SPANS, min_size=7, max_size=7))
NUMBERS = st.sampled_from(sorted(STATE_OF_DDD)).map(lambda ddd: f"+55{ddd}987654321")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@settings(deadline=None)
@given(HOURS, NUMBERS, st.sampled_from([None, *sorted(STATES)]), MOMENTS)
def test_until_is_the_first_moment_that_is_allowed(
    hours: WeeklyHours, number: str, state: str | None, now: datetime
) -> None:
    answer = ask(now, number, state, hours=hours)
    if isinstance(answer, Allowed):
        return
    assert answer.until is not None
    assert answer.until > now
    if answer.until != now + timedelta(days=7):
        assert isinstance(ask(answer.until, number, state, hours=hours), Allowed)
    step = timedelta(minutes=30)
    between = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0) + step
    while between < answer.until:
        assert isinstance(ask(between, number, state, hours=hours), Refused)
        between += step


@given(NUMBERS, st.sampled_from([None, *sorted(STATES)]), MOMENTS)
def test_a_limit_holds_until_the_day_has_changed_on_every_clock(number: str, state: str | None, now: datetime) -> None:
    day = now + timedelta(seconds=1)
    until = refused(ask(day, number, state, number_attempts_today=3, hours=WeeklyHours.always())).until
    assert until is not None
    zones = [ZoneInfo(zone) for zone in zones_of(number, state)]
    assert all(until.astimezone(zone).date() > now.astimezone(zone).date() for zone in zones)
    before = until - timedelta(seconds=1)
    assert any(before.astimezone(zone).date() == now.astimezone(zone).date() for zone in zones)


OTHERWISE = {"81", "93", "94", "97"}
"""The public data give all of DDD 81 the clock of Fernando de Noronha too, have western Pará an hour behind as before
2008, and know one clock for all of Amazonas."""


def test_every_area_code_has_the_clock_of_the_public_numbering_data() -> None:
    at = datetime(2026, 7, 1, 12)  # noqa: DTZ001
    for ddd, zones in ZONES_OF_DDD.items():
        number = phonenumbers.parse(f"+55{ddd}32345678")
        public = {ZoneInfo(zone).utcoffset(at) for zone in public_zones.time_zones_for_number(number)}
        if ddd in OTHERWISE:
            continue
        assert {ZoneInfo(zone).utcoffset(at) for zone in zones} == public, ddd
    assert set(ZONES_OF_STATE) == STATES


@given(MOMENTS)
def test_today_began_at_the_earliest_midnight_of_a_places_clocks(now: datetime) -> None:
    begun = midnights(now)
    assert set(begun) == {*STATES, *STATE_OF_DDD, ""}
    for place, zones in {**ZONES_OF_STATE, **ZONES_OF_DDD}.items():
        days = [now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0) for zone in zones]
        assert begun[place] == min(days)


def test_zones_are_never_empty_and_never_repeated() -> None:
    assert zones_of("+5511987654321", "sp") == ("America/Sao_Paulo",)
    assert zones_of("+5511987654321", "AM") == ("America/Sao_Paulo", "America/Manaus")
    assert zones_of("nonsense", None) == ("America/Sao_Paulo",)


def test_abroad_the_public_numbering_data_and_the_state_there_tell_the_clock() -> None:
    assert zones_of("+12125550100", None) == ("America/New_York",)
    assert zones_of("+12125550100", "AL", "US") == ("America/New_York", "America/Chicago")  # not Alagoas
    assert zones_of("+12125550100", "HI", "US") == ("America/New_York", "Pacific/Honolulu")
    assert zones_of("+442071234567", "SCT", "GB") == ("Europe/London",)
    for zones in (zone for states in ZONES_OF_STATE_ABROAD.values() for zone in states.values()):
        assert all(ZoneInfo(zone) for zone in zones)
    assert len(ZONES_OF_STATE_ABROAD["US"]) == 53
