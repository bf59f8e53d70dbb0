"""One dialer per node: two would dial for the same agents. The database's advisory lock says who."""

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from base.errors import AloError

ROOM = 0xA10D
"""Keeps our advisory locks apart from those of others in the same database."""


class Node:
    """The right to dial for a node, held while this process has it."""

    def __init__(self, engine: AsyncEngine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._connection: AsyncConnection | None = None

    async def take(self) -> None:
        """Raises AloError when another dialer runs for this node."""
        self._connection = await self._engine.connect()
        values = {"room": ROOM, "node": self._name}
        lock = "select pg_try_advisory_lock(%(room)s, hashtext(%(node)s))"
        taken = (await self._connection.exec_driver_sql(lock, values)).scalar_one()
        await self._connection.commit()
        if not taken:
            await self.leave()
            raise AloError(
                f"Another dialer runs for node {self._name}. Stop it first, or give this one another "
                "name with ALO_NODE when it has an Asterisk of its own."
            )

    async def leave(self) -> None:
        """Give the node up. Without effect when it was not taken."""
        if self._connection is not None:
            # Closed for real: a connection given back to the pool would keep the lock.
            await self._connection.invalidate()
            await self._connection.close()
            self._connection = None
