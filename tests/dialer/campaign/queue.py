"""What the tests of the queue do again and again."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.model import AttemptId, Outcome
from crm.tables import contact_point, debtor, lead
from dialer.campaign.leads import Attempt, Finish, ReservedLead, finish, place, reserve

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
"""Monday noon in São Paulo."""


async def a_lead(
    db: AsyncConnection, *numbers: str, priority: int = 0, next_at: datetime = NOW, state: str | None = "SP"
) -> int:
    """A debtor with these numbers and their lead; its id."""
    debtor_id = (
        await db.execute(
            insert(debtor)
            .values(creditor_id=1, document=str(uuid4().int), name="Fulana", state=state)
            .returning(debtor.c.id)
        )
    ).scalar_one()
    for position, number in enumerate(numbers):
        await db.execute(
            insert(contact_point).values(
                debtor_id=debtor_id, kind="phone", value=number, phone_type="mobile", position=position
            )
        )
    lead_id: int = (
        await db.execute(
            insert(lead)
            .values(campaign_id=1, debtor_id=debtor_id, priority=priority, next_at=next_at)
            .returning(lead.c.id)
        )
    ).scalar_one()
    await db.commit()
    return lead_id


async def take(db: AsyncConnection, n: int = 1, now: datetime = NOW, lease_s: float = 30) -> list[ReservedLead]:
    taken = await reserve(db, 1, n, lease_s, now)
    await db.commit()
    return taken


def intent(lead: ReservedLead, at: datetime = NOW) -> Attempt:
    return Attempt(
        id=AttemptId(uuid4()),
        lead=lead,
        node="node",
        rule="rule",
        placed_at=at,
        trunk="main",
        caller_id="+551130000000",
    )


async def dial(db: AsyncConnection, outcome: Outcome, now: datetime = NOW, **more: Any) -> AttemptId:
    """Reserve, place and finish one."""
    (taken,) = await take(db, now=now)
    placed = intent(taken, now)
    assert await place(db, placed)
    assert await finish(db, Finish(attempt_id=placed.id, outcome=outcome, ended_at=now, **more))
    await db.commit()
    return placed.id


async def of(db: AsyncConnection, lead_id: int) -> Any:
    return (await db.execute(select(lead).where(lead.c.id == lead_id))).one()
