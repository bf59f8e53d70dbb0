"""Campaigns that have a place on the live floor."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.tables import campaign

MOST_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class CampaignRow:
    id: int
    name: str
    status: str
    mode: str


async def on_the_floor(connection: AsyncConnection, with_picture: set[int]) -> list[CampaignRow]:
    """Running and paused campaigns, and the finished ones the dialer has left a picture of; running first."""
    query = (
        select(campaign.c.id, campaign.c.name, campaign.c.status, campaign.c.mode)
        .where(
            or_(
                campaign.c.status.in_(("running", "paused")),
                campaign.c.id.in_(with_picture) & (campaign.c.status == "finished"),
            )
        )
        .order_by(campaign.c.status != "running", campaign.c.status != "paused", campaign.c.id.desc())
        .limit(MOST_SHOWN)
    )
    return [CampaignRow(id=r.id, name=r.name, status=r.status, mode=r.mode) for r in await connection.execute(query)]
