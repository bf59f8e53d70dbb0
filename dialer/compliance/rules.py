"""May we ring this number now? Pure: the same question has the same answer, and the answer names its rule.

Calling hours hold on the clock of the debtor's wall. Where area code and state of residence tell different clocks or
different laws, each of them must hold. A campaign that declares every hour has neither hours nor holidays, but all the
other rules.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from heapq import merge

from crm.model import PhoneType
from dialer.compliance.hours import Hours, Rest
from dialer.compliance.limits import Spent, counted, quiet_ends, spent
from dialer.compliance.model import Allowed, AnyRow, Policy, Question, Refused, Rule
from dialer.compliance.pack import Consent, holding
from dialer.compliance.places import places_of
from dialer.compliance.zones import zone_info, zones_of

LOOK_AHEAD_DAYS = 35
PUT_OFF = timedelta(days=7)
"""For a number that no moment of the days ahead allows."""


def may_ring(question: Question) -> Allowed | Refused:
    """The answer for this moment; `Refused.until` is the first moment that would be allowed, were nothing to happen."""
    country = question.policy.pack.jurisdiction
    places = places_of(question.number, question.state, country)
    hours = Hours(question.policy, places, zones_of(question.number, question.state, country))
    refused = _forbidden(question, places) or _refused_at(question, hours, question.now)
    if refused is not None:
        return refused if refused.until is None else _with_until(refused, question, hours)
    used, bounds = counted(question, places, hours.zones, question.now)
    if hours.is_always:
        words = f"{Rule.ANY_HOUR_DECLARED}: the campaign declares every hour of the week"
        rows: tuple[AnyRow, ...] = ()
    else:
        words, rows = f"{Rule.CALLING_HOURS}: {hours.shown(question.now)}", hours.held(question.now)
    limits = tuple(binding.row for binding in bounds if binding.row is not None)
    return Allowed(rule=f"{words}; {used}" if used else words, rows=rows + limits)


def is_open(policy: Policy, number: str, state: str | None, at: datetime) -> bool:
    """Whether hours and holidays let this number ring at a time to come; nothing is asked of what was done before."""
    country = policy.pack.jurisdiction
    hours = Hours(policy, places_of(number, state, country), zones_of(number, state, country))
    return hours.is_always or hours.closed_by(at) is None


def _forbidden(question: Question, places: frozenset[str]) -> Refused | None:
    """What no hour of the day changes."""
    history, now = question.history, question.now
    if history.silenced is not None:
        return Refused(rule=Rule.SILENCED, reason=history.silenced, until=None, source="what was said on the telephone")
    if history.banned is not None and (history.banned.until is None or now < history.banned.until):
        return Refused(
            rule=Rule.DO_NOT_CALL, reason=history.banned.why, until=history.banned.until, source="the do-not-call list"
        )
    needed = [
        row
        for row in holding(question.policy.pack.consent, places, now.date())
        if row.value is Consent.EXPRESS_FOR_MOBILE and question.phone_type is not PhoneType.LANDLINE
    ]
    if needed and (history.consent_until is None or history.consent_until <= now):
        row = needed[0]
        reason = "a mobile number, and no consent to call it"
        return Refused(rule=Rule.CONSENT, reason=reason, until=None, source=row.source, row=row)
    return None


def _refused_at(question: Question, hours: Hours, at: datetime) -> Refused | None:
    over = spent(question, hours.places, hours.zones, at)
    if over is not None:
        return _spent(over, at)
    closed = None if hours.is_always else hours.closed_by(at)
    if closed is None:
        return None
    zone, what = closed
    clock = f"{at.astimezone(zone_info(zone)):%A %H:%M} in {zone}"
    if isinstance(what, Rest):
        reason = f"{what.holiday.name} in {what.holiday.place}: {clock}"
        return Refused(rule=Rule.HOLIDAY, reason=reason, until=at, source=what.holiday.source, row=what.row)
    source = "the campaign's own setting" if what is None else what.source
    return Refused(
        rule=Rule.CALLING_HOURS, reason=f"outside the calling hours: {clock}", until=at, source=source, row=what
    )


def _spent(over: Spent, at: datetime) -> Refused:
    return Refused(rule=over.bound.limit, reason=over.reason, until=at, source=over.bound.source, row=over.bound.row)


def _with_until(refused: Refused, question: Question, hours: Hours) -> Refused:
    until = next(
        (at for at in _moments(refused, question, hours) if _refused_at(question, hours, at) is None),
        question.now.astimezone(UTC) + PUT_OFF,
    )
    return Refused(rule=refused.rule, reason=refused.reason, until=until, source=refused.source, row=refused.row)


def _moments(refused: Refused, question: Question, hours: Hours) -> Iterator[datetime]:
    """When an answer may change from no to yes, in order: a day or hours begin, a rest or a ban ends."""
    assert refused.until is not None
    from_here = max(question.now, refused.until).astimezone(UTC)
    ends = [end.astimezone(UTC) for end in quiet_ends(question) if end > from_here]
    own = [from_here] if from_here > question.now else []
    return merge(own, ends, hours.openings(from_here, LOOK_AHEAD_DAYS))
