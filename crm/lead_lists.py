"""A campaign's lists of leads, and how the dialer's turns are dealt among them."""

from dataclasses import dataclass

import psycopg
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from base.database import sql
from crm import campaigns
from crm.errors import CampaignError
from crm.tables import lead, lead_list

MOST_WEIGHT = 1000
UNNAMED = "(unnamed)"
"""What list 0, of the leads imported without a list's name, is called where it has no name yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadList:
    """A list as people see it. weight: its turns beside those of the others; open: leads that may still be dialled."""

    name: str
    weight: int
    open: int


def number_of(connection: psycopg.Connection, campaign_id: int, name: str) -> int:
    """The number of the campaign's list of that name, which is made when new. Raises CampaignError."""
    if not name.strip() or name != name.strip() or name == UNNAMED:
        raise CampaignError("A list needs a name, without spaces around it.")
    values = {"campaign_id": campaign_id, "name": name, "unnamed": UNNAMED}
    found = connection.execute(sql("crm", "lead_list_number"), values).fetchone()
    if found is None:
        raise CampaignError(f"Another import makes the list {name} in this moment. Import again.")
    return int(found[0])


async def weigh(connection: AsyncConnection, campaign: str, name: str, weight: int) -> None:
    """Give a list so many turns beside the others; 0: it rests. A running dialer follows. Raises CampaignError."""
    if not 0 <= weight <= MOST_WEIGHT:
        raise CampaignError(f"A list has from 0 (it rests) to {MOST_WEIGHT} turns, not {weight}.")
    row = await campaigns.locked(connection, campaign)
    here = lead_list.c.campaign_id == row.id
    known = list((await connection.scalars(select(lead_list.c.name).where(here).order_by(lead_list.c.number))).all())
    if name not in known:
        raise CampaignError(f"Campaign {campaign} has no list {name}. Lists: {', '.join(known) or 'none'}.")
    await connection.execute(update(lead_list).where(here, lead_list.c.name == name).values(weight=weight))
    await campaigns.tell_changed(connection, row.id)


async def shown(connection: AsyncConnection, campaign: str) -> list[LeadList]:
    """The campaign's lists, in the order they were made. Raises CampaignError."""
    row = await campaigns.locked(connection, campaign)
    counted = (
        select(func.count())
        .select_from(lead)
        .where(lead.c.campaign_id == row.id, lead.c.list == lead_list.c.number, lead.c.status == "open")
        .scalar_subquery()
    )
    query = select(lead_list.c.name, lead_list.c.weight, counted.label("open")).where(lead_list.c.campaign_id == row.id)
    rows = await connection.execute(query.order_by(lead_list.c.number))
    return [LeadList(name=name, weight=weight, open=leads) for name, weight, leads in rows]
