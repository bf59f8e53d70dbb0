"""A database with one campaign and nobody in it."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from crm.tables import campaign, creditor


@pytest.fixture
async def db(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.begin() as connection:
        await connection.execute(insert(creditor).values(name="Banco Exemplo"))
        await connection.execute(
            insert(campaign).values(
                name="Carteira", creditor_id=1, trunk="main", caller_id="+551130000000", hours={}, attempts_per_lead=3
            )
        )
    async with engine.connect() as connection:
        yield connection
