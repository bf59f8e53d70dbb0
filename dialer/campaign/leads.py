"""The queue of leads: reserve, place, finish. Every step is one statement, and saying it twice is saying it once.

open → reserved (a lease) → dialling (the attempt row is committed before anything rings) → open later, or closed.
A lease that runs out is an open lead again, without anybody's help.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from base.database import sql
from crm.model import AttemptId, CampaignId, ContactPointId, DebtorId, LeadId, Outcome, PhoneType
from dialer.campaign.recycle import AGENT_GUARANTEED, RULES
from dialer.compliance.zones import midnights

_ROUNDS = 20
"""Leads without a number are closed and passed over; this often a reservation looks for others instead."""


@dataclass(frozen=True, kw_only=True)
class ReservedLead:
    """A lead that is ours until `reserved_until`, with the number to dial next.

    attempts: those of the lead so far. *_attempts_today: since midnight where the debtor lives, in all campaigns.
    """

    lead_id: LeadId
    campaign_id: CampaignId
    debtor_id: DebtorId
    debtor_name: str
    state: str | None
    contact_point_id: ContactPointId
    number: str
    phone_type: PhoneType | None
    attempts: int
    number_attempts_today: int
    debtor_attempts_today: int
    reserved_until: datetime


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """The intent to dial a reserved lead; `id` becomes the channel's id, `rule` names what allowed it."""

    id: AttemptId
    lead: ReservedLead
    node: str
    rule: str
    placed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Finish:
    """How an attempt ended. disposition: of a connected call, when the agent has already said it."""

    attempt_id: AttemptId
    outcome: Outcome
    ended_at: datetime
    hangup_cause: int | None = None
    disposition: str | None = None


async def reserve(
    connection: AsyncConnection, campaign_id: CampaignId | int, n: int, lease_s: float, now: datetime
) -> list[ReservedLead]:
    """Up to `n` due leads: highest priority first, then longest due. Fewer than `n` means there are no more.

    Of the debtor's active phones the one with fewest attempts today is chosen, then the first in position. A lead
    without one, or with its attempts used up, is closed and says why. The caller commits.
    """
    until = now + timedelta(seconds=lease_s)
    # Midnight is at a full hour everywhere in Brazil, so the hour decides.
    begun = _begun(now.astimezone(UTC).replace(minute=0, second=0, microsecond=0))
    guaranteed = [mode.value for mode in AGENT_GUARANTEED]
    parameters = {"campaign_id": campaign_id, "now": now, "until": until, "begun": begun, "guaranteed": guaranteed}
    reserved: list[ReservedLead] = []
    for _ in range(_ROUNDS):
        wanted = n - len(reserved)
        if wanted <= 0:
            break
        rows = await connection.exec_driver_sql(_reserve_sql(wanted), parameters)
        found = sorted(rows.mappings(), key=lambda row: (-row["priority"], row["next_at"], row["lead_id"]))
        reserved += [_lead(row, CampaignId(campaign_id), until) for row in found if row["closed_reason"] is None]
        if len(found) < wanted:
            break
    return reserved


async def lease(
    engine: AsyncEngine, campaign_id: CampaignId | int, n: int, lease_s: float, now: datetime
) -> list[ReservedLead]:
    """`reserve` in a transaction of its own that does not wait for the disk.

    Should the server crash and forget it, the lead is open again, and `place` refuses who still thinks it is theirs.
    """
    async with engine.begin() as connection:
        await connection.exec_driver_sql("set local synchronous_commit to off")
        return await reserve(connection, campaign_id, n, lease_s, now)


async def release(connection: AsyncConnection, lead: ReservedLead, next_at: datetime) -> bool:
    """Give a reserved lead back, not to be dialled before `next_at`; False when the lease was no longer ours."""
    return await _give_back(connection, lead, next_at=next_at, reason=None)


async def close(connection: AsyncConnection, lead: ReservedLead, reason: str) -> bool:
    """Close a reserved lead for good; False when the lease was no longer ours."""
    return await _give_back(connection, lead, next_at=None, reason=reason)


async def place(connection: AsyncConnection, attempt: Attempt) -> bool:
    """Write the attempt and mark its lead as dialling. False: the lease is no longer ours, so do not dial."""
    return bool(await place_many(connection, (attempt,)))


