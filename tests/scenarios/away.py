"""An engine whose server can go away and come back, as the writer and the dialer meet it."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import psycopg
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


class AwayEngine:
    """The real engine, except while `away`: then no connection is to be had.

    exhausted: the pool has none left, instead of the server refusing them.
    """

    def __init__(self, engine: AsyncEngine, *, exhausted: bool = False) -> None:
        self.away = False
        self._engine = engine
        self._error: Exception = (
            PoolTimeoutError("QueuePool limit reached")
            if exhausted
            else OperationalError("connect", {}, psycopg.OperationalError("connection refused"))
        )

    def begin(self) -> AbstractAsyncContextManager[AsyncConnection]:
        return self._unless_away(self._engine.begin())

    def connect(self) -> Any:
        if self.away:
            raise self._error
        return self._engine.connect()

    @asynccontextmanager
    async def _unless_away(self, context: AbstractAsyncContextManager[AsyncConnection]) -> AsyncIterator[Any]:
        if self.away:
            raise self._error
        async with context as connection:
            yield connection
