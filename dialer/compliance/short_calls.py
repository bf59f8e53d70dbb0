"""The regulator's counters: how many calls a company makes through a carrier, and how many of them are short. Pure."""

from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from dialer.compliance.pack import Pack, Row, ShortCallLimits, holding

T = TypeVar("T")

SHORT_S = 6
"""Where no row of the pack says what is short."""


class Load(StrEnum):
    """How near a company is to being blocked by a carrier today."""

    FINE = "fine"
    ALARM = "alarm"
    STOP = "stop"
    """Nothing more is dialled through this carrier today."""


def limits_of(pack: Pack, day: date) -> ShortCallLimits | None:
    """The limits that hold in the pack's country on the day, or None."""
    row = _row(pack.short_calls, pack, day)
    return None if row is None else row.value


def is_short(answered_at: datetime | None, ended_at: datetime, limits: ShortCallLimits | None) -> bool:
    """Whether the regulator calls it short: nobody answered, or it ended within so many seconds of the answer.

    An answering machine counts as whoever answers (Anatel, 29 May 2024: longer calls to voicemail are not short).
    """
    short_s = SHORT_S if limits is None else limits.short_s
    return answered_at is None or (ended_at - answered_at).total_seconds() <= short_s


def load_of(calls: int, short: int, limits: ShortCallLimits | None) -> Load:
    """How near to the block. The share alone says nothing of a day with few calls: each bound needs both numbers."""
    if limits is None or calls == 0:
        return Load.FINE
    share = short / calls
    if calls >= limits.stop_calls and share >= limits.stop_share:
        return Load.STOP
    return Load.ALARM if calls >= limits.alarm_calls and share >= limits.alarm_share else Load.FINE


def month_alarm(calls: int, pack: Pack, day: date) -> str | None:
    """What is to be said of a month with so many calls, with its source; None below the alarm."""
    row = _row(pack.calls_per_month, pack, day)
    if row is None or calls < row.value.alarm_calls:
        return None
    return f"{calls} calls this month, of {row.value.calls}: {row.source}"


def _row(rows: tuple[Row[T], ...], pack: Pack, day: date) -> Row[T] | None:
    return next(iter(holding(rows, (pack.jurisdiction,), day)), None)
