"""Attempts in a day and in seven, quiet after a conversation, rest after an abandoned call, lists and consent."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.model import PhoneType, WeeklyHours
from crm.places import STATE_OF_DDD, STATES
from dialer.compliance import Allowed, Ban, History, Limit, Policy, Refused, Rule
from dialer.compliance.policy import policy_of
from tests.dialer.compliance.questions import MONDAY_NOON, WIDE, ask, days_before, policy, refused

SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def until(answer: Allowed | Refused) -> datetime | None:
    return refused(answer).until


@pytest.mark.parametrize("who", ["number", "debtor", "debt"])
def test_three_a_day_for_a_number_a_person_and_a_debt(who: str) -> None:
    history = History(**{who: (MONDAY_NOON - timedelta(hours=1),) * 3})
    answer = refused(ask(history=history))
    assert answer.rule == f"attempts_per_{who}_per_day"
    assert answer.until == datetime(2026, 3, 3, 8, tzinfo=SAO_PAULO)
    assert answer.source.startswith("prudence")


@pytest.mark.parametrize("who", ["number", "debtor", "debt"])
def test_an_attempt_leaves_the_seven_days_on_the_eighth(who: str) -> None:
    under = policy("us", limits={f"attempts_per_{who}_per_7_days": 3})
    answer = ask(
        history=History(**{who: days_before(MONDAY_NOON, 1, 2, 6)}), under=under, phone_type=PhoneType.LANDLINE
    )
    assert refused(answer).rule == f"attempts_per_{who}_per_7_days"
    assert until(answer) == datetime(2026, 3, 3, 8, tzinfo=SAO_PAULO)
    seventh = History(**{who: days_before(MONDAY_NOON, 1, 2, 7)})
    assert isinstance(ask(history=seventh, under=under, phone_type=PhoneType.LANDLINE), Allowed)


def test_regulation_f_seven_times_in_seven_days_about_a_debt() -> None:
    six, seven = (History(debt=days_before(MONDAY_NOON, *range(n))) for n in (6, 7))
    landline = {"under": policy("us"), "number": "+12125550100", "state": None, "phone_type": PhoneType.LANDLINE}
    assert isinstance(ask(history=six, **landline), Allowed)
    answer = refused(ask(history=seven, **landline))
    assert (answer.rule, answer.source) == (
        Limit.ATTEMPTS_PER_DEBT_PER_7_DAYS,
        "Regulation F, 12 CFR 1006.14(b)(2)(i)(A)",
    )


@pytest.mark.parametrize(("days_ago", "allowed"), [(0, False), (6, False), (7, True)])
def test_regulation_f_seven_days_after_a_conversation_its_own_day_being_the_first(
    days_ago: int, *, allowed: bool
) -> None:
    history = History(conversation_at=MONDAY_NOON - timedelta(days=days_ago))
    answer = ask(history=history, under=policy("us"), phone_type=PhoneType.LANDLINE)
    assert isinstance(answer, Allowed) is allowed
    if isinstance(answer, Refused):
        assert answer.rule is Limit.DAYS_AFTER_CONVERSATION
        assert answer.until == (MONDAY_NOON + timedelta(days=7 - days_ago)).astimezone(SAO_PAULO).replace(hour=8)


def test_who_asked_to_be_called_is_called_in_the_quiet_time() -> None:
    spoken = History(conversation_at=MONDAY_NOON - timedelta(hours=2))
    assert refused(ask(history=spoken)).rule is Limit.DAYS_AFTER_CONVERSATION
    assert isinstance(ask(history=spoken, asked_for=True), Allowed)


def test_an_abandoned_call_gives_three_days_of_rest_unless_an_agent_is_guaranteed() -> None:
    history = History(abandoned_at=MONDAY_NOON - timedelta(hours=1))
    answer = refused(ask(history=history))
    assert answer.rule is Limit.HOURS_AFTER_ABANDONED
    assert answer.until == MONDAY_NOON + timedelta(hours=71)
    assert isinstance(ask(history=history, agent_guaranteed=True), Allowed)


def test_a_campaigns_own_stricter_limit_decides_and_is_named() -> None:
    answer = refused(
        ask(
            history=History(number=days_before(MONDAY_NOON, 0)),
            under=policy(limits={"attempts_per_number_per_day": 1}),
        )
    )
    assert (answer.rule, answer.source, answer.row) == (
        Limit.ATTEMPTS_PER_NUMBER_PER_DAY,
        "the campaign's own setting",
        None,
    )


def test_a_wrong_persons_number_never_rings_again_for_this_debtor() -> None:
    answer = refused(ask(history=History(silenced="the number is a wrong person's")))
    assert (answer.rule, answer.until) == (Rule.SILENCED, None)


def test_a_number_on_a_list_rests_for_good_or_until_the_entry_ends() -> None:
    answer = refused(ask(history=History(banned=Ban(why="imported: Procon"))))
    assert (answer.rule, answer.reason, answer.until) == (Rule.DO_NOT_CALL, "imported: Procon", None)
    ends = MONDAY_NOON + timedelta(days=5, hours=20)  # a Sunday morning
    assert until(ask(history=History(banned=Ban(why="internal", until=ends)))) == datetime(
        2026, 3, 9, 8, tzinfo=SAO_PAULO
    )
    assert isinstance(ask(history=History(banned=Ban(why="internal", until=MONDAY_NOON))), Allowed)


def test_consent_is_needed_where_the_pack_says_so() -> None:
    for phone_type in (PhoneType.MOBILE, None):
        assert refused(ask(under=policy("us"), phone_type=phone_type)).rule is Rule.CONSENT
    given_one = History(consent_until=MONDAY_NOON + timedelta(days=1))
    assert isinstance(ask(under=policy("us"), phone_type=PhoneType.MOBILE, history=given_one), Allowed)
    ended = History(consent_until=MONDAY_NOON)
    assert refused(ask(under=policy("us"), phone_type=PhoneType.MOBILE, history=ended)).rule is Rule.CONSENT
    assert isinstance(ask(phone_type=PhoneType.MOBILE), Allowed)


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
NUMBERS = st.sampled_from(sorted(STATE_OF_DDD)).map(lambda ddd: f"+55{ddd}987654321")
AGES = st.lists(st.integers(0, 9 * 24 * 60), max_size=25)
OWN = st.dictionaries(st.sampled_from([limit.value for limit in Limit]), st.integers(0, 20), max_size=5)
PACKS = {name: policy_of(pack=name, hours=WIDE, limits={}, today=MONDAY_NOON.date()) for name in ("br", "us", "uk")}


@st.composite
def histories(draw: st.DrawFn, now: datetime) -> History:
    def ago(minutes: int) -> datetime:
        return now - timedelta(minutes=minutes)

    attempts = {who: tuple(map(ago, draw(AGES))) for who in ("number", "debtor", "debt")}
    spoken, abandoned = (draw(st.none() | st.integers(0, 15 * 24 * 60)) for _ in range(2))
    return History(
        **attempts,
        conversation_at=None if spoken is None else ago(spoken),
        abandoned_at=None if abandoned is None else ago(abandoned),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[datetime, str, str | None, History, str, dict[str, int]]:
    now = draw(MOMENTS)
    state = draw(st.sampled_from([None, *sorted(STATES)]))
    return now, draw(NUMBERS), state, draw(histories(now)), draw(st.sampled_from(sorted(PACKS))), draw(OWN)


@settings(deadline=None)
@given(cases())
def test_a_campaigns_settings_only_ever_make_it_stricter(
    case: tuple[datetime, str, str | None, History, str, dict[str, int]],
) -> None:
    now, number, state, history, pack, own = case
    base = PACKS[pack]
    narrow = WeeklyHours.from_json({"tuesday": [["06:00", "23:00"]], "sunday": [["10:00", "12:00"]]})
    for hours in (WIDE, narrow):
        strict = Policy(
            pack=base.pack, hours=hours, limits={Limit(k): v for k, v in own.items()}, calendar=base.calendar
        )
        asked = {"number": number, "state": state, "history": history, "phone_type": PhoneType.LANDLINE}
        if isinstance(ask(now, under=strict, **asked), Allowed):
            assert isinstance(ask(now, under=base, **asked), Allowed)


@settings(deadline=None)
@given(cases())
def test_until_is_the_first_moment_at_which_the_same_history_is_allowed(
    case: tuple[datetime, str, str | None, History, str, dict[str, int]],
) -> None:
    now, number, state, history, pack, own = case
    base = PACKS[pack]
    under = Policy(pack=base.pack, hours=WIDE, limits={Limit(k): v for k, v in own.items()}, calendar=base.calendar)
    asked = {"number": number, "state": state, "history": history, "phone_type": PhoneType.LANDLINE, "under": under}
    answer = ask(now, **asked)
    if isinstance(answer, Allowed):
        return
    assert answer.until is not None
    assert answer.until > now
    if answer.until != now + timedelta(days=7):
        assert isinstance(ask(answer.until, **asked), Allowed)
    for part in range(12):
        assert isinstance(ask(now + (answer.until - now) * part / 12, **asked), Refused)
    assert isinstance(ask(answer.until - timedelta(seconds=1), **asked), Refused)
