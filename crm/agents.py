"""Agents' accounts: a softphone and an API token each; of the token only its hash is kept."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from crm import commands
from crm.errors import AgentError
from crm.model import AgentId
from crm.tables import agent, campaign, campaign_agent

CHANGED = "agents.changed"
# Also the SIP user and part of channel names: what Asterisk's configuration takes without quoting.
_LOGIN = re.compile(r"(?!trunk-)[a-z0-9][a-z0-9_-]{1,31}")


@dataclass(frozen=True, kw_only=True, slots=True)
class NewAgent:
    """What an agent needs to begin; the token can never be shown again."""

    id: AgentId
    login: str
    sip_password: str
    token: str


def token_hash(token: str) -> str:
    """What is kept of an API token."""
    return hashlib.sha256(token.encode()).hexdigest()


async def add(
    connection: AsyncConnection, *, login: str, name: str, campaigns: Sequence[str] = (), node: str | None = None
) -> NewAgent:
    """Add an agent and enrol him in the campaigns named. Raises AgentError.

    node: the dialer that has calls for him; None: that at whose exchange his softphone parks.
    """
    if not _LOGIN.fullmatch(login):
        raise AgentError(
            f"{login!r} cannot be a login: use 2 to 32 small letters, digits, - and _, a letter or digit first, "
            "and not with trunk-."
        )
    if not name.strip():
        raise AgentError("An agent needs a name.")
    password, token = secrets.token_urlsafe(18), secrets.token_urlsafe(32)
    statement = (
        insert(agent)
        .values(login=login, name=name.strip(), sip_password=password, api_token_sha256=token_hash(token), node=node)
        .on_conflict_do_nothing(index_elements=["login"])
        .returning(agent.c.id)
    )
    agent_id = (await connection.execute(statement)).scalar_one_or_none()
    if agent_id is None:
        raise AgentError(f"There is an agent {login} already. Choose another login.")
    await enrol(connection, login, campaigns)
    return NewAgent(id=AgentId(agent_id), login=login, sip_password=password, token=token)


async def enrol(connection: AsyncConnection, login: str, campaigns: Sequence[str]) -> None:
    """Let the agent serve these campaigns too, and tell the dialer. Raises AgentError."""
    agent_id = await connection.scalar(select(agent.c.id).where(agent.c.login == login))
    if agent_id is None:
        raise AgentError(f"There is no agent {login}.")
    found = await connection.execute(select(campaign.c.name, campaign.c.id).where(campaign.c.name.in_(campaigns)))
    by_name = {row.name: row.id for row in found}
    if missing := [name for name in campaigns if name not in by_name]:
        raise AgentError(f"There is no campaign {', '.join(missing)}. Create it first: alo campaign create")
    for campaign_id in by_name.values():
        statement = insert(campaign_agent).values(campaign_id=campaign_id, agent_id=agent_id)
        await connection.execute(statement.on_conflict_do_nothing())
    await commands.ask(connection, CHANGED, {})
