"""Calling hours and holidays: everything that says at which times of the week a telephone may ring. Pure.

Every row that holds must be open, and the campaign's own hours, on every clock the debtor may live by. A holiday in any
of the debtor's places counts on all of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from heapq import merge

from crm.model import WEEKDAYS, Span, WeeklyHours
from dialer.compliance.calendar import Holiday
from dialer.compliance.model import AnyRow, Policy
from dialer.compliance.pack import OnHoliday, Row, holding
from dialer.compliance.zones import zone_info

SUNDAY = 6


@dataclass(frozen=True, kw_only=True)
class Rest:
    """A holiday, and the row that says what follows of it."""

    holiday: Holiday
    row: Row[OnHoliday]


@dataclass(frozen=True)
class Hours:
    """The hours of one debtor under one policy."""

    policy: Policy
    places: frozenset[str]
    zones: tuple[str, ...]

    @cached_property
    def is_always(self) -> bool:
        return self.policy.hours.is_always

    def rows(self, day: date) -> list[Row[WeeklyHours]]:
        """The pack's rows of hours that hold on the day."""
        return holding(self.policy.pack.hours, self.places, day)

    def rest(self, day: date) -> Rest | None:
        """The holiday of the day that changes its hours, or None."""
        holiday = self.policy.calendar.on(day, self.places)
        rows = holding(self.policy.pack.holiday_hours, self.places, day) if holiday is not None else []
        if holiday is None or not rows:
            return None
        return Rest(holiday=holiday, row=min(rows, key=lambda row: row.value is not OnHoliday.CLOSED))

    def closed_by(self, at: datetime) -> tuple[str, Row[WeeklyHours] | Rest | None] | None:
        """The first clock that is outside the hours, and what closes it: a row, a holiday, or None for the campaign.

        None when every clock is inside.
        """
        for zone in self.zones:
            local = at.astimezone(zone_info(zone))
            rest = self.rest(local.date())
            if rest is not None and rest.row.value is OnHoliday.CLOSED:
                return zone, rest
            weekday = local.weekday() if rest is None else SUNDAY
            for row in self.rows(local.date()):
                if _span(row.value, weekday, local) is None:
                    return zone, rest or row
            if _span(self.policy.hours, weekday, local) is None:
                return zone, rest
        return None

    def shown(self, at: datetime) -> str:
        """The open hours at that moment, for each clock: `monday 08:00-20:00 America/Sao_Paulo`."""
        return ", ".join(self._shown(at.astimezone(zone_info(zone)), zone) for zone in self.zones)

    def held(self, at: datetime) -> tuple[AnyRow, ...]:
        """The pack's rows that were open at that moment."""
        days = {at.astimezone(zone_info(zone)).date() for zone in self.zones}
        return tuple({row.name: row for day in sorted(days) for row in self.rows(day)}.values())

    def openings(self, after: datetime, days: int) -> Iterator[datetime]:
        """Moments after `after` at which hours may begin and days change, in UTC, in order; for so many days."""
        return merge(*(self._openings(after, days, zone) for zone in self.zones))

    def _openings(self, after: datetime, days: int, zone: str) -> Iterator[datetime]:
        first = after.astimezone(zone_info(zone)).date()
        for day in (first + timedelta(days=offset) for offset in range(days)):
            for minute in sorted(self._starts(day)):
                local = datetime.combine(day, time(minute // 60, minute % 60), zone_info(zone))
                if local > after:
                    yield local.astimezone(UTC)

    def _starts(self, day: date) -> set[int]:
        weeks = [self.policy.hours, *(row.value for row in self.rows(day))]
        return {0} | {
            span.start for week in weeks for weekday in {day.weekday(), SUNDAY} for span in week.days[weekday]
        }

    def _shown(self, local: datetime, zone: str) -> str:
        rest = self.rest(local.date())
        weekday = local.weekday() if rest is None else SUNDAY
        weeks = [self.policy.hours, *(row.value for row in self.rows(local.date()))]
        spans = [span for week in weeks if (span := _span(week, weekday, local)) is not None]
        both = Span(start=max(span.start for span in spans), end=min(span.end for span in spans))
        return f"{WEEKDAYS[local.weekday()]} {both} {zone}"


def _span(week: WeeklyHours, weekday: int, local: datetime) -> Span | None:
    minute = local.hour * 60 + local.minute
    return next((span for span in week.days[weekday] if span.start <= minute < span.end), None)
