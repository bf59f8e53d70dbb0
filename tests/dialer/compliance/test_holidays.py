"""Holidays: by the law, by state, by the operator's own table."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays as public
import pytest
from dateutil.easter import easter as known_easter

from dialer.compliance import Allowed, Rule
from dialer.compliance.calendar import Holiday, calendar, easter
from dialer.compliance.reading import find_pack
from tests.dialer.compliance.questions import ask, policy, refused

YEARS = range(2020, 2036)


def noon(day: str, zone: str = "America/Sao_Paulo") -> datetime:
    return datetime.fromisoformat(f"{day} 12:00").replace(tzinfo=ZoneInfo(zone))


def test_easter_is_where_the_church_has_it() -> None:
    assert [easter(year) for year in range(1900, 2200)] == [known_easter(year) for year in range(1900, 2200)]


def test_the_national_holidays_of_the_law_are_those_of_the_public_data() -> None:
    pack = find_pack("br")
    ours = {day for day, found in calendar(pack, YEARS).days.items() for one in found if "python" not in one.source}
    assert ours == set(public.country_holidays("BR", years=YEARS))


@pytest.mark.parametrize(
    ("day", "number", "state", "allowed"),
    [
        ("2026-11-20", "+5511987654321", "SP", False),  # national since 2024
        ("2023-11-20", "+5531987654321", "MG", True),
        ("2026-04-03", "+5531987654321", "MG", False),  # Good Friday
        ("2026-07-09", "+5511987654321", "SP", False),  # of the state
        ("2026-07-09", "+5511987654321", "MG", False),  # the number's state counts too
        ("2026-07-09", "+5531987654321", "SP", False),
        ("2026-07-09", "+5531987654321", "MG", True),
    ],
)
def test_a_holiday_in_the_state_or_the_area_codes_state_is_a_day_without_calls(
    day: str, number: str, state: str, *, allowed: bool
) -> None:
    under = policy(today=date.fromisoformat(day))
    assert isinstance(ask(noon(day), number=number, state=state, under=under), Allowed) is allowed


def test_a_refusal_on_a_holiday_names_its_law_and_the_next_day_of_work() -> None:
    answer = refused(ask(noon("2026-11-20"), under=policy(today=date(2026, 11, 20))))
    assert (answer.rule, answer.source) == (Rule.HOLIDAY, "Lei 14.759/2023")
    assert answer.row is not None
    assert answer.row.name == "holiday_hours BR 1990-09-11"
    assert "Consciência Negra in BR" in answer.reason
    assert answer.until == datetime(2026, 11, 21, 8, tzinfo=ZoneInfo("America/Sao_Paulo"))


def test_a_towns_holiday_counts_for_its_area_code() -> None:
    town = Holiday(place="BR-19", day=date(2026, 7, 14), name="Aniversário de Campinas", source="Lei municipal")
    under = policy(local=[town])
    assert refused(ask(noon("2026-07-14"), number="+5519987654321", under=under)).rule is Rule.HOLIDAY
    assert isinstance(ask(noon("2026-07-14"), number="+5511987654321", under=under), Allowed)


def test_where_the_pack_says_so_a_holiday_has_the_hours_of_a_sunday() -> None:
    bank_holiday = noon("2026-12-28", "Europe/London")
    under = policy("uk", today=date(2026, 12, 1))
    answer = refused(ask(bank_holiday, number="+442071234567", state="ENG", under=under))
    assert answer.rule is Rule.HOLIDAY
    assert isinstance(ask(bank_holiday + timedelta(days=1), number="+442071234567", state="ENG", under=under), Allowed)
