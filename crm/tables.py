"""The CRM's tables. Money is integer cents, phones are E.164, documents are digits, times are UTC."""

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from base.database import metadata

_NOW = func.now()


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def _ref(name: str, target: str, *, nullable: bool = False, index: bool = False) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(target), nullable=nullable, index=index)


def _at(name: str, *, nullable: bool = True, default: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable, server_default=_NOW if default else None)


creditor = Table(
    "creditor",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("cnpj", Text),
)

debtor = Table(
    "debtor",
    metadata,
    _id(),
    _ref("creditor_id", "creditor.id"),
    Column("document", Text, nullable=False, comment="CPF or CNPJ, digits only, check digits verified"),
    Column("name", Text, nullable=False),
    Column("state", Text, comment="UF of residence, two letters"),
    _at("created_at", nullable=False, default=True),
    Column("strategic_weight", SmallInteger, nullable=False, server_default="0"),
    Column("agent_id", BigInteger, ForeignKey("agent.id"), comment="who talked to them last"),
    Column(
        "rests_until",
        DateTime(timezone=True),
        comment="answered and got no agent: until then dialled only with an agent guaranteed",
    ),
    CheckConstraint("strategic_weight between 0 and 100", name="strategic_weight"),
    UniqueConstraint("creditor_id", "document"),
    Index("ix_debtor_name", "name", "id"),
    Index("ix_debtor_document", "document"),
)

contact_point = Table(
    "contact_point",
    metadata,
    _id(),
    _ref("debtor_id", "debtor.id"),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False, comment="E.164 for phones, lower case for e-mail"),
    Column("phone_type", Text, comment="mobile | landline"),
    Column("position", SmallInteger, nullable=False, server_default="0"),
    Column("status", Text, nullable=False, server_default="active"),
    Column("tries", REAL, nullable=False, server_default="0", comment="dials that rang through, fading"),
    Column("successes", REAL, nullable=False, server_default="0", comment="what came of them, fading"),
    Column("scored_at", DateTime(timezone=True), comment="as of when tries and successes stand"),
    UniqueConstraint("debtor_id", "kind", "value"),
    CheckConstraint("kind in ('phone', 'email')", name="kind"),
    CheckConstraint("status in ('active', 'dead', 'wrong_person', 'third_party', 'blocked')", name="status"),
    Index("ix_contact_point_value", "value"),
)

