"""The gate between a reserved lead and its dial: read what was done before, ask compliance, write down the answer.

Every active number of the debtor is asked about, the reserved one first, and the first that may ring is dialled. Where
none may, the lead goes back until the first moment at which one may, or is closed when none ever may.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from base.database import sql
from crm.model import ContactPointId, LeadId, PhoneType
from dialer.campaign import leads
from dialer.campaign.leads import Attempt, ReservedLead
from dialer.campaign.model import Campaign
from dialer.campaign.numbers import Record
from dialer.campaign.recycle import AGENT_GUARANTEED
from dialer.compliance import Allowed, Ban, History, Policy, Question, Refused, Rule, may_ring
from dialer.compliance.limits import attempts
from dialer.compliance.zones import zones_of

COUNTED_DAYS = 9
"""Seven days where the debtor lives, whatever the zone; the rest after an abandoned call is shorter."""
REMEMBERED_DAYS = 40
CONSENT_MAY_COME = timedelta(days=7)
Turn = tuple[bool, int, float, int, ContactPointId]
_SAID = {
    "wrong_person": "the number is a wrong person's",
    "third_party": "a third party answered at this number",
    "blocked": "the number is blocked for this debtor",
}


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A number of a lead and the question about it."""

    contact_point_id: ContactPointId
    question: Question


@dataclass(frozen=True, kw_only=True)
class Passed:
    """A lead that may be dialled, with the number to dial."""

    lead: ReservedLead
    answer: Allowed


@dataclass(frozen=True, kw_only=True)
class Held:
    """A lead that may not be dialled now. until: when to ask again; None: no number of it may ever ring."""

    lead: ReservedLead
    answer: Refused
    until: datetime | None


async def place(
    connection: AsyncConnection,
    reserved: Sequence[ReservedLead],
    campaign: Campaign,
    policy: Policy,
    now: datetime,
    intent: Callable[[Passed], Attempt],
    *,
    asked_for: bool = False,
) -> list[Attempt]:
    """Ask, hold what may not be dialled, and write the intents of the others with what allowed them.

    The attempts may be dialled once the caller has committed. asked_for: as in `ask`.
    """
    passed, held = await ask(connection, reserved, campaign, policy, now, asked_for=asked_for)
    await hold(connection, held, campaign, policy, now)
    answers = {intent(one): one.answer for one in passed}
    ours = await leads.place_many(connection, list(answers))
    placed = [(attempt, answer) for attempt, answer in answers.items() if attempt.id in ours]
    await record(connection, placed, campaign, policy, now)
    return [attempt for attempt, _answer in placed]


async def ask(
    connection: AsyncConnection,
    reserved: Sequence[ReservedLead],
    campaign: Campaign,
    policy: Policy,
    now: datetime,
    *,
    asked_for: bool = False,
) -> tuple[list[Passed], list[Held]]:
    """The leads that may be dialled and those that may not, by what the database remembers.

    asked_for: they are callbacks, each agreed with its debtor for now, and an agent is held for each.
    """
    if not reserved:
        return [], []
    candidates = await _candidates(connection, reserved, campaign, policy, now, asked_for=asked_for)
    answers = [judge(lead, candidates[lead.lead_id]) for lead in reserved if candidates.get(lead.lead_id)]
    return (
        [one for one in answers if isinstance(one, Passed)],
        [one for one in answers if isinstance(one, Held)],
    )


def judge(lead: ReservedLead, candidates: Sequence[Candidate]) -> Passed | Held:
    """The first number that may ring, or the refusal that ends first. candidates: at least one. Pure."""
    refusals: list[tuple[ContactPointId, Question, Refused]] = []
    for candidate in candidates:
        answer = may_ring(candidate.question)
        if isinstance(answer, Allowed):
            question = candidate.question
            chosen = replace(
                lead,
                contact_point_id=candidate.contact_point_id,
                number=question.number,
                phone_type=question.phone_type,
            )
            return Passed(lead=chosen, answer=answer)
        refusals.append((candidate.contact_point_id, candidate.question, answer))
    contact_point_id, question, refused = min(
        refusals, key=lambda one: (one[2].until is None, one[2].until or one[1].now)
    )
    until = refused.until
    if until is None and refused.rule is Rule.CONSENT:
        until = question.now + CONSENT_MAY_COME
    held = replace(lead, contact_point_id=contact_point_id, number=question.number)
    return Held(lead=held, answer=refused, until=until)


