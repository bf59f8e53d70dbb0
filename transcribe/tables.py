"""One transcript per call, its segments in order of time."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

import recording.tables  # noqa: F401  the recording must be known before it is referred to
from base.database import metadata

transcript = Table(
    "transcript",
    metadata,
    Column("call_id", Uuid, ForeignKey("recording.call_id"), primary_key=True),
    Column("status", Text, nullable=False, server_default="done"),
    Column("model", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("audio_s", Double, nullable=False),
    Column("words", Integer, nullable=False),
    Column("problem", Text),
    Column("finished_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("status in ('done', 'failed')", name="status"),
)

segment = Table(
    "transcript_segment",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("call_id", Uuid, ForeignKey("transcript.call_id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("speaker", Text, nullable=False),
    Column("start_s", Double, nullable=False),
    Column("end_s", Double, nullable=False),
    Column("text", Text, nullable=False),
    Column("words", JSONB, nullable=False, server_default=text("'[]'::jsonb"), comment="[[word, start_s, end_s], …]"),
    Column("avg_logprob", Double),
    UniqueConstraint("call_id", "position"),
    CheckConstraint("speaker in ('agent', 'debtor')", name="speaker"),
)
