"""One dialer per node: two would dial for the same agents. The database's advisory lock says who."""

import asyncio
import logging

from psycopg.errors import LockNotAvailable
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from base.errors import AloError

log = logging.getLogger(__name__)

ROOM = 0xA10D
"""Keeps our advisory locks apart from those of others in the same database."""
LINGERS_S = 5.0
"""So long a dialer that was killed may still hold its node: the server frees it when it notices the end."""
GOODBYE_S = 2.0
"""A server that is away is not waited for longer."""


class Node:
    """The right to dial for a node, held while this process has it."""

    def __init__(self, engine: AsyncEngine, name: str) -> None:
        self._engine = engine
        self._values = {"room": ROOM, "node": name}
        self._name = name
        self._connection: AsyncConnection | None = None

    async def take(self) -> None:
        """Raises AloError when another dialer runs for this node, and goes on running for a few seconds."""
        self._connection = await self._engine.connect()
        try:
            await self._lock(self._connection)
        except BaseException as error:
            await self._drop()
            if isinstance(error, OperationalError) and isinstance(error.orig, LockNotAvailable):
                raise AloError(
                    f"Another dialer runs for node {self._name}. Stop it first, or give this one another "
                    "name with ALO_NODE when it has an Asterisk of its own."
                ) from None
            raise

    async def leave(self) -> None:
        """Give the node up, at once for whoever comes next. Without effect when it was not taken."""
        if self._connection is None:
            return
        try:
            # The end of the connection frees it too, but only when the server notices.
            async with asyncio.timeout(GOODBYE_S):
                unlock = "select pg_advisory_unlock(%(room)s, hashtext(%(node)s))"
                await self._connection.exec_driver_sql(unlock, self._values)
        except (OSError, DBAPIError):
            log.warning("the node could not be given up, it is free when the server notices that we are gone")
        finally:
            await self._drop()

    async def _lock(self, connection: AsyncConnection) -> None:
        # The server waits: it knows the moment the node is free.
        patience = {"patience": f"{LINGERS_S * 1000:.0f}"}
        await connection.exec_driver_sql("select set_config('lock_timeout', %(patience)s, true)", patience)
        await connection.exec_driver_sql("select pg_advisory_lock(%(room)s, hashtext(%(node)s))", self._values)
        await connection.commit()

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # Closed for real: a connection given back to the pool would keep the lock.
            await connection.invalidate()
            await connection.close()
