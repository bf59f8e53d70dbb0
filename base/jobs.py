"""Jobs on procrastinate: kept in the same PostgreSQL, so a job is committed with the row it is about.

A room declares its tasks on a `Blueprint`; the roof adds the blueprints to the app the worker runs.
A producer in another room, or one that must commit the job with its own row, calls `defer`.
"""

from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.schema import SchemaManager
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from base.database import plain_url

SCHEMA = SchemaManager.get_schema


def create_app(url: str) -> App:
    """A procrastinate app on the database at `url`, without tasks."""
    return App(connector=PsycopgConnector(conninfo=plain_url(url), min_size=1, max_size=4))


async def defer(
    connection: AsyncConnection,
    task: str,
    *,
    queue: str,
    args: dict[str, Any],
    priority: int = 0,
    lock: str | None = None,
    delay_s: float = 0.0,
    once: str | None = None,
) -> None:
    """Queue `task` inside the caller's transaction.

    once: a key; while a job with the same key waits, a second one is not queued.
    """
    import json

    await connection.execute(
        text(
            """
            insert into procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at,
                                            status, attempts)
            values (:queue, :task, :priority, :lock, :once, cast(:args as jsonb),
                    case when :delay_s > 0 then now() + make_interval(secs => :delay_s) end, 'todo', 0)
            on conflict do nothing
            """
        ),
        {
            "queue": queue,
            "task": task,
            "priority": priority,
            "lock": lock,
            "once": once,
            "args": json.dumps(args),
            "delay_s": delay_s,
        },
    )
