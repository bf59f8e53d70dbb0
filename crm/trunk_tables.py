"""What came of the calls of each trunk and caller id, by day."""

from sqlalchemy import BigInteger, Column, Date, DateTime, Double, Integer, Table, Text

from base.database import metadata

trunk_day = Table(
    "trunk_day",
    metadata,
    Column("day", Date, primary_key=True, comment="the operation's day on which the calls were placed"),
    Column("trunk", Text, primary_key=True),
    Column("caller_id", Text, primary_key=True, comment="the number shown, E.164"),
    Column(
        "cause",
        Integer,
        primary_key=True,
        autoincrement=False,
        comment="Q.850 cause of the end; 0: the ring time was over, or not known",
    ),
    Column("calls", BigInteger, nullable=False),
    Column("answered", BigInteger, nullable=False),
    Column("talked_s", Double, nullable=False, comment="seconds from answer to end, summed"),
    Column("last_at", DateTime(timezone=True), nullable=False),
    comment="calls handed to carriers, refused ones too: answer-seizure ratio and causes",
)
