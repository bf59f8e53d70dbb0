"""The last picture of what moves, by topic; NOTIFY tells who watches. May be lost with the server: it is made anew."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from base.database import sql
from crm.tables import live

CHANNEL = "alo_live"


async def publish(connection: AsyncConnection, topic: str, snapshot: dict[str, Any]) -> None:
    """Replace the topic's picture and tell everybody once the caller has committed."""
    await publish_many(connection, {topic: snapshot})


async def publish_many(connection: AsyncConnection, pictures: Mapping[str, dict[str, Any]]) -> None:
    """`publish` for many topics in one statement."""
    values = {"pictures": json.dumps(pictures), "channel": CHANNEL}
    await connection.exec_driver_sql(sql("crm", "live_publish"), values)


async def read(connection: AsyncConnection, topic: str) -> dict[str, Any] | None:
    """The topic's last picture."""
    snapshot: dict[str, Any] | None = await connection.scalar(select(live.c.snapshot).where(live.c.topic == topic))
    return snapshot


async def read_fresh(connection: AsyncConnection, topics: Sequence[str], within_s: float) -> dict[str, dict[str, Any]]:
    """The last pictures of these topics, as far as they are no older, by the database's clock."""
    since = func.clock_timestamp() - func.make_interval(0, 0, 0, 0, 0, 0, within_s)
    query = select(live.c.topic, live.c.snapshot).where(live.c.topic.in_(topics), live.c.at > since)
    return {row.topic: row.snapshot for row in await connection.execute(query)}


async def read_all(connection: AsyncConnection, prefix: str) -> dict[str, dict[str, Any]]:
    """The last pictures of every topic that begins with `prefix`."""
    query = select(live.c.topic, live.c.snapshot).where(live.c.topic.startswith(prefix, autoescape=True))
    return {row.topic: row.snapshot for row in await connection.execute(query)}
