"""Debts are a day older each day: the priorities of open leads are reckoned anew, once a day."""

import logging
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from base.clock import Clock
from crm.model import CampaignStatus
from crm.priorities import refresh
from crm.tables import campaign

log = logging.getLogger(__name__)

LOOK_S = 600.0


class NewDay:
    """Of campaigns that run. A dialer that starts does it on its first look: nobody may have done it today."""

    def __init__(self, *, engine: AsyncEngine, clock: Clock, timezone: str) -> None:
        self._engine = engine
        self._clock = clock
        self._timezone = ZoneInfo(timezone)
        self._done: dict[int, date] = {}

    async def look(self) -> None:
        """Reckon for each campaign that was not reckoned for today."""
        today = self._clock.now().astimezone(self._timezone).date()
        async with self._engine.connect() as connection:
            query = select(campaign.c.id).where(campaign.c.status == CampaignStatus.RUNNING.value)
            running = (await connection.scalars(query.order_by(campaign.c.id))).all()
        for campaign_id in running:
            if self._done.get(campaign_id) == today:
                continue
            self._done[campaign_id] = today
            try:
                moved = await refresh(self._engine, campaign_id)
            except ValueError as error:
                why = {"campaign": campaign_id, "why": str(error)}
                log.warning("a campaign's order makes no sense, its leads stay as they are", extra=why)
            else:
                log.info("the leads' priorities are those of today", extra={"campaign": campaign_id, "moved": moved})
