"""What is asked of compliance, and its two answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from crm.model import PhoneType, WeeklyHours
from dialer.compliance.calendar import Calendar
from dialer.compliance.pack import Limit, Pack, Row

AnyRow = Row[Any]


class Rule(StrEnum):
    """What decided, where it is not one of the pack's limits. Its value stands at the start of attempt.rule."""

    CALLING_HOURS = "calling_hours"
    HOLIDAY = "holiday"
    ANY_HOUR_DECLARED = "any_hour_declared"
    """The campaign declares every hour of the week: demonstrations, whose debtors are not people."""
    SILENCED = "silenced"
    """The number was a wrong person's or a third party's, or is blocked, for this debtor."""
    DO_NOT_CALL = "do_not_call"
    CONSENT = "consent"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What binds a campaign: its pack, its own hours and limits (which can only make it stricter), and the holidays."""

    pack: Pack
    hours: WeeklyHours
    limits: Mapping[Limit, float] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)


@dataclass(frozen=True, kw_only=True)
class Ban:
    """An entry of a do-not-call list. until: its last moment, None for good."""

    why: str
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class History:
    """What was done before, in all campaigns. Attempts of the last eight days or more, aware, in any order.

    number: to this telephone, whoever's. debtor: to the person (CPF or CNPJ), for whichever creditor. debt: about the
    debts this call is about. conversation_at: the last with the person about these debts. abandoned_at: when the owner
    of the number last answered and found no agent. silenced: why the number is not the debtor's, or None.
    consent_until: the end of the consent in force, a far day for one without an end; None: there is none.
    """

    number: tuple[datetime, ...] = ()
    debtor: tuple[datetime, ...] = ()
    debt: tuple[datetime, ...] = ()
    conversation_at: datetime | None = None
    abandoned_at: datetime | None = None
    silenced: str | None = None
    banned: Ban | None = None
    consent_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Question:
    """What must be known to say whether a number may ring now.

    number: E.164. state: the debtor's UF, when known. now: aware. asked_for: the debtor asked to be called now, so the
    quiet time after a conversation does not hold. agent_guaranteed: nobody will be abandoned, so a number that was may
    ring.
    """

    number: str
    phone_type: PhoneType | None = None
    state: str | None
    now: datetime
    policy: Policy
    history: History = field(default_factory=History)
    asked_for: bool = False
    agent_guaranteed: bool = False


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """Yes. rule: in words, to be kept with the attempt. rows: those of the pack that were kept."""

    rule: str
    rows: tuple[AnyRow, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Refused:
    """No. reason: in words. until: when to ask again, in UTC; before then the answer stays no. None: never.

    row: the pack's row that refuses; None where it was the campaign's own setting, or what the debtor said.
    source: whose word it is: a law, a list, the campaign.
    """

    rule: Rule | Limit
    reason: str
    until: datetime | None
    source: str
    row: AnyRow | None = None
