"""The migrations make exactly the tables the rooms describe."""

from alembic import command

import crm.compliance_tables  # noqa: F401
import transcribe.tables  # noqa: F401
from base.database import metadata
from base.schema import configuration, migrate


def test_migrations_and_tables_agree(database_url: str) -> None:
    config = configuration(database_url)
    config.attributes["metadata"] = metadata
    command.check(config)


def test_migrating_again_changes_nothing(database_url: str) -> None:
    migrate(database_url)
    migrate(database_url)


def test_every_migration_above_the_ground_can_be_undone_and_done_again(database_url: str) -> None:
    config = configuration(database_url)
    command.downgrade(config, "0001")
    migrate(database_url)
