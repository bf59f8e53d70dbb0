"""Packs: what the shipped ones say, by law and by state, and what a mistake in one is told."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from crm.model import WeeklyHours
from dialer.compliance import Allowed, Limit, Rule
from dialer.compliance.pack import Pack
from dialer.compliance.policy import looser, message_within_s, own_limits, policy_of, ring_timeout_s
from dialer.compliance.reading import find_pack, pack_names, parse_pack
from tests.dialer.compliance.questions import MONDAY_NOON, ask, policy, refused

SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def at(local: str, zone: ZoneInfo = SAO_PAULO) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=zone)


def test_every_shipped_pack_can_be_read_and_every_row_has_its_source() -> None:
    assert pack_names() == ("br", "uk", "us")
    for pack in map(find_pack, pack_names()):
        rows = [*pack.hours, *pack.holiday_hours, *pack.holidays, *pack.consent, *pack.short_calls]
        rows += [row for limit in pack.limits.values() for row in limit]
        assert all(len(row.source) > 10 for row in rows)
        assert len({row.name for row in rows if row.rule != "holiday"}) == len(
            [row for row in rows if row.rule != "holiday"]
        )


@pytest.mark.parametrize(
    ("number", "state", "local", "allowed"),
    [
        ("+5511987654321", "SP", "2026-03-02 08:00", True),
        ("+5511987654321", "SP", "2026-03-07 13:59", True),
        ("+5521987654321", "RJ", "2026-03-02 08:59", False),
        ("+5521987654321", "RJ", "2026-03-02 18:59", True),
        ("+5521987654321", "RJ", "2026-03-07 10:00", False),
        ("+5511987654321", "RJ", "2026-03-07 10:00", False),  # moved to Rio: the stricter law of both
        ("+5521987654321", "SP", "2026-03-07 10:00", False),
        ("+5521987654321", None, "2026-03-07 10:00", False),
        ("+5527987654321", "ES", "2026-03-02 19:00", False),
        ("+800123", None, "2026-03-02 08:30", False),  # nothing is known: what every state allows
        ("+800123", None, "2026-03-02 09:00", True),
    ],
)
def test_the_law_of_each_state_holds_and_the_stricter_of_area_code_and_residence(
    number: str, state: str | None, local: str, *, allowed: bool
) -> None:
    assert isinstance(ask(at(local), number=number, state=state), Allowed) is allowed


def test_the_answer_names_the_rows_and_the_laws() -> None:
    answer = ask()
    assert isinstance(answer, Allowed)
    assert answer.rule == (
        "calling_hours: monday 08:00-20:00 America/Sao_Paulo; number 1 of 3, debtor 1 of 3, debt 1 of 3 today; "
        "number 1 of 15, debtor 1 of 15, debt 1 of 15 in 7 days"
    )
    assert "calling_hours BR-SP 2014-05-23" in [row.name for row in answer.rows]
    saturday = refused(ask(at("2026-03-07 10:00"), state="RJ"))
    assert (saturday.rule, saturday.source) == (Rule.CALLING_HOURS, "Lei estadual 7.868/2018 (RJ)")
    assert saturday.until == at("2026-03-09 09:00")


def test_a_row_holds_from_its_first_day_to_its_last() -> None:
    text = """
        title = "one"
        jurisdiction = "BR"
        [[attempts_per_number_per_day]]
        jurisdiction = "BR-SP"
        from = 2026-03-01
        to = 2026-03-31
        value = 2
        source = "Lei de teste"
    """
    pack = parse_pack("one", text)
    holds = [pack.limit(Limit.ATTEMPTS_PER_NUMBER_PER_DAY, ("BR", "BR-SP"), date(2026, 3, day)) for day in (1, 31)]
    assert [row.value for row in holds if row] == [2, 2]
    assert pack.limit(Limit.ATTEMPTS_PER_NUMBER_PER_DAY, ("BR", "BR-SP"), date(2026, 4, 1)) is None
    assert pack.limit(Limit.ATTEMPTS_PER_NUMBER_PER_DAY, ("BR", "BR-RJ"), date(2026, 3, 1)) is None


ROW = '[[attempts_per_number_per_day]]\njurisdiction = "BR"\nfrom = 2026-01-01\nvalue = 3\nsource = "x"\n'
HEAD = 'title = "t"\njurisdiction = "BR"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = [", "is not TOML"),
        (HEAD + "[[hours]]\n", "the pack has hours: it may hold"),
        ('jurisdiction = "BR"\n', "the pack has no title"),
        (HEAD + "holiday = 3\n", r"under \[\[holiday\]\]"),
        (HEAD + ROW.replace('"BR"', '"US"'), "row 1 is of US: give BR"),
        (HEAD + ROW.replace("2026-01-01", '"soon"'), "write from as a date"),
        (HEAD + ROW.replace("value = 3", "value = 3\nto = 2025-01-01"), "ends .* before it begins"),
        (HEAD + ROW.replace("value = 3\n", ""), "has no value"),
        (HEAD + ROW.replace("value = 3", "value = -1"), "write a number"),
        (HEAD + ROW.replace("value = 3", "value = true"), "write a number"),
        (HEAD + ROW.replace('source = "x"', 'source = " "'), "has no source"),
        (HEAD + ROW.replace('source = "x"', 'law = "x"'), "has law: it may hold"),
        (HEAD + ROW.replace("attempts_per_number_per_day", "calling_hours"), "weekdays ="),
        (
            HEAD + ROW.replace("attempts_per_number_per_day", "calling_hours").replace("= 3", "= { monday = 8 }"),
            "write hours as",
        ),
        (
            HEAD + ROW.replace("attempts_per_number_per_day", "calling_hours").replace("= 3", "= { day = '8-9' }"),
            "it may hold weekdays",
        ),
        (HEAD + ROW.replace("attempts_per_number_per_day", "holiday_hours").replace("= 3", "= 'open'"), "open"),
        (HEAD + ROW.replace("attempts_per_number_per_day", "holiday"), "easter = -2"),
        (
            HEAD + ROW.replace("attempts_per_number_per_day", "holiday").replace("= 3", "= { name = 'x', month = 1 }"),
            "give month and day",
        ),
        (
            HEAD
            + ROW.replace("attempts_per_number_per_day", "holiday").replace(
                "= 3", "= { name = 'x', month = 2, day = 30 }"
            ),
            "day",
        ),
        (HEAD + ROW.replace("attempts_per_number_per_day", "short_calls"), "in braces"),
        (HEAD + ROW.replace("attempts_per_number_per_day", "calls_per_month").replace("= 3", "= { x = 1 }"), "x"),
    ],
)
def test_a_mistake_in_a_pack_is_told_with_its_row(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse_pack("mine", text)


def test_a_pack_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(ValueError, match="there is no policy pack mars: name one of br, uk, us"):
        find_pack("mars")


def test_a_campaign_may_be_stricter_and_never_looser() -> None:
    today = date(2026, 3, 2)
    hours = WeeklyHours.from_json({"monday": [["09:00", "12:00"]]})
    strict = policy(hours=hours, limits={"attempts_per_number_per_day": 1, "days_after_conversation": 3})
    assert looser(strict, today) == []
    wide = policy(limits={"attempts_per_number_per_day": 9, "minimum_ring_s": 5, "hours_after_abandoned": 90})
    told = looser(wide, today)
    assert [line.split(",")[0] for line in told if "is set by" in line] == [
        "attempts_per_number_per_day is 9",
        "minimum_ring_s is 5",
    ]
    assert len([line for line in told if "outside" in line]) == 7
    assert looser(policy(hours=WeeklyHours.always()), today) == []


def test_limits_of_a_campaign_that_make_no_sense_are_told() -> None:
    assert own_limits({"minimum_ring_s": None, "attempts_per_number_per_day": 2}) == {
        Limit.ATTEMPTS_PER_NUMBER_PER_DAY: 2
    }
    with pytest.raises(ValueError, match="there is no limit atempts"):
        own_limits({"atempts": 1})
    with pytest.raises(ValueError, match="minimum_ring_s is long"):
        own_limits({"minimum_ring_s": "long"})


def test_it_rings_for_the_packs_minimum_at_least_and_the_message_comes_in_time() -> None:
    today = date(2026, 3, 2)
    assert [ring_timeout_s(policy(), own, today) for own in (5, 15, 25)] == [15, 15, 25]
    assert message_within_s(policy(), today) == 2
    assert message_within_s(policy(limits={"abandonment_message_within_s": 1}), today) == 1
    bare = policy_of(pack="us", hours=WeeklyHours.always(), limits={}, today=date(1990, 1, 1))
    assert message_within_s(bare, date(1990, 1, 1)) is None
    assert ring_timeout_s(bare, 5, date(1990, 1, 1)) == 5


def test_every_hour_declared_waives_hours_and_holidays_and_says_so() -> None:
    christmas_night = at("2026-12-25 03:00")
    answer = ask(christmas_night, under=policy(hours=WeeklyHours.always()))
    assert isinstance(answer, Allowed)
    assert answer.rule.startswith("any_hour_declared: the campaign declares every hour of the week; number 1 of 3")
    assert isinstance(find_pack("br"), Pack)
    assert refused(ask(christmas_night)).until == at("2026-12-26 08:00")
    assert isinstance(ask(MONDAY_NOON), Allowed)
