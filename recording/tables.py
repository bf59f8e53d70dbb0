"""One row per recorded call."""

from sqlalchemy import CheckConstraint, Column, DateTime, Double, ForeignKey, Integer, Table, Text, Uuid, func

import crm.tables  # noqa: F401  the call must be known before it is referred to
from base.database import metadata

recording = Table(
    "recording",
    metadata,
    Column("call_id", Uuid, ForeignKey("call.id"), primary_key=True),
    Column("status", Text, nullable=False, comment="stored | missing | short"),
    Column("url", Text, comment="below the recordings folder; channel 1 agent, channel 2 debtor"),
    Column("seconds", Double),
    Column("sample_rate", Integer),
    Column("sha256", Text, comment="of the stored file"),
    Column("problem", Text),
    Column("stored_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("status in ('stored', 'missing', 'short')", name="status"),
)
