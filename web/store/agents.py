"""Agents by their API token, and the dispositions they may choose."""

import hashlib
import hmac

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.tables import agent, disposition


async def login_of_token(connection: AsyncConnection, token: str) -> str | None:
    """The login of the active agent whose token this is."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    query = select(agent.c.login, agent.c.api_token_sha256).where(
        agent.c.api_token_sha256 == digest, agent.c.active.is_(True)
    )
    row = (await connection.execute(query)).first()
    # The database compared hashes of a secret nobody can aim at; the last word is a comparison in constant time.
    return row.login if row and hmac.compare_digest(row.api_token_sha256, digest) else None


async def disposition_codes(connection: AsyncConnection) -> list[str]:
    return list((await connection.execute(select(disposition.c.code).order_by(disposition.c.code))).scalars())