async def place_many(connection: AsyncConnection, attempts: Sequence[Attempt]) -> frozenset[AttemptId]:
    """`place` for many in one statement; the ids that may be dialled once the caller has committed."""
    rows = [
        {
            "id": str(attempt.id),
            "lead_id": attempt.lead.lead_id,
            "reserved_until": attempt.lead.reserved_until.isoformat(),
            "contact_point_id": attempt.lead.contact_point_id,
            "node": attempt.node,
            "rule": attempt.rule,
            "placed_at": attempt.placed_at.isoformat(),
        }
        for attempt in attempts
    ]
    return await _ids(connection, "attempt_place", rows)


async def finish(connection: AsyncConnection, end: Finish) -> bool:
    """Write the attempt's outcome and when its lead may be dialled again; False when it already had an outcome."""
    return bool(await finish_many(connection, (end,)))


async def finish_many(connection: AsyncConnection, ends: Sequence[Finish]) -> frozenset[AttemptId]:
    """`finish` for many in one statement; the ids whose outcome was new."""
    rows = []
    for end in {end.attempt_id: end for end in reversed(ends)}.values():
        rule = RULES[end.outcome]
        disposition = (end.disposition or "none") if end.outcome is Outcome.CONNECTED else None
        rows.append(
            {
                "id": str(end.attempt_id),
                "outcome": end.outcome.value,
                "hangup_cause": end.hangup_cause,
                "ended_at": end.ended_at.isoformat(),
                "disposition": disposition,
                "delay_s": rule.delay_s,
                "consumes": rule.consumes,
                "kills_number": rule.kills_number,
                "rests_s": rule.debtor_rests_s,
            }
        )
    return await _ids(connection, "attempt_finish", rows, guaranteed=[mode.value for mode in AGENT_GUARANTEED])


async def dispose(
    connection: AsyncConnection, attempt_id: AttemptId, code: str, next_at: datetime | None = None
) -> bool:
    """Let the lead follow the disposition of a connected call that was finished before the agent had said it.

    next_at: the time agreed with the debtor, instead of the disposition's own delay. False: no such connected attempt
    or no such code.
    """
    parameters = {"attempt_id": attempt_id, "code": code, "next_at": next_at}
    return (await connection.exec_driver_sql(sql("dialer", "lead_dispose"), parameters)).first() is not None


@lru_cache(maxsize=4)
def _begun(hour: datetime) -> str:
    return json.dumps({place: at.isoformat() for place, at in midnights(hour).items()})


@lru_cache(maxsize=256)
def _reserve_sql(n: int) -> str:
    # The number stands in the text: PostgreSQL then keeps one plan for it, instead of planning for 1.3 ms every time.
    return sql("dialer", "lead_reserve").replace("%(n)s", str(int(n)))


async def _ids(
    connection: AsyncConnection, statement: str, rows: list[dict[str, Any]], **parameters: Any
) -> frozenset[AttemptId]:
    if not rows:
        return frozenset()
    result = await connection.exec_driver_sql(sql("dialer", statement), {"rows": json.dumps(rows), **parameters})
    return frozenset(AttemptId(row.id) for row in result)


async def _give_back(
    connection: AsyncConnection, lead: ReservedLead, *, next_at: datetime | None, reason: str | None
) -> bool:
    parameters = {
        "lead_id": lead.lead_id,
        "reserved_until": lead.reserved_until,
        "next_at": next_at,
        "reason": reason,
    }
    return (await connection.exec_driver_sql(sql("dialer", "lead_give_back"), parameters)).first() is not None


def _lead(row: RowMapping, campaign_id: CampaignId, until: datetime) -> ReservedLead:
    return ReservedLead(
        lead_id=row["lead_id"],
        campaign_id=campaign_id,
        debtor_id=row["debtor_id"],
        debtor_name=row["debtor_name"],
        state=row["state"],
        contact_point_id=row["contact_point_id"],
        number=row["number"],
        phone_type=None if row["phone_type"] is None else PhoneType(row["phone_type"]),
        attempts=row["attempts"],
        number_attempts_today=row["number_attempts_today"],
        debtor_attempts_today=row["debtor_attempts_today"],
        reserved_until=until,
    )
