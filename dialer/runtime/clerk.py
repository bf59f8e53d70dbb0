"""Reads the `command` table, has each command done, and writes its answer."""

import asyncio
import logging

from sqlalchemy.ext.asyncio import AsyncEngine

from base.database import listen
from crm import commands
from dialer.runtime.orders import Orders
from dialer.runtime.routines import end

log = logging.getLogger(__name__)

TOO_LATE = "It was asked while the dialer was away, and is not done so late. Ask again."


class Clerk:
    """Commands are done side by side: an agent's disposition must not wait for a configuration to be reloaded."""

    def __init__(self, *, engine: AsyncEngine, url: str, node: str, orders: Orders) -> None:
        self._engine = engine
        self._url = url
        self._node = node
        self._orders = orders
        self._doing: dict[int, asyncio.Task[None]] = {}
        self._done: set[int] = set()
        """What was done here of what every dialer is told for a while."""

    async def listen(self) -> None:
        """For ever: look whenever somebody says that there is something."""
        async for _ in listen(self._url, commands.CHANNEL):
            try:
                await self.look()
            except Exception:
                log.exception("the commands could not be read, the next look takes them")

    async def look(self) -> None:
        """Begin what waits and is not being done already."""
        async with self._engine.connect() as connection:
            waiting = await commands.pending(connection, self._node)
        self._done &= {command.id for command in waiting}
        for command in waiting:
            if command.id not in self._doing and command.id not in self._done:
                work = self._do(command)
                self._doing[command.id] = asyncio.create_task(work, name=f"command {command.id}")

    async def stop(self) -> None:
        await end(*self._doing.values())

    async def _do(self, command: commands.Command) -> None:
        try:
            answer = await self._answer(command)
            async with self._engine.begin() as connection:
                await commands.done(connection, command.id, answer)
            self._done.add(command.id)
        except Exception:
            log.exception("a command's answer could not be written", extra={"kind": command.kind})
        finally:
            del self._doing[command.id]

    async def _answer(self, command: commands.Command) -> str | None:
        # An agent who was told that nobody answers has moved on: his old hang-up would end another call.
        if command.kind.startswith("agent.") and command.age_s > commands.PATIENCE_S:
            return TOO_LATE
        return await self._orders.do(command.kind, command.payload)
