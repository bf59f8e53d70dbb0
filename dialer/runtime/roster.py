"""What the database says of campaigns and agents: read at the start and whenever it is told to have changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.compliance_tables import local_holiday
from crm.model import AnswerDetection, CampaignStatus, Mode, WeeklyHours
from crm.tables import agent, campaign, campaign_agent, lead_list, pacing_state
from dialer.call.model import AgentLogin
from dialer.campaign.model import Campaign
from dialer.campaign.policy import policy_for
from dialer.compliance import Policy
from dialer.compliance.calendar import Holiday
from dialer.runtime.writer import Write


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentAccount:
    """An agent who may register."""

    login: AgentLogin
    name: str
    sip_password: str


async def campaigns(connection: AsyncConnection) -> dict[int, Campaign]:
    """Every campaign, by id."""
    weighed: dict[int, list[tuple[int, int]]] = {}
    query = select(lead_list.c.campaign_id, lead_list.c.number, lead_list.c.weight)
    for campaign_id, number, weight in await connection.execute(query.order_by(lead_list.c.number)):
        weighed.setdefault(campaign_id, []).append((number, weight))
    rows = (await connection.execute(select(campaign))).mappings()
    return {row["id"]: campaign_of({**row, "lists": tuple(weighed.get(row["id"], ()))}) for row in rows}


def campaign_of(row: dict[str, Any]) -> Campaign:
    fields = {name: row[name] for name in Campaign.__dataclass_fields__}
    fields |= {
        "status": CampaignStatus(row["status"]),
        "mode": Mode(row["mode"]),
        "hours": WeeklyHours.from_json(row["hours"]),
        "answer_detection": AnswerDetection(row["answer_detection"]),
    }
    return Campaign(**fields)


async def policy(connection: AsyncConnection, campaign_id: int, now: datetime) -> Policy:
    """What binds a campaign. Raises ValueError as `policy_for` does."""
    found = await campaigns(connection)
    return policy_for(found[campaign_id], await holidays(connection), now.date())


async def holidays(connection: AsyncConnection) -> tuple[Holiday, ...]:
    """The holidays the operator has entered."""
    table = local_holiday.c
    rows = await connection.execute(select(table.place, table.day, table.name, table.source).order_by(table.id))
    return tuple(Holiday(**row) for row in rows.mappings())


async def accounts(connection: AsyncConnection) -> tuple[AgentAccount, ...]:
    """The agents whose softphones may register."""
    query = select(agent.c.login, agent.c.name, agent.c.sip_password).where(agent.c.active).order_by(agent.c.login)
    rows = await connection.execute(query)
    return tuple(AgentAccount(login=AgentLogin(r.login), name=r.name, sip_password=r.sip_password) for r in rows)


async def enrolment(connection: AsyncConnection) -> dict[AgentLogin, tuple[int, ...]]:
    """The campaigns each active agent may serve, oldest first."""
    query = (
        select(agent.c.login, campaign_agent.c.campaign_id)
        .outerjoin(campaign_agent, campaign_agent.c.agent_id == agent.c.id)
        .where(agent.c.active)
        .order_by(agent.c.login, campaign_agent.c.campaign_id)
    )
    found: dict[AgentLogin, tuple[int, ...]] = {}
    for login, campaign_id in await connection.execute(query):
        key = AgentLogin(login)
        found[key] = found.get(key, ()) + (() if campaign_id is None else (campaign_id,))
    return found


async def pacing_states(connection: AsyncConnection) -> dict[int, dict[str, Any]]:
    """What the pacers had learned, by campaign."""
    rows = await connection.execute(select(pacing_state.c.campaign_id, pacing_state.c.state))
    return {row.campaign_id: row.state for row in rows}


def keep_pacing(campaign_id: int, state: dict[str, Any]) -> Write:
    """A write that keeps what a campaign's pacer has learned."""

    async def write(connection: AsyncConnection) -> None:
        row = {"campaign_id": campaign_id, "state": state, "saved_at": func.now()}
        statement = insert(pacing_state).values(row)
        changed = {"state": statement.excluded.state, "saved_at": func.now()}
        await connection.execute(statement.on_conflict_do_update(index_elements=["campaign_id"], set_=changed))

    return write
