"""May we ring this number now? Pure: the same question has the same answer, and the answer names its rule.

Calling hours hold on the clock of the debtor's wall. Where area code and state of residence tell different clocks, the
hours must hold on each of them. Limits per day hold from local midnight to local midnight, of the zone that is last.
"""

from datetime import UTC, datetime, time, timedelta

from crm.model import WEEKDAYS, WeeklyHours
from dialer.compliance.model import Allowed, Question, Refused, Rule
from dialer.compliance.zones import zone_info, zones_of

_ONE_DAY = timedelta(days=1)
_ONE_WEEK_DAYS = 8


def may_ring(question: Question) -> Allowed | Refused:
    """The answer for this moment; `Refused.until` already looks past tonight and the weekend."""
    zones = zones_of(question.number, question.state)
    used_up = _used_up(question)
    if used_up is not None:
        rule, reason = used_up
        tomorrow = max(_next_midnight(question.now, zone) for zone in zones)
        return Refused(rule=rule, reason=reason, until=_opening(question.hours, zones, tomorrow))
    if question.hours.is_always:
        hours = f"{Rule.ANY_HOUR_DECLARED}: the campaign declares every hour of the week"
    elif _is_open(question.hours, zones, question.now):
        spans = ", ".join(_shown(question.hours, zone, question.now) for zone in zones)
        hours = f"{Rule.CALLING_HOURS}: {spans}"
    else:
        clocks = ", ".join(f"{question.now.astimezone(zone_info(zone)):%A %H:%M} in {zone}" for zone in zones)
        return Refused(
            rule=Rule.CALLING_HOURS,
            reason=f"outside the campaign's calling hours: {clocks}",
            until=_opening(question.hours, zones, question.now),
        )
    return Allowed(
        rule=f"{hours}; number {question.number_attempts_today + 1} of {question.attempts_per_number_per_day}, "
        f"debtor {question.debtor_attempts_today + 1} of {question.attempts_per_debtor_per_day} today"
    )


def _used_up(question: Question) -> tuple[Rule, str] | None:
    if question.debtor_attempts_today >= question.attempts_per_debtor_per_day:
        reason = f"the debtor was dialled {question.debtor_attempts_today} times today"
        return Rule.DEBTOR_PER_DAY, f"{reason}, the campaign allows {question.attempts_per_debtor_per_day}"
    if question.number_attempts_today >= question.attempts_per_number_per_day:
        reason = f"the number was dialled {question.number_attempts_today} times today"
        return Rule.NUMBER_PER_DAY, f"{reason}, the campaign allows {question.attempts_per_number_per_day}"
    return None


def _is_open(hours: WeeklyHours, zones: tuple[str, ...], at: datetime) -> bool:
    return all(hours.open_at(at.astimezone(zone_info(zone))) is not None for zone in zones)


def _shown(hours: WeeklyHours, zone: str, at: datetime) -> str:
    local = at.astimezone(zone_info(zone))
    return f"{WEEKDAYS[local.weekday()]} {hours.open_at(local)} {zone}"


def _next_midnight(at: datetime, zone: str) -> datetime:
    tomorrow = at.astimezone(zone_info(zone)).date() + _ONE_DAY
    return datetime.combine(tomorrow, time(), zone_info(zone)).astimezone(UTC)


def _opening(hours: WeeklyHours, zones: tuple[str, ...], earliest: datetime) -> datetime:
    """The first moment from `earliest` on at which every zone is open; a week later when there is none."""
    moments = {earliest.astimezone(UTC)}
    for zone in zones:
        today = earliest.astimezone(zone_info(zone)).date()
        for days in range(_ONE_WEEK_DAYS):
            day = today + timedelta(days=days)
            for span in hours.days[day.weekday()]:
                opens = datetime.combine(day, time(span.start // 60, span.start % 60), zone_info(zone))
                moments.add(opens.astimezone(UTC))
    after = sorted(moment for moment in moments if moment >= earliest)
    return next((moment for moment in after if _is_open(hours, zones, moment)), after[0] + 7 * _ONE_DAY)
