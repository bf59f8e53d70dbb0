"""Reservation from several lists at once."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from crm.model import CampaignId
from dialer.campaign.leads import ReservedLead, reserve
from dialer.campaign.mix import Mix


async def reserve_mixed(
    connection: AsyncConnection, campaign_id: CampaignId | int, mix: Mix, n: int, lease_s: float, now: datetime
) -> list[ReservedLead]:
    """`reserve` of all the campaign's lists, dealt by their weights; what one list lacks another gives."""
    reserved: list[ReservedLead] = []
    spent: set[int] = set()
    while len(reserved) < n and (dealt := mix.deal(n - len(reserved), spent)):
        for list_number, turns in dealt.items():
            taken = await reserve(connection, campaign_id, turns, lease_s, now, list_number)
            reserved += taken
            if len(taken) < turns:
                spent.add(list_number)
    return reserved
