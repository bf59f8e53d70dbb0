"""One transaction on the installation's database, from the command line."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from alo.database import open_database
from base.database import create_engine
from base.settings import Settings

T = TypeVar("T")


def in_transaction(settings: Settings, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    """Run `work` in one transaction on the installation's database."""

    async def run(url: str) -> T:
        engine = create_engine(url)
        try:
            async with engine.begin() as connection:
                return await work(connection)
        finally:
            await engine.dispose()

    with open_database(settings) as url:
        return asyncio.run(run(url))
