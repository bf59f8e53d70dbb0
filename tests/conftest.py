"""Shared fixtures: one real PostgreSQL per run, one database per worker cloned from a migrated template."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from filelock import FileLock
from hypothesis import settings
from sqlalchemy.ext.asyncio import AsyncEngine

from base.database import create_engine
from base.embedded import EmbeddedPostgres
from base.schema import migrate

# A machine that does other work too is slow at any moment; a test that hangs is ended by its timeout.
settings.register_profile("alo", deadline=None)
settings.load_profile("alo")

SHARED = Path(os.environ.get("ALO_SHARED", Path(__file__).parents[2] / "shared"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the project; without it the test is skipped, except where CI forbids that."""
    if not (SHARED / "data").is_dir():
        if os.environ.get("ALO_REQUIRE_SHARED"):
            pytest.fail(f"ALO_REQUIRE_SHARED is set, but there is no {SHARED / 'data'}")
        pytest.skip("the real data of development (../shared/data) are not on this machine")
    return SHARED / "data"


@pytest.fixture(scope="session")
def _postgres(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[EmbeddedPostgres]:
    """The run's one server; the last worker to leave stops it."""
    shared = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    # A short path of its own: a socket's path has 107 characters at most.
    key = shared / "postgres-directory"
    with FileLock(shared / "postgres.lock"):
        if not key.exists():
            key.write_text(tempfile.mkdtemp(prefix="alo-pg-"))
        server = EmbeddedPostgres(Path(key.read_text()) / "data")
        server.start()
        with psycopg.connect(server.database("postgres"), autocommit=True) as admin:
            if not admin.execute("select 1 from pg_database where datname = 'alo_template'").fetchone():
                admin.execute("alter system set fsync = off")
                admin.execute("alter system set synchronous_commit = off")
                admin.execute("select pg_reload_conf()")
                migrate(server.database("alo_template"))
    yield server
    server.stop()
    if worker_id == "master":
        shutil.rmtree(Path(key.read_text()), ignore_errors=True)


@pytest.fixture
def database_url(_postgres: EmbeddedPostgres, worker_id: str) -> str:
    """The URL of a freshly migrated, empty database of this worker alone."""
    name = f"alo_{worker_id}"
    with psycopg.connect(_postgres.database("postgres"), autocommit=True) as admin:
        admin.execute(psycopg.sql.SQL("drop database if exists {} with (force)").format(psycopg.sql.Identifier(name)))
    return _postgres.database(name, template="alo_template")


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(database_url)
    yield engine
    await engine.dispose()
