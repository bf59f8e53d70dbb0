"""One listener per process on the dialer's live pictures, fanned out to every stream that is open.

A slow reader never holds anybody up and never grows without bound: what waits for a subscriber is the newest picture
of each topic, not a history of pictures.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from base.database import listen
from crm.live import CHANNEL
from crm.tables import live

MOST_WAITING_TOPICS = 256
RETRY_S = 1.0

Snapshot = Mapping[str, Any]
log = logging.getLogger(__name__)


class Subscription:
    """The newest unseen pictures of the topics one stream wants."""

    def __init__(self, wants: Callable[[str], bool]) -> None:
        self._wants = wants
        self._waiting: dict[str, Snapshot | None] = {}
        self._news = asyncio.Event()

    def offer(self, topic: str, snapshot: Snapshot | None) -> None:
        """Called by the hub; never waits. Beyond the bound the oldest topic goes: its next picture brings it back."""
        if not self._wants(topic):
            return
        self._waiting.pop(topic, None)
        if len(self._waiting) >= MOST_WAITING_TOPICS:
            self._waiting.pop(next(iter(self._waiting)))
        self._waiting[topic] = snapshot
        self._news.set()

    async def changed(self) -> dict[str, Snapshot | None]:
        """Wait for news; the newest picture of each topic that moved, None for one that is gone."""
        await self._news.wait()
        self._news.clear()
        waiting, self._waiting = self._waiting, {}
        return waiting


class Hub:
    """Reads the `live` table when told that it changed and tells every subscription."""

    def __init__(self, engine: AsyncEngine, database_url: str) -> None:
        self._engine = engine
        self._url = database_url
        self._snapshots: dict[str, Snapshot] = {}
        self._subscriptions: set[Subscription] = set()
        self._dirty: set[str] = set()
        self._all_dirty = False
        self._news = asyncio.Event()
        self.version = 0
        """Grows with every picture that moved."""
        self.listening = asyncio.Event()

    def snapshot(self, topic: str) -> Snapshot | None:
        """The last picture of `topic`, None before the first."""
        return self._snapshots.get(topic)

    def snapshots(self, prefix: str) -> dict[str, Snapshot]:
        """The last pictures of all topics that begin with `prefix`."""
        return {topic: picture for topic, picture in self._snapshots.items() if topic.startswith(prefix)}

    @asynccontextmanager
    async def subscribe(self, wants: Callable[[str], bool]) -> AsyncIterator[Subscription]:
        subscription = Subscription(wants)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    async def run(self) -> None:
        """Listen and read for ever; the owner cancels it."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(), name="live listener")
            tasks.create_task(self._read(), name="live reader")

    async def _listen(self) -> None:
        async for topic in listen(self._url, CHANNEL):
            if topic:
                self._dirty.add(topic)
            else:
                # A new connection: anything may have changed while nobody listened.
                self._all_dirty = True
            self._news.set()

    async def _read(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            everything, self._all_dirty = self._all_dirty, False
            topics, self._dirty = self._dirty, set()
            try:
                await self._refresh(None if everything else topics)
            except SQLAlchemyError:
                log.warning("the live pictures could not be read, trying again", exc_info=True)
                await asyncio.sleep(RETRY_S)
                self._all_dirty = True
                self._news.set()
            else:
                self.listening.set()

    async def _refresh(self, topics: set[str] | None) -> None:
        query = select(live.c.topic, live.c.snapshot)
        if topics is not None:
            query = query.where(live.c.topic.in_(topics))
        async with self._engine.connect() as connection:
            found = {row.topic: row.snapshot for row in await connection.execute(query)}
        for topic in set(self._snapshots if topics is None else topics) - set(found):
            self._snapshots.pop(topic, None)
            self._tell(topic, None)
        for topic, snapshot in found.items():
            self._snapshots[topic] = snapshot
            self._tell(topic, snapshot)

    def _tell(self, topic: str, snapshot: Snapshot | None) -> None:
        self.version += 1
        for subscription in tuple(self._subscriptions):
            subscription.offer(topic, snapshot)
