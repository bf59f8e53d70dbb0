"""The priorities of a campaign's open leads, reckoned anew: debts age, and an order may change."""

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from base.database import sql
from crm.model import CampaignId
from crm.ordering import parameters, parse_order
from crm.tables import campaign

BATCH = 5000
BREATH_S = 0.05
"""Between two batches: reservations come first."""


async def refresh(engine: AsyncEngine, campaign_id: CampaignId | int) -> int:
    """Reckon and write the priorities that are others now, a batch of leads a transaction; how many were.

    Raises ValueError for an order that makes no sense.
    """
    statement = sql("crm", "lead_open_after") + sql("crm", "lead_worth") + sql("crm", "lead_reorder")
    after: int | None = 0
    changed = 0
    async with engine.connect() as connection:
        settings = await connection.scalar(select(campaign.c.lead_order).where(campaign.c.id == campaign_id))
    values = {"campaign_id": campaign_id, "most": BATCH, **parameters(parse_order(settings or {}))}
    while after is not None:
        async with engine.begin() as connection:
            row = (await connection.exec_driver_sql(statement, {**values, "after": after})).one()
        after, changed = row.last, changed + row.changed
        await asyncio.sleep(BREATH_S)
    return changed
