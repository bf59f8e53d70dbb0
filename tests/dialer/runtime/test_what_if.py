"""What if, asked of a campaign by its name: from the pacing state and the live picture in the database."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from base.settings import HoursSettings
from crm import campaigns, live
from crm.errors import CampaignError
from crm.model import CampaignId, Mode, WeeklyHours
from crm.tables import campaign
from dialer.runtime import learned
from dialer.runtime.what_if import campaign_what_if
from pacing import Pacer
from pacing.whatif import what_if
from tests.pacing.learned import learned_pacer


async def create(
    connection: AsyncConnection, *, mode: Mode = Mode.PREDICTIVE, pacing: Mapping[str, Any] | None = None
) -> CampaignId:
    return await campaigns.create(
        connection,
        name="Carteira",
        creditor="Banco",
        trunk="main",
        caller_id="+551130000000",
        mode=mode,
        hours=WeeklyHours.from_settings(HoursSettings()),
        pacing=pacing,
    )


async def keep(connection: AsyncConnection, campaign_id: CampaignId, pacer: Pacer) -> None:
    await learned.keep(campaign_id, "main", learned.Learned(state=pacer.state(), seen={}))(connection)


async def test_a_campaign_tells_what_its_pacer_would(engine: AsyncEngine) -> None:
    pacer = learned_pacer(agents=9, target=0.02)
    async with engine.begin() as connection:
        campaign_id = await create(connection, pacing={"target": {"abandonment": 0.02}})
        await keep(connection, campaign_id, pacer)
        told = await campaign_what_if(connection, "Carteira", agents=9)
    assert told == what_if(pacer)
    assert told.target == 0.02


async def test_the_agents_of_now_are_those_at_work_in_the_live_picture(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        campaign_id = await create(connection)
        await keep(connection, campaign_id, learned_pacer())
        at_work = {"ready": 1, "talking": 4, "wrapup": 2, "paused": 3, "offline": 5}
        await live.publish(connection, f"campaign:{campaign_id}", {"agents": at_work})
        told = await campaign_what_if(connection, "Carteira", targets=(0.01,), around=1)
    assert (told.agents, len(told.by_target), len(told.by_agents)) == (7, 2, 3)


async def test_a_campaign_without_agents_at_work_asks_how_many(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await keep(connection, await create(connection), learned_pacer())
        with pytest.raises(CampaignError, match=r"Nobody is at work for campaign Carteira now: .* --agents"):
            await campaign_what_if(connection, "Carteira")


async def test_a_campaign_that_is_not_there_is_said_with_those_that_are(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        with pytest.raises(CampaignError, match=r"no campaign Other. Campaigns: none yet."):
            await campaign_what_if(connection, "Other")
        await create(connection)
        with pytest.raises(CampaignError, match=r"no campaign Other. Campaigns: Carteira."):
            await campaign_what_if(connection, "Other")


async def test_a_campaign_that_learns_nothing_or_has_not_yet_is_said(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        campaign_id = await create(connection, mode=Mode.PROGRESSIVE)
        with pytest.raises(CampaignError, match="is progressive, which learns nothing"):
            await campaign_what_if(connection, "Carteira", agents=5)
        await connection.execute(update(campaign).values(mode=Mode.PREDICTIVE))
        with pytest.raises(CampaignError, match="has learned nothing yet"):
            await campaign_what_if(connection, "Carteira", agents=5)
        await keep(connection, campaign_id, learned_pacer(mode=Mode.PROGRESSIVE))
        with pytest.raises(CampaignError, match="Nothing can be told of campaign Carteira: only 0 calls"):
            await campaign_what_if(connection, "Carteira", agents=5)


async def test_a_state_or_settings_that_make_no_sense_are_said(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        campaign_id = await create(connection)
        await learned.keep(campaign_id, "main", learned.Learned(state={"version": 99}, seen={}))(connection)
        with pytest.raises(CampaignError, match="this is no state of a Pacer"):
            await campaign_what_if(connection, "Carteira", agents=5)
        await connection.execute(update(campaign).values(pacing={"target": {"abandonment": 7}}))
        with pytest.raises(CampaignError, match="abandonment is 7: give a value from 0 to 1"):
            await campaign_what_if(connection, "Carteira", agents=5)
