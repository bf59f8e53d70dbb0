"""Campaigns and agents as people manage them, and what the dialer is told of it."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from base.settings import HoursSettings
from crm import agents, campaigns
from crm.errors import AgentError, CampaignError
from crm.model import CampaignId, CampaignStatus, Mode, WeeklyHours
from crm.tables import agent, campaign, campaign_agent, command

USUAL = WeeklyHours.from_settings(HoursSettings())


async def create(connection: AsyncConnection, name: str = "Carteira", **changes: Any) -> CampaignId:
    asked: dict[str, Any] = {
        "creditor": "Banco",
        "trunk": "main",
        "caller_id": "+551130000000",
        "mode": Mode.PROGRESSIVE,
        "hours": USUAL,
    }
    return await campaigns.create(connection, name=name, **asked | changes)


async def told(connection: AsyncConnection) -> list[tuple[str, dict[str, Any]]]:
    rows = await connection.execute(select(command.c.kind, command.c.payload).where(command.c.done_at.is_(None)))
    return [(row.kind, row.payload) for row in rows]


async def test_a_new_campaign_is_a_draft_with_its_hours(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        campaign_id = await create(connection)
        row = (await connection.execute(select(campaign).where(campaign.c.id == campaign_id))).one()
        assert (row.status, row.mode, WeeklyHours.from_json(row.hours)) == ("draft", "progressive", USUAL)
        second = await create(connection, "Outra")
        assert second != campaign_id
        assert await campaigns.names(connection) == ["Carteira", "Outra"]
        assert await told(connection) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": "Carteira"}, "already"),
        ({"name": " "}, "needs a name"),
        ({"name": "x", "creditor": " "}, "creditor has no name"),
        ({"name": "x", "hours": WeeklyHours(days=((),) * 7)}, "never open"),
    ],
)
async def test_a_campaign_that_makes_no_sense_is_refused(
    engine: AsyncEngine, changes: dict[str, Any], says: str
) -> None:
    async with engine.begin() as connection:
        await create(connection)
        with pytest.raises(CampaignError, match=says):
            await create(connection, **changes)


async def test_the_dialer_is_told_of_each_change_of_status_once(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        campaign_id = await create(connection)
        for status in (CampaignStatus.RUNNING, CampaignStatus.RUNNING, CampaignStatus.PAUSED, CampaignStatus.FINISHED):
            await campaigns.set_status(connection, "Carteira", status)
        assert await told(connection) == [("campaign.changed", {"campaign_id": campaign_id})] * 3


async def test_a_status_that_cannot_follow_is_refused(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await create(connection)
        with pytest.raises(CampaignError, match="is draft and cannot become paused"):
            await campaigns.set_status(connection, "Carteira", CampaignStatus.PAUSED)
        await campaigns.set_status(connection, "Carteira", CampaignStatus.FINISHED)
        with pytest.raises(CampaignError, match="cannot become running"):
            await campaigns.set_status(connection, "Carteira", CampaignStatus.RUNNING)
        with pytest.raises(CampaignError, match=r"no campaign Nenhuma\. Campaigns: Carteira"):
            await campaigns.set_status(connection, "Nenhuma", CampaignStatus.RUNNING)


async def test_the_dialer_is_told_of_each_change_of_pacing_once(engine: AsyncEngine) -> None:
    pacing = {"target": {"abandonment": 0.02}}
    async with engine.begin() as connection:
        campaign_id = await create(connection)
        for _ in range(2):
            await campaigns.set_pacing(connection, "Carteira", Mode.PREDICTIVE, pacing)
        assert await campaigns.paced(connection, "Carteira") == (Mode.PREDICTIVE, pacing)
        assert await told(connection) == [("campaign.changed", {"campaign_id": campaign_id})]


async def test_a_finished_campaign_is_not_paced_otherwise(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await create(connection)
        await campaigns.set_status(connection, "Carteira", CampaignStatus.FINISHED)
        with pytest.raises(CampaignError, match="is finished"):
            await campaigns.set_pacing(connection, "Carteira", Mode.RATIO, {"ratio": 2.0})
        with pytest.raises(CampaignError, match=r"no campaign Nenhuma\. Campaigns: Carteira"):
            await campaigns.paced(connection, "Nenhuma")


async def test_an_agents_token_is_shown_once_and_only_its_hash_is_kept(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        campaign_id = await create(connection)
        new = await agents.add(connection, login="ana-1", name="Ana", campaigns=["Carteira"])
        row = (await connection.execute(select(agent))).one()
        assert row.api_token_sha256 == agents.token_hash(new.token)
        assert new.token not in map(str, row)
        assert row.sip_password == new.sip_password
        assert (await connection.execute(select(campaign_agent))).all() == [(campaign_id, new.id)]
        assert await told(connection) == [("agents.changed", {})]
        other = await agents.add(connection, login="bia", name="Bia")
        assert len({new.token, other.token, new.sip_password, other.sip_password}) == 4


async def test_enrolling_twice_is_enrolling_once(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await create(connection)
        await agents.add(connection, login="ana", name="Ana")
        await agents.enrol(connection, "ana", ["Carteira"])
        await agents.enrol(connection, "ana", ["Carteira"])
        assert len((await connection.execute(select(campaign_agent))).all()) == 1


@pytest.mark.parametrize(
    "login", ["", "a", "Ana", "ana souza", "ana;x", "ana\n", "-ana", "trunk-main", "á" * 3, "a" * 33]
)
async def test_a_login_that_asterisk_could_misread_is_refused(engine: AsyncEngine, login: str) -> None:
    async with engine.begin() as connection:
        with pytest.raises(AgentError, match="cannot be a login"):
            await agents.add(connection, login=login, name="Ana")


async def test_other_mistakes_with_agents_are_said_plainly(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await agents.add(connection, login="ana", name="Ana")
        with pytest.raises(AgentError, match="already"):
            await agents.add(connection, login="ana", name="Outra Ana")
        with pytest.raises(AgentError, match="needs a name"):
            await agents.add(connection, login="bia", name=" ")
        with pytest.raises(AgentError, match="no agent caio"):
            await agents.enrol(connection, "caio", [])
        with pytest.raises(AgentError, match="no campaign Nenhuma"):
            await agents.enrol(connection, "ana", ["Nenhuma"])
