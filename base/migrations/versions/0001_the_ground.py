"""The ground: debtors, debts, campaigns, leads, attempts, calls, timeline, recordings, transcripts, jobs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from base.jobs import SCHEMA

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

DISPOSITIONS = (
    # code, pt-BR, English, right party, closes lead, silences number, recycle after s
    ("promise", "Promessa de pagamento", "Promise to pay", True, True, False, 0),
    ("extension", "Pediu prazo", "Asked for an extension", True, False, False, 259200),
    ("dispute", "Contesta a dívida", "Disputes the debt", True, True, False, 0),
    ("refusal", "Recusa pagar", "Refuses to pay", True, False, False, 604800),
    ("already_paid", "Diz que já pagou", "Says it is paid", True, False, False, 172800),
    ("callback", "Retornar depois", "Call back later", False, False, False, 14400),
    ("third_party", "Recado com terceiro", "Third party answered", False, False, False, 86400),
    ("wrong_person", "Pessoa errada", "Wrong person", False, False, True, 60),
    ("machine", "Caixa postal", "Voicemail", False, False, False, 14400),
    ("silent", "Ligação muda", "Silent call", False, False, False, 14400),
    ("none", "Sem tabulação", "No disposition", False, False, False, 86400),
)


def upgrade() -> None:
    op.create_table(
        "agent",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("login", sa.Text(), nullable=False, comment="also the SIP user; letters, digits, - and _"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sip_password", sa.Text(), nullable=False),
        sa.Column("api_token_sha256", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent")),
        sa.UniqueConstraint("login", name=op.f("uq_agent_login")),
    )
    op.create_table(
        "call_fact",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "payload", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_fact")),
        comment="the journal: every fact the dialer acted on, anomalies too",
    )
    op.create_index(op.f("ix_call_fact_call_id"), "call_fact", ["call_id"], unique=False)
    op.create_table(
        "command",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True, comment="empty when done, else why it was refused"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_command")),
        comment="what people ask of the dialer; NOTIFY alo_command wakes it",
    )
    op.create_index("ix_command_open", "command", ["id"], unique=False, postgresql_where=sa.text("done_at is null"))
    op.create_table(
        "creditor",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("cnpj", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_creditor")),
        sa.UniqueConstraint("name", name=op.f("uq_creditor_name")),
    )
    op.create_table(
        "disposition",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label_pt", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("right_party", sa.Boolean(), nullable=False, comment="the debtor in person (CPC)"),
        sa.Column("closes_lead", sa.Boolean(), nullable=False, comment="the lead is not dialled again"),
        sa.Column(
            "silences_number", sa.Boolean(), nullable=False, comment="the number is not dialled again: wrong person"
        ),
        sa.Column("recycle_after_s", sa.Integer(), server_default="86400", nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_disposition")),
    )
    op.create_table(
        "live",
        sa.Column("topic", sa.Text(), nullable=False, comment="campaign:ID"),
        sa.Column("snapshot", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_live")),
        comment="the last picture of what moves; may be lost with the server",
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "campaign",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("creditor_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("mode", sa.Text(), server_default="progressive", nullable=False),
        sa.Column("trunk", sa.Text(), nullable=False),
        sa.Column("caller_id", sa.Text(), nullable=False),
        sa.Column(
            "hours",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="weekly calling hours in the debtor's zone: crm.model.WeeklyHours",
        ),
        sa.Column("attempts_per_number_per_day", sa.Integer(), server_default="3", nullable=False),
        sa.Column("attempts_per_debtor_per_day", sa.Integer(), server_default="6", nullable=False),
        sa.Column("attempts_per_lead", sa.Integer(), server_default="10", nullable=False),
        sa.Column("ring_timeout_s", sa.Integer(), server_default="25", nullable=False),
        sa.Column("wrapup_timeout_s", sa.Integer(), server_default="30", nullable=False),
        sa.Column("recycle_after_s", sa.Integer(), server_default="3600", nullable=False),
        sa.Column(
            "pacing", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("mode in ('preview', 'progressive', 'ratio', 'predictive')", name=op.f("ck_campaign_mode")),
        sa.CheckConstraint("status in ('draft', 'running', 'paused', 'finished')", name=op.f("ck_campaign_status")),
        sa.ForeignKeyConstraint(["creditor_id"], ["creditor.id"], name=op.f("fk_campaign_creditor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("name", name=op.f("uq_campaign_name")),
    )
    op.create_table(
        "debtor",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("creditor_id", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False, comment="CPF or CNPJ, digits only, check digits verified"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=True, comment="UF of residence, two letters"),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["creditor_id"], ["creditor.id"], name=op.f("fk_debtor_creditor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debtor")),
        sa.UniqueConstraint("creditor_id", "document", name=op.f("uq_debtor_creditor_id_document")),
    )
    op.create_index("ix_debtor_name", "debtor", ["name", "id"], unique=False)
    op.create_table(
        "import_batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("creditor_id", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_new", sa.Integer(), nullable=False),
        sa.Column("rows_known", sa.Integer(), nullable=False),
        sa.Column("rows_rejected", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["creditor_id"], ["creditor.id"], name=op.f("fk_import_batch_creditor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_table(
        "campaign_agent",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_campaign_agent_agent_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_agent_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", "agent_id", name=op.f("pk_campaign_agent")),
    )
    op.create_table(
        "contact_point",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("debtor_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False, comment="E.164 for phones, lower case for e-mail"),
        sa.Column("phone_type", sa.Text(), nullable=True, comment="mobile | landline"),
        sa.Column("position", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.CheckConstraint("kind in ('phone', 'email')", name=op.f("ck_contact_point_kind")),
        sa.CheckConstraint(
            "status in ('active', 'dead', 'wrong_person', 'blocked')", name=op.f("ck_contact_point_status")
        ),
        sa.ForeignKeyConstraint(["debtor_id"], ["debtor.id"], name=op.f("fk_contact_point_debtor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
        sa.UniqueConstraint("debtor_id", "kind", "value", name=op.f("uq_contact_point_debtor_id_kind_value")),
    )
    op.create_index("ix_contact_point_value", "contact_point", ["value"], unique=False)
    op.create_table(
        "debt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("creditor_id", sa.BigInteger(), nullable=False),
        sa.Column("debtor_id", sa.BigInteger(), nullable=False),
        sa.Column("contract", sa.Text(), nullable=False),
        sa.Column("instalment", sa.Integer(), server_default="1", nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.CheckConstraint("status in ('open', 'disputed', 'paid', 'cancelled')", name=op.f("ck_debt_status")),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_debt_amount")),
        sa.ForeignKeyConstraint(["creditor_id"], ["creditor.id"], name=op.f("fk_debt_creditor_id")),
        sa.ForeignKeyConstraint(["debtor_id"], ["debtor.id"], name=op.f("fk_debt_debtor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debt")),
        sa.UniqueConstraint(
            "creditor_id", "contract", "instalment", name=op.f("uq_debt_creditor_id_contract_instalment")
        ),
    )
    op.create_index(op.f("ix_debt_debtor_id"), "debt", ["debtor_id"], unique=False)
    op.create_table(
        "lead",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("debtor_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("reserved_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("status in ('open', 'reserved', 'dialling', 'closed')", name=op.f("ck_lead_status")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_lead_campaign_id")),
        sa.ForeignKeyConstraint(["debtor_id"], ["debtor.id"], name=op.f("fk_lead_debtor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
        sa.UniqueConstraint("campaign_id", "debtor_id", name=op.f("uq_lead_campaign_id_debtor_id")),
    )
    op.create_index(op.f("ix_lead_debtor_id"), "lead", ["debtor_id"], unique=False)
    op.create_index(
        "ix_lead_queue",
        "lead",
        ["campaign_id", sa.literal_column("priority desc"), "next_at", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "ix_lead_reserved",
        "lead",
        ["campaign_id", "reserved_until"],
        unique=False,
        postgresql_where=sa.text("status = 'reserved'"),
    )
    op.create_table(
        "pacing_state",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("state", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_pacing_state_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_pacing_state")),
    )
    op.create_table(
        "timeline",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("debtor_id", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column(
            "payload", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column(
            "links", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("merge_key", sa.Text(), nullable=False),
        sa.CheckConstraint("direction in ('outbound', 'inbound', 'internal')", name=op.f("ck_timeline_direction")),
        sa.ForeignKeyConstraint(["debtor_id"], ["debtor.id"], name=op.f("fk_timeline_debtor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline")),
        sa.UniqueConstraint("merge_key", name=op.f("uq_timeline_merge_key")),
    )
    op.create_index("ix_timeline_debtor", "timeline", ["debtor_id", "happened_at"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid(), nullable=False, comment="also the Asterisk channel id: committed before Originate"),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("debtor_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_point_id", sa.BigInteger(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False, comment="the dialer that owns it"),
        sa.Column("rule", sa.Text(), nullable=False, comment="the compliance rule that allowed it"),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True, comment="empty while the call is up"),
        sa.Column("hangup_cause", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome in ('connected', 'abandoned', 'hangup_early', 'machine', 'noanswer', 'busy', 'failed', 'dead_number', 'congestion', 'unknown')",  # noqa: E501
            name=op.f("ck_attempt_outcome"),
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_attempt_campaign_id")),
        sa.ForeignKeyConstraint(["contact_point_id"], ["contact_point.id"], name=op.f("fk_attempt_contact_point_id")),
        sa.ForeignKeyConstraint(["debtor_id"], ["debtor.id"], name=op.f("fk_attempt_debtor_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_attempt_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_campaign_id"), "attempt", ["campaign_id"], unique=False)
    op.create_index("ix_attempt_debtor", "attempt", ["debtor_id", "placed_at"], unique=False)
    op.create_index(op.f("ix_attempt_lead_id"), "attempt", ["lead_id"], unique=False)
    op.create_index("ix_attempt_number", "attempt", ["contact_point_id", "placed_at"], unique=False)
    op.create_index("ix_attempt_open", "attempt", ["node"], unique=False, postgresql_where=sa.text("outcome is null"))
    op.create_table(
        "call",
        sa.Column("id", sa.Uuid(), nullable=False, comment="the answered attempt"),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_to_joined_s", sa.Double(), nullable=True),
        sa.Column("bridged_s", sa.Double(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("disposition", sa.Text(), nullable=True),
        sa.Column(
            "disposition_data",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("wrapped_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ended_by in ('agent', 'debtor', 'system')", name=op.f("ck_call_ended_by")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_call_agent_id")),
        sa.ForeignKeyConstraint(["disposition"], ["disposition.code"], name=op.f("fk_call_disposition")),
        sa.ForeignKeyConstraint(["id"], ["attempt.id"], name=op.f("fk_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    op.create_index(op.f("ix_call_agent_id"), "call", ["agent_id"], unique=False)
    op.create_table(
        "recording",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False, comment="stored | missing | short"),
        sa.Column(
            "url", sa.Text(), nullable=True, comment="below the recordings folder; channel 1 agent, channel 2 debtor"
        ),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("sample_rate", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True, comment="of the stored file"),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status in ('stored', 'missing', 'short')", name=op.f("ck_recording_status")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_recording_call_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_recording")),
    )
    op.create_table(
        "transcript",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), server_default="done", nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("audio_s", sa.Double(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status in ('done', 'failed')", name=op.f("ck_transcript_status")),
        sa.ForeignKeyConstraint(["call_id"], ["recording.call_id"], name=op.f("fk_transcript_call_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_transcript")),
    )
    op.create_table(
        "transcript_segment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("speaker", sa.Text(), nullable=False),
        sa.Column("start_s", sa.Double(), nullable=False),
        sa.Column("end_s", sa.Double(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "words",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
            comment="[[word, start_s, end_s], …]",
        ),
        sa.Column("avg_logprob", sa.Double(), nullable=True),
        sa.CheckConstraint("speaker in ('agent', 'debtor')", name=op.f("ck_transcript_segment_speaker")),
        sa.ForeignKeyConstraint(
            ["call_id"], ["transcript.call_id"], name=op.f("fk_transcript_segment_call_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript_segment")),
        sa.UniqueConstraint("call_id", "position", name=op.f("uq_transcript_segment_call_id_position")),
    )
    op.execute(sa.text(SCHEMA().replace(":", "\\:")))
    op.bulk_insert(
        sa.table(
            "disposition",
            *(sa.column(name) for name in ("code", "label_pt", "label_en", "right_party", "closes_lead")),
            sa.column("silences_number"),
            sa.column("recycle_after_s"),
        ),
        [
            {
                "code": code,
                "label_pt": label_pt,
                "label_en": label_en,
                "right_party": right_party,
                "closes_lead": closes_lead,
                "silences_number": silences_number,
                "recycle_after_s": recycle_after_s,
            }
            for code, label_pt, label_en, right_party, closes_lead, silences_number, recycle_after_s in DISPOSITIONS
        ],
    )


def downgrade() -> None:
    raise RuntimeError("There is nothing below the ground: drop the database instead.")
