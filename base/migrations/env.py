"""Alembic's environment: the database in `sqlalchemy.url`; the tables to compare with come from the caller."""

from alembic import context
from sqlalchemy import create_engine, pool

from base.database import engine_url


def ours(_object: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    """Leave the job tables to procrastinate."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


engine = create_engine(engine_url(context.config.get_main_option("sqlalchemy.url") or ""), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=context.config.attributes.get("metadata"), include_object=ours
    )
    with context.begin_transaction():
        context.run_migrations()
