"""Debtors: the searched list, and one debtor with debts, contacts and timeline."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.tables import contact_point, creditor, debt, debtor, timeline
from crm.timeline import of_debtor
from web.store.calls import CallView, attempt_id, details

PAGE = 50
TIMELINE_PAGE = 50
FEWEST_DIGITS = 3
WHOLE_NUMBER_DIGITS = 10
_ACCENTED, _PLAIN = "áàâãäéèêëíìîïóòôõöúùûüçñ", "aaaaaeeeeiiiiooooouuuucn"


@dataclass(frozen=True, kw_only=True)
class DebtorRow:
    """A debtor in the list; money in cents."""

    id: int
    name: str
    document: str
    phone: str | None
    open_cents: int
    last_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class DebtorPage:
    """One page of the list; `after` begins the next one, None on the last."""

    rows: tuple[DebtorRow, ...]
    after: int | None


@dataclass(frozen=True, kw_only=True)
class TimelineItem:
    """One thing that happened; `call` when it was a dial attempt."""

    id: int
    happened_at: datetime
    kind: str
    actor: str
    summary: str
    call: CallView | None


@dataclass(frozen=True, kw_only=True)
class DebtorDetail:
    """One debtor; `older` begins the next page of the timeline, None when all is shown."""

    id: int
    name: str
    document: str
    state: str | None
    creditor: str
    open_cents: int
    debts: tuple[Mapping[str, Any], ...]
    contacts: tuple[Mapping[str, Any], ...]
    timeline: tuple[TimelineItem, ...]
    older: int | None


def days_late(due_on: date, today: date) -> int:
    """Whole days since the due date; 0 when it is not yet past."""
    return max(0, (today - due_on).days)


async def search(connection: AsyncConnection, words: str, after: int | None) -> DebtorPage:
    """Debtors by name whose name, CPF/CNPJ, phone or contract fits `words`; everybody when it is empty."""
    page = select(debtor.c.id, debtor.c.name, debtor.c.document).order_by(debtor.c.name, debtor.c.id).limit(PAGE + 1)
    for condition in _conditions(words):
        page = page.where(condition)
    if after is not None:
        last = select(debtor.c.name, debtor.c.id).where(debtor.c.id == after).scalar_subquery()
        page = page.where(tuple_(debtor.c.name, debtor.c.id) > last)
    found = page.cte("page")
    # The figures are worked out for the rows of this page alone.
    phone = (
        select(contact_point.c.value)
        .where(contact_point.c.debtor_id == found.c.id, contact_point.c.kind == "phone")
        .order_by(contact_point.c.status != "active", contact_point.c.position, contact_point.c.id)
        .limit(1)
        .scalar_subquery()
    )
    owed = (
        select(func.coalesce(func.sum(debt.c.amount_cents), 0))
        .where(debt.c.debtor_id == found.c.id, debt.c.status == "open")
        .scalar_subquery()
    )
    last_at = (
        select(timeline.c.happened_at)
        .where(timeline.c.debtor_id == found.c.id, timeline.c.direction != "internal")
        .order_by(timeline.c.happened_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(
        found.c.id, found.c.name, found.c.document, phone.label("phone"), owed.label("owed"), last_at.label("last_at")
    ).order_by(found.c.name, found.c.id)
    rows = tuple(
        DebtorRow(id=r.id, name=r.name, document=r.document, phone=r.phone, open_cents=int(r.owed), last_at=r.last_at)
        for r in await connection.execute(query)
    )
    return DebtorPage(rows=rows[:PAGE], after=rows[PAGE - 1].id if len(rows) > PAGE else None)


async def one(connection: AsyncConnection, debtor_id: int, before: int | None) -> DebtorDetail | None:
    """The debtor with a page of the timeline, newest first; None when there is no such debtor."""
    query = (
        select(debtor.c.id, debtor.c.name, debtor.c.document, debtor.c.state, creditor.c.name.label("creditor"))
        .join(creditor, creditor.c.id == debtor.c.creditor_id)
        .where(debtor.c.id == debtor_id)
    )
    person = (await connection.execute(query)).one_or_none()
    if person is None:
        return None
    debts = await connection.execute(
        select(debt).where(debt.c.debtor_id == debtor_id).order_by(debt.c.due_on, debt.c.contract, debt.c.instalment)
    )
    contacts = await connection.execute(
        select(contact_point)
        .where(contact_point.c.debtor_id == debtor_id)
        .order_by(contact_point.c.position, contact_point.c.id)
    )
    owed = tuple(dict(row) for row in debts.mappings())
    rows = await of_debtor(connection, debtor_id, limit=TIMELINE_PAGE + 1, before=before)
    shown = rows[:TIMELINE_PAGE]
    ids = [found for row in shown if (found := attempt_id(row.merge_key))]
    calls = await details(connection, ids, words=True)
    return DebtorDetail(
        id=person.id,
        name=person.name,
        document=person.document,
        state=person.state,
        creditor=person.creditor,
        open_cents=sum(row["amount_cents"] for row in owed if row["status"] == "open"),
        debts=owed,
        contacts=tuple(dict(row) for row in contacts.mappings()),
        timeline=tuple(_item(row, calls) for row in shown),
        older=shown[-1].id if len(rows) > TIMELINE_PAGE else None,
    )


def _item(row: Any, calls: Mapping[Any, CallView]) -> TimelineItem:
    found = attempt_id(row.merge_key)
    return TimelineItem(
        id=row.id,
        happened_at=row.happened_at,
        kind=row.kind,
        actor=row.actor,
        summary=row.summary,
        call=calls.get(found) if found else None,
    )


def _conditions(words: str) -> list[ColumnElement[bool]]:
    words = words.strip()
    if not words:
        return []
    ways: list[ColumnElement[bool]] = []
    if any(c.isdigit() for c in words):
        # Contracts have digits, names do not: a name then costs no look at the debts.
        ways.append(_owes(debt.c.contract.like(_like(words) + "%")))
    if any(c.isalpha() for c in words):
        folded = func.translate(func.lower(debtor.c.name), _ACCENTED, _PLAIN)
        ways.append(and_(*(folded.like(f"%{_like(_fold(word))}%") for word in words.split())))
    else:
        digits = re.sub(r"\D", "", words)
        if len(digits) >= FEWEST_DIGITS:
            ways.append(debtor.c.document.like(f"{digits}%"))
            ways.append(_reached_by(digits))
    return [or_(false(), *ways)]


def _fold(word: str) -> str:
    return word.lower().translate(str.maketrans(_ACCENTED, _PLAIN))


def _like(words: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", words)


def _owes(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    # Not correlated: the planner reads the small side once instead of looking up every debtor.
    return debtor.c.id.in_(select(debt.c.debtor_id).where(condition))


def _reached_by(digits: str) -> ColumnElement[bool]:
    value = contact_point.c.value
    whole = len(digits) >= WHOLE_NUMBER_DIGITS
    fits = value.in_((f"+55{digits}", f"+{digits}")) if whole else value.like(f"%{digits}%")
    return debtor.c.id.in_(select(contact_point.c.debtor_id).where(contact_point.c.kind == "phone", fits))
