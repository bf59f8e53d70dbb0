"""What is asked of compliance, and its two answers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crm.model import WeeklyHours


class Rule(StrEnum):
    """The law that decided. Its value stands at the start of attempt.rule."""

    CALLING_HOURS = "calling_hours"
    ANY_HOUR_DECLARED = "any_hour_declared"
    """The campaign declares every hour of the week: demonstrations, whose debtors are not people."""
    NUMBER_PER_DAY = "number_per_day"
    DEBTOR_PER_DAY = "debtor_per_day"


@dataclass(frozen=True, kw_only=True)
class Question:
    """What must be known to say whether a number may ring now.

    number: E.164. state: the debtor's UF, when known. hours and limits are the campaign's; attempts are those of today
    where the debtor lives, as dialer.campaign.leads counts them. now: aware.
    """

    number: str
    state: str | None
    now: datetime
    hours: WeeklyHours
    number_attempts_today: int
    debtor_attempts_today: int
    attempts_per_number_per_day: int
    attempts_per_debtor_per_day: int


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """Yes. rule: in words, to be kept with the attempt."""

    rule: str


@dataclass(frozen=True, kw_only=True)
class Refused:
    """No. reason: in words. until: when to ask again, in UTC; before then the answer stays no."""

    rule: Rule
    reason: str
    until: datetime
