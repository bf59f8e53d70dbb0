"""A policy pack: dated rows of rules, each with the law it comes from. Pure.

A row holds where its jurisdiction is one of the debtor's places and on the days from `since` to `until`. Of several
rows that hold, each has to be kept; what a campaign says for itself may only be stricter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from crm.model import WeeklyHours

T = TypeVar("T")


class Limit(StrEnum):
    """The rules that are one number; the value is the rule's name in packs, campaigns and audit rows."""

    ATTEMPTS_PER_NUMBER_PER_DAY = "attempts_per_number_per_day"
    ATTEMPTS_PER_DEBTOR_PER_DAY = "attempts_per_debtor_per_day"
    ATTEMPTS_PER_DEBT_PER_DAY = "attempts_per_debt_per_day"
    ATTEMPTS_PER_NUMBER_PER_7_DAYS = "attempts_per_number_per_7_days"
    ATTEMPTS_PER_DEBTOR_PER_7_DAYS = "attempts_per_debtor_per_7_days"
    ATTEMPTS_PER_DEBT_PER_7_DAYS = "attempts_per_debt_per_7_days"
    DAYS_AFTER_CONVERSATION = "days_after_conversation"
    """Days without a call about a debt that was spoken about; the day of the conversation is the first."""
    MINIMUM_RING_S = "minimum_ring_s"
    ABANDONMENT_MESSAGE_WITHIN_S = "abandonment_message_within_s"
    HOURS_AFTER_ABANDONED = "hours_after_abandoned"
    """Hours without a call to a number whose owner found no agent."""

    @property
    def more_is_stricter(self) -> bool:
        return self in {Limit.DAYS_AFTER_CONVERSATION, Limit.MINIMUM_RING_S, Limit.HOURS_AFTER_ABANDONED}


class OnHoliday(StrEnum):
    """What a holiday does to the hours."""

    CLOSED = "closed"
    SUNDAY = "sunday"


class Consent(StrEnum):
    """Whose consent a call needs."""

    OPT_OUT = "opt_out"
    """Nobody's, but who objects is not called."""
    EXPRESS_FOR_MOBILE = "express_for_mobile"
    """Given beforehand, for mobile telephones and those of unknown type; who objects is not called."""


@dataclass(frozen=True, kw_only=True)
class YearlyDay:
    """A holiday of every year: a date, or so many days from Easter Sunday."""

    name: str
    month: int | None = None
    day: int | None = None
    easter: int | None = None


@dataclass(frozen=True, kw_only=True)
class ShortCallLimits:
    """Where a regulator blocks who makes many short calls, and where we warn and stop before. Shares are 0 to 1.

    short_s: an answered call of at most so many seconds is short; one that was not answered by a person always is.
    """

    calls_per_day: int
    share: float
    short_s: int
    alarm_calls: int
    alarm_share: float
    stop_calls: int
    stop_share: float


@dataclass(frozen=True, kw_only=True)
class MonthLimits:
    """From how many calls in a month their origin must be authenticated, and where we warn before."""

    calls: int
    alarm_calls: int


@dataclass(frozen=True, kw_only=True)
class Row(Generic[T]):
    """One rule of one jurisdiction. until: its last day, None while it is in force."""

    rule: str
    jurisdiction: str
    since: date
    until: date | None
    value: T
    source: str

    @property
    def name(self) -> str:
        """By which audit rows name it: `calling_hours BR-SP 2014-05-23`."""
        return f"{self.rule} {self.jurisdiction} {self.since}"

    def holds(self, places: Iterable[str], day: date) -> bool:
        return self.jurisdiction in places and self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, kw_only=True)
class Pack:
    """All rows of one country. public_days: the country whose holidays, by state, the calendar also takes."""

    name: str
    title: str
    jurisdiction: str
    public_days: str | None = None
    hours: tuple[Row[WeeklyHours], ...] = ()
    holiday_hours: tuple[Row[OnHoliday], ...] = ()
    holidays: tuple[Row[YearlyDay], ...] = ()
    limits: Mapping[Limit, tuple[Row[float], ...]] = field(default_factory=dict)
    consent: tuple[Row[Consent], ...] = ()
    short_calls: tuple[Row[ShortCallLimits], ...] = ()
    calls_per_month: tuple[Row[MonthLimits], ...] = ()

    def limit(self, limit: Limit, places: Iterable[str], day: date) -> Row[float] | None:
        """The strictest row of the limit that holds, or None where there is none."""
        rows = holding(self.limits.get(limit, ()), places, day)
        return min(rows, key=lambda row: strictness(limit, row.value), default=None)


def strictness(limit: Limit, value: float) -> float:
    """Smaller is stricter."""
    return -value if limit.more_is_stricter else value


def holding(rows: Iterable[Row[T]], places: Iterable[str], day: date) -> list[Row[T]]:
    """The rows that hold in one of the places on the day."""
    return [row for row in rows if row.holds(places, day)]
