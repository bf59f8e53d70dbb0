"""Migrations: `migrate` brings a database to the newest schema, from empty or from any older one."""

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import OperationalError

from base.database import plain_url
from base.errors import DatabaseError

MIGRATION_LOCK = 0xA10


def configuration(url: str) -> Config:
    """Alembic's configuration for the database at `url`; `alembic` itself needs no file of ours."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("sqlalchemy.url", plain_url(url).replace("%", "%%"))
    return config


def migrate(url: str) -> None:
    """Upgrade to the newest schema; several processes may call it at once.

    Raises DatabaseError when the server does not answer or the database is newer than this program.
    """
    try:
        with psycopg.connect(plain_url(url), autocommit=True) as connection:
            connection.execute("select pg_advisory_lock(%s)", [MIGRATION_LOCK])
            command.upgrade(configuration(url), "head")
    except (psycopg.OperationalError, OperationalError) as error:
        raise DatabaseError(
            "PostgreSQL does not answer, so the tables cannot be made. Start it, or correct ALO_DATABASE_URL."
        ) from error
    except CommandError as error:
        raise DatabaseError(
            f"This version does not know the database's schema ({error}). Install the version that made it, or newer."
        ) from error