async def hold(
    connection: AsyncConnection, held: Sequence[Held], campaign: Campaign, policy: Policy, now: datetime
) -> None:
    """Give the leads back until they may be asked about again, or close them, and say why."""
    for one in held:
        if one.until is None:
            await leads.close(connection, one.lead, one.answer.rule.value)
        else:
            await leads.release(connection, one.lead, one.until)
    await _write_down(connection, [_refusal(one) for one in held], campaign, policy, now)


async def record(
    connection: AsyncConnection,
    dialled: Iterable[tuple[Attempt, Allowed]],
    campaign: Campaign,
    policy: Policy,
    now: datetime,
) -> None:
    """Write what allowed each of these dials; their attempts are there already."""
    await _write_down(connection, [_permission(*one) for one in dialled], campaign, policy, now)


async def _candidates(
    connection: AsyncConnection,
    reserved: Sequence[ReservedLead],
    campaign: Campaign,
    policy: Policy,
    now: datetime,
    *,
    asked_for: bool,
) -> dict[LeadId, list[Candidate]]:
    rows = [
        {"lead_id": lead.lead_id, "debtor_id": lead.debtor_id, "contact_point_id": lead.contact_point_id}
        for lead in reserved
    ]
    parameters = {
        "rows": json.dumps(rows),
        "now": now,
        "counted_since": now - timedelta(days=COUNTED_DAYS),
        "remembered_since": now - timedelta(days=REMEMBERED_DAYS),
    }
    by_id = {lead.lead_id: lead for lead in reserved}
    found: dict[LeadId, list[tuple[Turn, Candidate]]] = {}
    for row in (await connection.exec_driver_sql(sql("dialer", "compliance_history"), parameters)).mappings():
        question = Question(
            number=row["number"],
            phone_type=None if row["phone_type"] is None else PhoneType(row["phone_type"]),
            state=by_id[row["lead_id"]].state,
            now=now,
            policy=policy,
            history=_history(row),
            asked_for=asked_for,
            agent_guaranteed=asked_for or campaign.mode in AGENT_GUARANTEED,
        )
        candidate = Candidate(contact_point_id=row["contact_point_id"], question=question)
        found.setdefault(row["lead_id"], []).append((_turn(row, question), candidate))
    return {
        lead_id: [candidate for _turn, candidate in sorted(numbers, key=itemgetter(0))]
        for lead_id, numbers in found.items()
    }


def _turn(row: RowMapping, question: Question) -> Turn:
    """The reserved number first, then as the reservation has it: least tried today, most successful, as given."""
    record = Record(tries=row["tries"], successes=row["successes"], at=row["scored_at"])
    zones = zones_of(question.number, question.state, question.policy.pack.jurisdiction)
    today = attempts(question.history, "number", 1, zones, question.now)
    return not row["reserved"], today, -record.score(question.now), row["position"], row["contact_point_id"]


def _history(row: RowMapping) -> History:
    ban = None
    if row["ban_kind"] is not None:
        ban = Ban(why=f"{row['ban_kind']}: {row['ban_source']}", until=row["ban_until"])
    return History(
        number=tuple(row["number_attempts"]),
        debtor=tuple(row["debtor_attempts"]),
        debt=tuple(row["debt_attempts"]),
        conversation_at=row["conversation_at"],
        abandoned_at=row["abandoned_at"],
        silenced=None if row["silenced"] is None else _SAID[row["silenced"]],
        banned=ban,
        consent_until=row["consent_until"],
    )


def _permission(attempt: Attempt, answer: Allowed) -> dict[str, Any]:
    return {
        "lead_id": attempt.lead.lead_id,
        "contact_point_id": attempt.lead.contact_point_id,
        "attempt_id": str(attempt.id),
        "rule": answer.rule.partition(":")[0],
        "pack_row": "; ".join(row.name for row in answer.rows),
        "source": "; ".join(dict.fromkeys(row.source for row in answer.rows)) or "the campaign's own setting",
        "reason": answer.rule,
    }


def _refusal(held: Held) -> dict[str, Any]:
    row = held.answer.row
    return {
        "lead_id": held.lead.lead_id,
        "contact_point_id": held.lead.contact_point_id,
        "rule": held.answer.rule.value,
        "pack_row": "" if row is None else row.name,
        "source": held.answer.source,
        "reason": held.answer.reason,
        "until": None if held.until is None else held.until.isoformat(),
    }


async def _write_down(
    connection: AsyncConnection, rows: list[dict[str, Any]], campaign: Campaign, policy: Policy, now: datetime
) -> None:
    if rows:
        parameters = {"rows": json.dumps(rows), "now": now, "campaign_id": campaign.id, "pack": policy.pack.name}
        await connection.exec_driver_sql(sql("dialer", "compliance_decide"), parameters)
