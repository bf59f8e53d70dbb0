"""The one way to PostgreSQL: engine, metadata, named .sql files, listening.

`postgresql://…` URLs are used as people write them; the driver is psycopg 3 everywhere.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from functools import cache
from importlib.resources import files

import psycopg
from sqlalchemy import MetaData, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from base.errors import DatabaseError

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

OLDEST_SERVER = 150000
log = logging.getLogger(__name__)


@cache
def sql(room: str, name: str) -> str:
    """The text of the named statement `NAME.sql` in a room's `sql` folder, with psycopg's %(name)s places."""
    return (files(room) / "sql" / f"{name}.sql").read_text()


def plain_url(url: str) -> str:
    """The URL as libpq and psycopg take it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def engine_url(url: str) -> str:
    """The URL as SQLAlchemy takes it, with our driver named."""
    return plain_url(url).replace("postgresql://", "postgresql+psycopg://", 1)


def create_engine(url: str, *, pool_size: int = 5) -> AsyncEngine:
    """An asynchronous engine; connections are checked before use so that a restarted server is survived."""
    return create_async_engine(engine_url(url), pool_size=pool_size, max_overflow=5, pool_pre_ping=True)


async def check(engine: AsyncEngine) -> None:
    """Raise DatabaseError in plain words when the server does not answer or is too old."""
    try:
        async with engine.connect() as connection:
            version = int((await connection.execute(text("show server_version_num"))).scalar_one())
    except (OperationalError, OSError, TimeoutError) as error:
        where = engine.url.render_as_string(hide_password=True)
        raise DatabaseError(
            f"PostgreSQL does not answer at {where}. Start it, or correct ALO_DATABASE_URL; "
            "leave ALO_DATABASE_URL empty to use the embedded server."
        ) from error
    if version < OLDEST_SERVER:
        raise DatabaseError(f"PostgreSQL {version // 10000} is too old: Alô needs 15 or newer.")


async def listen(url: str, channel: str) -> AsyncIterator[str]:
    """Payloads notified on `channel`, for ever; reconnects when the server goes away.

    An empty payload is yielded after each (re)connection, so that a listener can look for what it missed.
    """
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(plain_url(url), autocommit=True) as connection:
                await connection.execute(psycopg.sql.SQL("listen {}").format(psycopg.sql.Identifier(channel)))
                yield ""
                async for notice in connection.notifies():
                    yield notice.payload
        except psycopg.OperationalError:
            log.warning("database listener lost its connection, trying again", extra={"channel": channel})
            await asyncio.sleep(1)
