"""The queue of leads: reserve, place, finish. Every step is one statement, and saying it twice is saying it once.

open → reserved (a lease) → dialling (the attempt row is committed before anything rings) → open later, or closed.
A lease that runs out is an open lead again, without anybody's help.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from base.database import sql
from crm.model import AttemptId, CampaignId, ContactPointId, DebtorId, LeadId, Outcome, PhoneType
from dialer.campaign.numbers import success_of
from dialer.campaign.recycle import AGENT_GUARANTEED, NAMED_CAUSES, rule_of
from dialer.compliance.zones import midnights

_ROUNDS = 20
"""Leads without a number are closed and passed over; this often a reservation looks for others instead."""
_GUARANTEED = [mode.value for mode in AGENT_GUARANTEED]


@dataclass(frozen=True, kw_only=True)
class ReservedLead:
    """A lead that is ours until `reserved_until`, with the number to dial next.

    attempts: those of the lead so far. *_attempts_today: since midnight where the debtor lives, in all campaigns.
    last_agent: the login of who talked with the debtor last.
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
    last_agent: str | None = None


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


@dataclass(frozen=True, kw_only=True)
class Callback:
    """When and by whom a debtor is to be called, as agreed. agent: a login, None for anyone."""

    at: datetime
    agent: str | None = None


async def reserve(
    connection: AsyncConnection,
    campaign_id: CampaignId | int,
    n: int,
    lease_s: float,
    now: datetime,
    list_number: int = 0,
) -> list[ReservedLead]:
    """Up to `n` due leads of one list: highest priority first, then longest due. Fewer than `n`: there are no more.

    Of the debtor's active phones the one with fewest attempts today is chosen, then the most successful, then the first
    in position. A lead without one, or with its attempts used up, is closed and says why; one whose debtor rests after
    a dropped call waits for the rest to end. The caller commits.
    """
    reserved: list[ReservedLead] = []
    for _ in range(_ROUNDS):
        wanted = n - len(reserved)
        if wanted <= 0:
            break
        which = {"list": list_number, "asked_for": False}
        found, taken = await _reserved(connection, _next_sql(wanted), campaign_id, lease_s, now, which)
        reserved += taken
        if found < wanted:
            break
    return reserved


async def reserve_callback(
    connection: AsyncConnection, campaign_id: CampaignId | int, lead_id: LeadId | int, lease_s: float, now: datetime
) -> ReservedLead | None:
    """The lead whose callback is due, for an agent who waits for it; None when it is due no more. The caller commits.

    The number is the one the debtor asked to be called at, while it is active.
    """
    which = {"lead_id": lead_id, "asked_for": True}
    _found, taken = await _reserved(connection, _callback_sql(), campaign_id, lease_s, now, which)
    return taken[0] if taken else None


async def lease(
    engine: AsyncEngine,
    campaign_id: CampaignId | int,
    n: int,
    lease_s: float,
    now: datetime,
    list_number: int = 0,
) -> list[ReservedLead]:
    """`reserve` in a transaction of its own that does not wait for the disk.

    Should the server crash and forget it, the lead is open again, and `place` refuses who still thinks it is theirs.
    """
    async with engine.begin() as connection:
        await connection.exec_driver_sql("set local synchronous_commit to off")
        return await reserve(connection, campaign_id, n, lease_s, now, list_number)


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
        name, rule = rule_of(end.outcome, end.hangup_cause)
        connected = end.outcome is Outcome.CONNECTED
        rows.append(
            {
                "id": str(end.attempt_id),
                "outcome": end.outcome.value,
                "hangup_cause": end.hangup_cause,
                "ended_at": end.ended_at.isoformat(),
                "disposition": (end.disposition or "none") if connected else None,
                "name": end.disposition if connected else name,
                "named_cause": None if name == end.outcome.value else end.hangup_cause,
                "after_s": rule.delay_s,
                "consumes": rule.consumes,
                "kills_number": rule.kills_number,
                "rests_s": rule.debtor_rests_s,
                "gained": success_of(end.outcome),
            }
        )
    more = {"named_causes": list(NAMED_CAUSES), "guaranteed": _GUARANTEED}
    return await _ids(connection, "attempt_finish", rows, more)


async def dispose(
    connection: AsyncConnection, attempt_id: AttemptId, code: str, callback: Callback | None = None
) -> bool:
    """Let the lead follow the disposition of a connected call that was finished before the agent had said it.

    callback: what was agreed with the debtor, instead of the disposition's own delay. False: no such connected attempt
    or no such code.
    """
    parameters = {
        "attempt_id": attempt_id,
        "code": code,
        "callback": callback is not None,
        "next_at": callback and callback.at,
        "callback_agent": callback and callback.agent,
    }
    return (await connection.exec_driver_sql(sql("dialer", "lead_dispose"), parameters)).first() is not None


@lru_cache(maxsize=4)
def _begun(hour: datetime) -> str:
    return json.dumps({place: at.isoformat() for place, at in midnights(hour).items()})


async def _reserved(
    connection: AsyncConnection,
    statement: str,
    campaign_id: CampaignId | int,
    lease_s: float,
    now: datetime,
    which: Mapping[str, Any],
) -> tuple[int, list[ReservedLead]]:
    """How many leads the statement came upon, and those of them that are ours now, in their order."""
    until = now + timedelta(seconds=lease_s)
    # Midnight is at a full hour everywhere in Brazil, so the hour decides.
    begun = _begun(now.astimezone(UTC).replace(minute=0, second=0, microsecond=0))
    parameters = {"campaign_id": campaign_id, "now": now, "until": until, "begun": begun, "guaranteed": _GUARANTEED}
    rows = (await connection.exec_driver_sql(statement, {**parameters, **which})).mappings()
    found = sorted(rows, key=lambda row: (-row["priority"], row["next_at"], row["lead_id"]))
    ours = [row for row in found if row["closed_reason"] is None and row["rests_until"] is None]
    return len(found), [_lead(row, CampaignId(campaign_id), until) for row in ours]


@lru_cache(maxsize=256)
def _next_sql(n: int) -> str:
    # The number stands in the text: PostgreSQL then keeps one plan for it, instead of planning for 1.3 ms every time.
    return (sql("dialer", "lead_next") + sql("dialer", "lead_reserve")).replace("%(n)s", str(int(n)))


@lru_cache(maxsize=1)
def _callback_sql() -> str:
    return sql("dialer", "lead_callback") + sql("dialer", "lead_reserve")


async def _ids(
    connection: AsyncConnection, statement: str, rows: list[dict[str, Any]], more: Mapping[str, Any] | None = None
) -> frozenset[AttemptId]:
    if not rows:
        return frozenset()
    result = await connection.exec_driver_sql(sql("dialer", statement), {"rows": json.dumps(rows), **(more or {})})
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
        last_agent=row["last_agent"],
    )
