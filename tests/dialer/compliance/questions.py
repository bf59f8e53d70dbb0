"""Questions as the tests ask them: a number of São Paulo on a Monday noon, under a shipped pack."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from crm.model import WeeklyHours
from dialer.compliance import Allowed, History, Policy, Question, Refused, may_ring
from dialer.compliance.calendar import Holiday
from dialer.compliance.policy import policy_of

MONDAY_NOON = datetime(2026, 3, 2, 15, tzinfo=UTC)
WIDE = WeeklyHours.from_json({day: [["06:00", "23:00"]] for day in WeeklyHours.always().to_json()})
"""Wider than every pack, so that the pack decides."""


def policy(
    pack: str = "br",
    hours: WeeklyHours = WIDE,
    limits: Mapping[str, Any] | None = None,
    local: Iterable[Holiday] = (),
    today: date = date(2026, 3, 2),
) -> Policy:
    return policy_of(pack=pack, hours=hours, limits=limits or {}, today=today, local=local)


def ask(
    now: datetime = MONDAY_NOON,
    *,
    number: str = "+5511987654321",
    state: str | None = "SP",
    under: Policy | None = None,
    history: History | None = None,
    **more: Any,
) -> Allowed | Refused:
    return may_ring(
        Question(number=number, state=state, now=now, policy=under or policy(), history=history or History(), **more)
    )


def refused(answer: Allowed | Refused) -> Refused:
    assert isinstance(answer, Refused), answer
    return answer


def days_before(now: datetime, *days: int) -> tuple[datetime, ...]:
    return tuple(now - timedelta(days=one) for one in days)
