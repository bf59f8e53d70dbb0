"""Counts and quiet times: what was done before, against the strictest of the pack and the campaign. Pure.

A day is a calendar day where the debtor lives; seven days are that day and the six before. Where clocks differ, the
one by which more attempts are counted decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dialer.compliance.model import History, Question
from dialer.compliance.pack import Limit, Row, strictness
from dialer.compliance.zones import zone_info

WEEK_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class Bound:
    """The strictest value of a limit. row: the pack's, None where the campaign's own is stricter or stands alone."""

    limit: Limit
    value: float
    row: Row[float] | None

    @property
    def source(self) -> str:
        return "the campaign's own setting" if self.row is None else self.row.source


@dataclass(frozen=True, kw_only=True)
class Spent:
    """A limit that is used up, and what stands against it."""

    bound: Bound
    reason: str


_WHO = {"number": "the number was dialled", "debtor": "the debtor was dialled", "debt": "the debt was dialled about"}
_COUNTED = (
    (Limit.ATTEMPTS_PER_DEBTOR_PER_DAY, "debtor", 1),
    (Limit.ATTEMPTS_PER_DEBT_PER_DAY, "debt", 1),
    (Limit.ATTEMPTS_PER_NUMBER_PER_DAY, "number", 1),
    (Limit.ATTEMPTS_PER_DEBTOR_PER_7_DAYS, "debtor", WEEK_DAYS),
    (Limit.ATTEMPTS_PER_DEBT_PER_7_DAYS, "debt", WEEK_DAYS),
    (Limit.ATTEMPTS_PER_NUMBER_PER_7_DAYS, "number", WEEK_DAYS),
)


def bound(question: Question, limit: Limit, places: frozenset[str], day: date) -> Bound | None:
    """The value of the limit that binds on the day; None when nothing does."""
    row = question.policy.pack.limit(limit, places, day)
    own = question.policy.limits.get(limit)
    if own is not None and (row is None or strictness(limit, own) < strictness(limit, row.value)):
        return Bound(limit=limit, value=own, row=None)
    return None if row is None else Bound(limit=limit, value=row.value, row=row)


def spent(question: Question, places: frozenset[str], zones: Sequence[str], at: datetime) -> Spent | None:
    """The first limit that forbids a call at that moment, the history being what it is now."""
    for limit, who, days in _COUNTED:
        binding = bound(question, limit, places, _day(at, zones))
        if binding is None:
            continue
        count = attempts(question.history, who, days, zones, at)
        if count >= binding.value:
            when = "today" if days == 1 else f"in {days} days"
            return Spent(bound=binding, reason=f"{_WHO[who]} {count} times {when}, {binding.value:g} are allowed")
    return _quiet(question, places, zones, at)


def counted(question: Question, places: frozenset[str], zones: Sequence[str], at: datetime) -> tuple[str, list[Bound]]:
    """The limits that bind and how far they are used with this call: `number 2 of 3, debtor 3 of 6 today`."""
    words: dict[int, list[str]] = {}
    bounds = []
    for limit, who, days in sorted(_COUNTED, key=lambda entry: (entry[2], list(_WHO).index(entry[1]))):
        if (binding := bound(question, limit, places, _day(at, zones))) is not None:
            bounds.append(binding)
            count = attempts(question.history, who, days, zones, at) + 1
            words.setdefault(days, []).append(f"{who} {count} of {binding.value:g}")
    shown = [f"{', '.join(said)} {'today' if days == 1 else 'in 7 days'}" for days, said in words.items()]
    return "; ".join(shown), bounds


def attempts(history: History, who: str, days: int, zones: Sequence[str], at: datetime) -> int:
    """Attempts of the last calendar days, the day of `at` being the last of them."""
    made: tuple[datetime, ...] = getattr(history, who)
    return max(sum(1 for one in made if _days_between(one, at, zone) < days) for zone in zones)


def quiet_ends(question: Question) -> list[datetime]:
    """When the rest after an abandoned call may be over, in order, by any row of the pack and by the campaign."""
    if question.history.abandoned_at is None or question.agent_guaranteed:
        return []
    hours = {row.value for row in question.policy.pack.limits.get(Limit.HOURS_AFTER_ABANDONED, ())}
    hours |= {question.policy.limits.get(Limit.HOURS_AFTER_ABANDONED, 0.0)}
    return [question.history.abandoned_at + timedelta(hours=one) for one in sorted(hours)]


def _quiet(question: Question, places: frozenset[str], zones: Sequence[str], at: datetime) -> Spent | None:
    history, day = question.history, _day(at, zones)
    rest = bound(question, Limit.HOURS_AFTER_ABANDONED, places, day)
    if (
        rest is not None
        and history.abandoned_at is not None
        and not question.agent_guaranteed
        and at < history.abandoned_at + timedelta(hours=rest.value)
    ):
        return Spent(bound=rest, reason=f"an abandoned call: {rest.value:g} hours of rest")
    days = bound(question, Limit.DAYS_AFTER_CONVERSATION, places, day)
    if (
        days is not None
        and history.conversation_at is not None
        and not question.asked_for
        and min(_days_between(history.conversation_at, at, zone) for zone in zones) < days.value
    ):
        return Spent(bound=days, reason=f"a conversation: {days.value:g} days of quiet, its own day being the first")
    return None


def _day(at: datetime, zones: Sequence[str]) -> date:
    return at.astimezone(zone_info(zones[0])).date()


def _days_between(earlier: datetime, later: datetime, zone: str) -> int:
    info = zone_info(zone)
    return (later.astimezone(info).date() - earlier.astimezone(info).date()).days
