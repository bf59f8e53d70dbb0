"""Calls in the database, as the dialer would have left them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from crm import tables

ANSWERED_AT = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)


async def finished_call(engine: AsyncEngine, *, seconds: float = 2.0, ended: bool = True) -> UUID:
    """A debtor with one answered attempt whose call lasted `seconds`; returns the call's id."""
    call_id = uuid4()
    async with engine.begin() as connection:
        creditor = await _insert(connection, tables.creditor, name=f"Credor {call_id}")
        debtor = await _insert(connection, tables.debtor, creditor_id=creditor, document="52998224725", name="Maria")
        point = await _insert(
            connection,
            tables.contact_point,
            debtor_id=debtor,
            kind="phone",
            value="+5511987654321",
            phone_type="mobile",
        )
        campaign = await _insert(
            connection,
            tables.campaign,
            name=f"Campanha {call_id}",
            creditor_id=creditor,
            trunk="main",
            caller_id="+551140000000",
            hours={},
        )
        lead = await _insert(connection, tables.lead, campaign_id=campaign, debtor_id=debtor)
        await connection.execute(
            insert(tables.attempt).values(
                id=call_id,
                campaign_id=campaign,
                lead_id=lead,
                debtor_id=debtor,
                contact_point_id=point,
                node="test",
                rule="open",
                placed_at=ANSWERED_AT - timedelta(seconds=8),
                outcome="connected",
            )
        )
        await connection.execute(
            insert(tables.call).values(
                id=call_id,
                answered_at=ANSWERED_AT,
                ended_at=ANSWERED_AT + timedelta(seconds=seconds) if ended else None,
            )
        )
    return call_id


async def _insert(connection: AsyncConnection, table: tables.Table, **values: object) -> int:
    return int((await connection.execute(insert(table).values(values).returning(table.c.id))).scalar_one())
