"""Group commit: many small writes of many calls share one transaction, and none is lost while the process lives.

When a transaction fails the writes are done one by one, so that one bad row cannot hold the others back; when the
server is away they are kept and tried again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dialer.runtime.routines import end

log = logging.getLogger(__name__)

Write = Callable[[AsyncConnection], Awaitable[None]]
MOST_AT_ONCE = 200
MOMENT_S = 0.01
RETRY_S = 1.0
STOP_S = 20.0
"""How long a stopping dialer waits for a server that is away."""
PASSING = ("08", "40", "53", "55", "57")
"""SQLSTATE classes of trouble that passes: connection, a lost deadlock, no resources, a lock, a server going down."""


@dataclass(slots=True)
class _Item:
    write: Write
    done: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Writer:
    """One task that commits what it is given, in order."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._queue: asyncio.Queue[_Item] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._unsettled = 0
        self.failed = 0

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="writer")

    def submit(self, write: Write) -> "asyncio.Future[None]":
        """Queue a write; the future is done when it is committed, or holds the error of a write that cannot be."""
        item = _Item(write)
        # Most callers do not wait: an error was logged already and must not be reported again as never retrieved.
        item.done.add_done_callback(lambda f: f.cancelled() or f.exception())
        item.done.add_done_callback(self._settled)
        self._unsettled += 1
        self._queue.put_nowait(item)
        return item.done

    @property
    def pending(self) -> int:
        """Writes that are neither committed nor refused."""
        return self._unsettled

    async def stop(self) -> None:
        """Commit what is queued, then end; what a server that stays away did not take is given up and said."""
        if self._task is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._settled_all(), STOP_S)
            if self.pending:
                log.error("the database stayed away, the last writes are lost", extra={"writes": self.pending})
            await end(self._task)

    async def _settled_all(self) -> None:
        while self._unsettled:
            await self._queue.join()
            # Who is told of a commit may have more to write.
            await asyncio.sleep(0)

    def _settled(self, _done: object) -> None:
        self._unsettled -= 1

    async def _run(self) -> None:
        while True:
            items = [await self._queue.get()]
            # What follows in the same moment shares the transaction, and a call that waits for its agent goes first.
            await asyncio.sleep(MOMENT_S)
            while len(items) < MOST_AT_ONCE and not self._queue.empty():
                items.append(self._queue.get_nowait())
            try:
                await self._commit(items)
            finally:
                for _ in items:
                    self._queue.task_done()

    async def _commit(self, items: list[_Item]) -> None:
        while True:
            try:
                async with self._engine.begin() as connection:
                    for item in items:
                        await item.write(connection)
            except (OSError, DBAPIError, PoolTimeoutError) as error:
                if not _passing(error):
                    return await self._refused(items, error)
                log.warning("the database does not take the writes now, they are kept", extra={"waiting": len(items)})
                await asyncio.sleep(RETRY_S)
            except Exception as error:
                return await self._refused(items, error)
            else:
                for item in items:
                    _settle(item, None)
                return None

    async def _refused(self, items: list[_Item], error: Exception) -> None:
        if len(items) > 1:
            for item in items:
                await self._commit([item])
            return
        self.failed += 1
        log.error("a write was refused by the database", exc_info=error)
        _settle(items[0], error)


def _passing(error: Exception) -> bool:
    if not isinstance(error, DBAPIError):
        return True
    if not isinstance(error, OperationalError):
        return error.connection_invalidated
    # psycopg has no SQLSTATE when there was no server to give one.
    state = getattr(error.orig, "sqlstate", None)
    return state is None or str(state).startswith(PASSING)


def _settle(item: _Item, error: Exception | None) -> None:
    if item.done.cancelled():
        return
    if error is None:
        item.done.set_result(None)
    else:
        item.done.set_exception(error)
