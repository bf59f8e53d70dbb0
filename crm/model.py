"""The CRM's words as types: ids that cannot be mixed up, closed sets, and weekly calling hours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from itertools import pairwise
from typing import NewType, Self
from uuid import UUID

from base.settings import HoursSettings

CreditorId = NewType("CreditorId", int)
DebtorId = NewType("DebtorId", int)
ContactPointId = NewType("ContactPointId", int)
CampaignId = NewType("CampaignId", int)
LeadId = NewType("LeadId", int)
AgentId = NewType("AgentId", int)
AttemptId = NewType("AttemptId", UUID)
"""Also the call's id and Asterisk's channel id."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_MINUTES = 24 * 60
_HOUR = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")


class Outcome(StrEnum):
    """How a dial attempt ended."""

    CONNECTED = "connected"
    ABANDONED = "abandoned"
    HANGUP_EARLY = "hangup_early"
    MACHINE = "machine"
    NOANSWER = "noanswer"
    BUSY = "busy"
    FAILED = "failed"
    DEAD_NUMBER = "dead_number"
    CONGESTION = "congestion"
    UNKNOWN = "unknown"


class AnswerDetection(StrEnum):
    """How a campaign tells people from machines."""

    OFF = "off"
    """Whoever answers is a person."""
    AMD = "amd"
    """Asterisk's AMD() listens before an agent is looked for."""
    CONNECT_FIRST = "connect_first"
    """An agent has the call at once; a detector listens beside and takes it away again when it is a machine's."""


class CampaignStatus(StrEnum):
    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"


class Mode(StrEnum):
    """How a campaign decides when to dial."""

    PREVIEW = "preview"
    PROGRESSIVE = "progressive"
    RATIO = "ratio"
    PREDICTIVE = "predictive"


class PhoneType(StrEnum):
    MOBILE = "mobile"
    LANDLINE = "landline"


class Direction(StrEnum):
    """Of what a timeline row tells: from us, to us, or among ourselves."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"
    INTERNAL = "internal"


@dataclass(frozen=True, kw_only=True, order=True)
class Span:
    """A part of one day, in minutes after local midnight: first minute in, last minute out."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= DAY_MINUTES:
            raise ValueError(f"{_clock(self.start)}-{_clock(self.end)} is not a part of one day")

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


@dataclass(frozen=True, kw_only=True)
class WeeklyHours:
    """When a campaign may ring, by weekday from Monday, in whatever zone the debtor lives."""

    days: tuple[tuple[Span, ...], ...]

    def __post_init__(self) -> None:
        if len(self.days) != len(WEEKDAYS):
            raise ValueError("weekly hours need seven days")
        for spans in self.days:
            if any(a.end > b.start for a, b in pairwise(spans)):
                raise ValueError("the hours of one day must be in order and must not overlap")

    @classmethod
    def always(cls) -> Self:
        """Every hour of every day: for demonstrations, whose debtors are not people."""
        return cls(days=((Span(start=0, end=DAY_MINUTES),),) * 7)

    @classmethod
    def from_settings(cls, hours: HoursSettings) -> Self:
        """The hours new campaigns get."""
        saturday, sunday = (() if span is None else (_span(span),) for span in (hours.saturday, hours.sunday))
        return cls(days=((_span(hours.weekdays),),) * 5 + (saturday, sunday))

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> Self:
        """From `{"monday": [["08:00", "20:00"]], …}`; a day left out has no hours; "24:00" ends a day.

        Raises ValueError for anything else.
        """
        if unknown := set(value) - set(WEEKDAYS):
            raise ValueError(f"{sorted(unknown)} are not weekdays; use {', '.join(WEEKDAYS)}")
        return cls(days=tuple(_day(value.get(name, [])) for name in WEEKDAYS))

    def to_json(self) -> dict[str, list[list[str]]]:
        """What `from_json` reads; kept in campaign.hours."""
        return {
            name: [[_clock(s.start), _clock(s.end)] for s in spans]
            for name, spans in zip(WEEKDAYS, self.days, strict=True)
        }

    @property
    def is_always(self) -> bool:
        return self == self.always()

    def open_at(self, local: datetime) -> Span | None:
        """The span that holds the local wall time, or None when calls must wait."""
        minute = local.hour * 60 + local.minute
        return next((s for s in self.days[local.weekday()] if s.start <= minute < s.end), None)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _span(span: tuple[time, time]) -> Span:
    start, end = (at.hour * 60 + at.minute for at in span)
    # A day that ends at midnight is written 00:00 by people.
    return Span(start=start, end=end or DAY_MINUTES)


def _minute(value: object) -> int:
    match = _HOUR.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{value!r} is not an hour such as 08:00")
    return int(match[1]) * 60 + int(match[2])


def _day(value: object) -> tuple[Span, ...]:
    if not isinstance(value, list) or not all(isinstance(s, (list, tuple)) and len(s) == 2 for s in value):
        raise ValueError('the hours of a day are written [["08:00", "12:00"], ["13:00", "20:00"]]')
    return tuple(Span(start=_minute(start), end=_minute(end)) for start, end in value)
