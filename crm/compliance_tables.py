"""The tables of who may be called when: holidays, refusals, consent, decisions, and how many calls were short."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)

from base.database import metadata


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def _at(name: str, *, nullable: bool = True, default: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable, server_default=func.now() if default else None)


local_holiday = Table(
    "local_holiday",
    metadata,
    _id(),
    Column("day", Date, nullable=False),
    Column("place", Text, nullable=False, comment="BR-SP: a state; BR-11: an area code, for the towns in it"),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False, comment="the law or decree"),
    UniqueConstraint("day", "place"),
    comment="holidays the operator knows of: towns', and what a state adds",
)

do_not_call = Table(
    "do_not_call",
    metadata,
    _id(),
    Column("number", Text, comment="E.164; empty: every number of the person"),
    Column("document", Text, comment="CPF or CNPJ; empty: whoever has the number"),
    Column("creditor_id", BigInteger, ForeignKey("creditor.id"), comment="empty: for all creditors"),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False, comment="the list's name, or who said it"),
    _at("added_at", nullable=False, default=True),
    _at("expires_at"),
    UniqueConstraint("number", "document", "creditor_id", "kind", postgresql_nulls_not_distinct=True),
    CheckConstraint("number is not null or document is not null", name="whom"),
    CheckConstraint("kind in ('internal', 'imported', 'opt_out')", name="kind"),
    Index("ix_do_not_call_document", "document", postgresql_where=text("document is not null")),
)

consent = Table(
    "consent",
    metadata,
    _id(),
    Column("document", Text, nullable=False, comment="CPF or CNPJ of who consents"),
    Column("number", Text, comment="E.164; empty: any number of the person"),
    Column("creditor_id", BigInteger, ForeignKey("creditor.id"), comment="empty: to all creditors"),
    _at("given_at", nullable=False),
    _at("expires_at"),
    _at("withdrawn_at"),
    Column("source", Text, nullable=False, comment="where it can be shown"),
    UniqueConstraint("document", "number", "creditor_id", "given_at", postgresql_nulls_not_distinct=True),
)

compliance_decision = Table(
    "compliance_decision",
    metadata,
    _id(),
    _at("decided_at", nullable=False),
    Column("day", Date, nullable=False, comment="in UTC"),
    Column("campaign_id", BigInteger, ForeignKey("campaign.id"), nullable=False),
    Column("lead_id", BigInteger, ForeignKey("lead.id"), nullable=False),
    Column("contact_point_id", BigInteger, ForeignKey("contact_point.id"), nullable=False),
    Column("attempt_id", Uuid, ForeignKey("attempt.id"), unique=True, comment="the dial that was allowed"),
    Column("allowed", Boolean, nullable=False),
    Column("rule", Text, nullable=False, comment="what decided; of a refusal, the first that forbade"),
    Column("pack", Text, nullable=False),
    Column("pack_row", Text, nullable=False, comment="rule, jurisdiction and first day of each row that decided"),
    Column("source", Text, nullable=False, comment="the law of each row, or whose word it was"),
    Column("reason", Text, nullable=False),
    _at("until"),
    CheckConstraint("allowed = (attempt_id is not null)", name="dial"),
    Index("ix_compliance_decision_lead", "lead_id", "decided_at"),
    Index(
        "uq_compliance_decision_refused",
        "lead_id",
        "day",
        "rule",
        unique=True,
        postgresql_where=text("not allowed"),
    ),
    comment="every dial that was allowed; of refusals one row for each lead, day and rule",
)

carrier_day = Table(
    "carrier_day",
    metadata,
    Column("cnpj", Text, primary_key=True, comment="the root of the caller's CNPJ, eight digits; empty: not said"),
    Column("carrier", Text, primary_key=True),
    Column("day", Date, primary_key=True, comment="the operation's"),
    Column("calls", Integer, nullable=False, server_default="0"),
    Column("short", Integer, nullable=False, server_default="0"),
    comment="calls that ended, and how many of them a regulator calls short",
)