debt = Table(
    "debt",
    metadata,
    _id(),
    _ref("creditor_id", "creditor.id"),
    _ref("debtor_id", "debtor.id", index=True),
    Column("contract", Text, nullable=False),
    Column("instalment", Integer, nullable=False, server_default="1"),
    Column("amount_cents", BigInteger, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("status", Text, nullable=False, server_default="open"),
    UniqueConstraint("creditor_id", "contract", "instalment"),
    CheckConstraint("amount_cents > 0", name="amount"),
    CheckConstraint("status in ('open', 'disputed', 'paid', 'cancelled')", name="status"),
)

import_batch = Table(
    "import_batch",
    metadata,
    _id(),
    _ref("creditor_id", "creditor.id"),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("rows_read", Integer, nullable=False),
    Column("rows_new", Integer, nullable=False),
    Column("rows_known", Integer, nullable=False),
    Column("rows_rejected", Integer, nullable=False),
    _at("imported_at", nullable=False, default=True),
)

disposition = Table(
    "disposition",
    metadata,
    Column("code", Text, primary_key=True),
    Column("label_pt", Text, nullable=False),
    Column("label_en", Text, nullable=False),
    Column("right_party", Boolean, nullable=False, comment="the debtor in person (CPC)"),
    Column("closes_lead", Boolean, nullable=False, comment="the lead is not dialled again"),
    Column("silences_number", Boolean, nullable=False, comment="the number is not dialled again: wrong person"),
    Column("recycle_after_s", Integer, nullable=False, server_default="86400"),
)

agent = Table(
    "agent",
    metadata,
    _id(),
    Column("login", Text, nullable=False, unique=True, comment="also the SIP user; letters, digits, - and _"),
    Column("name", Text, nullable=False),
    Column("sip_password", Text, nullable=False),
    Column("api_token_sha256", Text, nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
)

campaign = Table(
    "campaign",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    _ref("creditor_id", "creditor.id"),
    Column("status", Text, nullable=False, server_default="draft"),
    Column("mode", Text, nullable=False, server_default="progressive"),
    Column("trunk", Text, nullable=False),
    Column("caller_id", Text, nullable=False),
    Column("hours", JSONB, nullable=False, comment="weekly calling hours in the debtor's zone: crm.model.WeeklyHours"),
    Column("attempts_per_number_per_day", Integer, nullable=False, server_default="3"),
    Column("attempts_per_debtor_per_day", Integer, nullable=False, server_default="6"),
    Column("attempts_per_lead", Integer, nullable=False, server_default="10"),
    Column("ring_timeout_s", Integer, nullable=False, server_default="25"),
    Column("wrapup_timeout_s", Integer, nullable=False, server_default="30"),
    Column("recycle_after_s", Integer, nullable=False, server_default="3600"),
    Column("pacing", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("pack", Text, nullable=False, server_default="br", comment="the policy pack: dialer/compliance/packs"),
    Column("compliance", JSONB, nullable=False, server_default=text("'{}'::jsonb"), comment="limits below the pack's"),
    Column("recycling", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("lead_order", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    _at("created_at", nullable=False, default=True),
    Column("abandonment_message", Text, comment="the name of a sound the exchange plays; empty: the built-in one"),
    Column("answer_detection", Text, nullable=False, server_default="off"),
    CheckConstraint("answer_detection in ('off', 'amd', 'connect_first')", name="answer_detection"),
    CheckConstraint("status in ('draft', 'running', 'paused', 'finished')", name="status"),
    CheckConstraint("mode in ('preview', 'progressive', 'ratio', 'predictive')", name="mode"),
)

campaign_agent = Table(
    "campaign_agent",
    metadata,
    Column("campaign_id", BigInteger, ForeignKey("campaign.id"), primary_key=True),
    Column("agent_id", BigInteger, ForeignKey("agent.id"), primary_key=True),
)

lead_list = Table(
    "lead_list",
    metadata,
    Column("campaign_id", BigInteger, ForeignKey("campaign.id"), primary_key=True),
    Column(
        "number",
        SmallInteger,
        primary_key=True,
        autoincrement=False,
        comment="0: leads imported without a list's name",
    ),
    Column("name", Text, nullable=False),
    Column("weight", SmallInteger, nullable=False, server_default="1", comment="0: the list rests"),
    UniqueConstraint("campaign_id", "name"),
    CheckConstraint("number >= 0", name="number"),
    CheckConstraint("weight between 0 and 1000", name="weight"),
)

lead = Table(
    "lead",
    metadata,
    _id(),
    _ref("campaign_id", "campaign.id"),
    _ref("debtor_id", "debtor.id", index=True),
    Column("status", Text, nullable=False, server_default="open"),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
    Column("reserved_until", DateTime(timezone=True)),
    Column("closed_reason", Text),
    Column("list", SmallInteger, nullable=False, server_default="0", comment="lead_list.number, or 0"),
    Column(
        "callback_at",
        DateTime(timezone=True),
        comment="agreed with the debtor; dialled then, ahead of the queue",
    ),
    Column("callback_agent_id", BigInteger, ForeignKey("agent.id"), comment="null: for anyone"),
    Column("callback_point_id", BigInteger, ForeignKey("contact_point.id")),
    UniqueConstraint("campaign_id", "debtor_id"),
    CheckConstraint("status in ('open', 'reserved', 'dialling', 'closed')", name="status"),
    Index(
        "ix_lead_queue",
        "campaign_id",
        "list",
        text("priority desc"),
        "next_at",
        "id",
        postgresql_where=text("status = 'open' and callback_at is null"),
    ),
    Index(
        "ix_lead_callback",
        "campaign_id",
        "next_at",
        postgresql_where=text("status = 'open' and callback_at is not null"),
    ),
    Index("ix_lead_reserved", "campaign_id", "reserved_until", postgresql_where=text("status = 'reserved'")),
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", Uuid, primary_key=True, comment="also the Asterisk channel id: committed before Originate"),
    _ref("campaign_id", "campaign.id", index=True),
    _ref("lead_id", "lead.id", index=True),
    _ref("debtor_id", "debtor.id"),
    _ref("contact_point_id", "contact_point.id"),
    Column("node", Text, nullable=False, comment="the dialer that owns it"),
    Column("rule", Text, nullable=False, comment="the compliance rule that allowed it"),
    _at("placed_at", nullable=False),
    Column("outcome", Text, comment="empty while the call is up"),
    Column("hangup_cause", Integer),
    _at("ended_at"),
    CheckConstraint(
        "outcome in ('connected', 'abandoned', 'hangup_early', 'machine', 'noanswer', 'busy', 'failed', 'dead_number', "
        "'congestion', 'unknown')",
        name="outcome",
    ),
    Index("ix_attempt_number", "contact_point_id", "placed_at"),
    Index("ix_attempt_debtor", "debtor_id", "placed_at"),
    Index("ix_attempt_open", "node", postgresql_where=text("outcome is null")),
)

call = Table(
    "call",
    metadata,
    Column("id", Uuid, ForeignKey("attempt.id"), primary_key=True, comment="the answered attempt"),
    _at("answered_at", nullable=False),
    _ref("agent_id", "agent.id", nullable=True, index=True),
    _at("joined_at"),
    _at("ended_at"),
    Column("answer_to_joined_s", Double),
    Column("bridged_s", Double),
    Column("ended_by", Text),
    Column("disposition", Text, ForeignKey("disposition.code")),
    Column("disposition_data", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    _at("wrapped_up_at"),
    CheckConstraint("ended_by in ('agent', 'debtor', 'system')", name="ended_by"),
)

call_fact = Table(
    "call_fact",
    metadata,
    _id(),
    Column("call_id", Uuid, nullable=False, index=True),
    _at("happened_at", nullable=False),
    Column("kind", Text, nullable=False),
    Column("payload", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    comment="the journal: every fact the dialer acted on, anomalies too",
)

timeline = Table(
    "timeline",
    metadata,
    _id(),
    _ref("debtor_id", "debtor.id"),
    _at("happened_at", nullable=False),
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("payload", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("links", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("merge_key", Text, nullable=False, unique=True),
    CheckConstraint("direction in ('outbound', 'inbound', 'internal')", name="direction"),
    Index("ix_timeline_debtor", "debtor_id", "happened_at"),
)

pacing_state = Table(
    "pacing_state",
    metadata,
    Column("campaign_id", BigInteger, ForeignKey("campaign.id"), primary_key=True),
    Column("state", JSONB, nullable=False),
    _at("saved_at", nullable=False, default=True),
)

live = Table(
    "live",
    metadata,
    Column("topic", Text, primary_key=True, comment="campaign:ID"),
    Column("snapshot", JSONB, nullable=False),
    _at("at", nullable=False, default=True),
    prefixes=["UNLOGGED"],
    comment="the last picture of what moves; may be lost with the server",
)

command = Table(
    "command",
    metadata,
    _id(),
    Column("kind", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    _at("asked_at", nullable=False, default=True),
    _at("done_at"),
    Column("answer", Text, comment="empty when done, else why it was refused"),
    Index("ix_command_open", "id", postgresql_where=text("done_at is null")),
    comment="what people ask of the dialer; NOTIFY alo_command wakes it",
)
