"""The database for one command: the named server, or the embedded one (joined when `alo up` runs it already)."""

from collections.abc import Iterator
from contextlib import contextmanager

from base.embedded import EmbeddedPostgres
from base.schema import migrate
from base.settings import Settings


@contextmanager
def open_database(settings: Settings) -> Iterator[str]:
    """The URL of a database with the newest schema, for as long as the block lasts."""
    if settings.database_url:
        migrate(settings.database_url)
        yield settings.database_url
        return
    with EmbeddedPostgres(settings.data_dir / "postgres") as server:
        url = server.database("alo")
        migrate(url)
        yield url
