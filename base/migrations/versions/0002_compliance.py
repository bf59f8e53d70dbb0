"""Compliance: packs, local holidays, do-not-call lists, consent, decisions, and the carriers' counters."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER_STATUS = "status in ('active', 'dead', 'wrong_person', 'blocked')"
NUMBER_STATUS_SINCE = "status in ('active', 'dead', 'wrong_person', 'third_party', 'blocked')"


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def _at(name: str, *, nullable: bool = True, default: bool = False) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), nullable=nullable, server_default=sa.text("now()") if default else None
    )


def _text(name: str, *, nullable: bool = False, comment: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable, comment=comment)


def _creditor(comment: str) -> tuple[sa.Column[int], str]:
    return sa.Column("creditor_id", sa.BigInteger(), nullable=True, comment=comment), "creditor.id"


def upgrade() -> None:
    _change_the_ground()
    _make_lists()
    _make_records()


def _change_the_ground() -> None:
    op.add_column(
        "campaign",
        sa.Column(
            "pack", sa.Text(), server_default="br", nullable=False, comment="the policy pack: dialer/compliance/packs"
        ),
    )
    op.add_column(
        "campaign",
        sa.Column(
            "compliance",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
            comment="limits below the pack's",
        ),
    )
    op.create_index("ix_debtor_document", "debtor", ["document"])
    op.drop_constraint(op.f("ck_contact_point_status"), "contact_point")
    op.create_check_constraint(op.f("ck_contact_point_status"), "contact_point", NUMBER_STATUS_SINCE)
    op.execute("update disposition set silences_number = true where code = 'third_party'")
    op.execute(
        "insert into disposition "
        "(code, label_pt, label_en, right_party, closes_lead, silences_number, recycle_after_s) "
        "values ('opt_out', 'Pediu para não ligar', 'Asked not to be called', true, true, false, 0)"
    )


def _make_lists() -> None:
    op.create_table(
        "local_holiday",
        _id(),
        sa.Column("day", sa.Date(), nullable=False),
        _text("place", comment="BR-SP: a state; BR-11: an area code, for the towns in it"),
        _text("name"),
        _text("source", comment="the law or decree"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_holiday")),
        sa.UniqueConstraint("day", "place", name=op.f("uq_local_holiday_day_place")),
        comment="holidays the operator knows of: towns', and what a state adds",
    )
    creditor, of = _creditor("empty: for all creditors")
    op.create_table(
        "do_not_call",
        _id(),
        _text("number", nullable=True, comment="E.164; empty: every number of the person"),
        _text("document", nullable=True, comment="CPF or CNPJ; empty: whoever has the number"),
        creditor,
        _text("kind"),
        _text("source", comment="the list's name, or who said it"),
        _at("added_at", nullable=False, default=True),
        _at("expires_at"),
        sa.CheckConstraint("number is not null or document is not null", name=op.f("ck_do_not_call_whom")),
        sa.CheckConstraint("kind in ('internal', 'imported', 'opt_out')", name=op.f("ck_do_not_call_kind")),
        sa.ForeignKeyConstraint(["creditor_id"], [of], name=op.f("fk_do_not_call_creditor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_do_not_call")),
        sa.UniqueConstraint(
            "number",
            "document",
            "creditor_id",
            "kind",
            name=op.f("uq_do_not_call_number_document_creditor_id_kind"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        "ix_do_not_call_document", "do_not_call", ["document"], postgresql_where=sa.text("document is not null")
    )
    creditor, of = _creditor("empty: to all creditors")
    op.create_table(
        "consent",
        _id(),
        _text("document", comment="CPF or CNPJ of who consents"),
        _text("number", nullable=True, comment="E.164; empty: any number of the person"),
        creditor,
        _at("given_at", nullable=False),
        _at("expires_at"),
        _at("withdrawn_at"),
        _text("source", comment="where it can be shown"),
        sa.ForeignKeyConstraint(["creditor_id"], [of], name=op.f("fk_consent_creditor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint(
            "document",
            "number",
            "creditor_id",
            "given_at",
            name=op.f("uq_consent_document_number_creditor_id_given_at"),
            postgresql_nulls_not_distinct=True,
        ),
    )


def _make_records() -> None:
    op.create_table(
        "compliance_decision",
        _id(),
        _at("decided_at", nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="in UTC"),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_point_id", sa.BigInteger(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=True, comment="the dial that was allowed"),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        _text("rule", comment="what decided; of a refusal, the first that forbade"),
        _text("pack"),
        _text("pack_row", comment="rule, jurisdiction and first day of each row that decided"),
        _text("source", comment="the law of each row, or whose word it was"),
        _text("reason"),
        _at("until"),
        sa.CheckConstraint("allowed = (attempt_id is not null)", name=op.f("ck_compliance_decision_dial")),
        *(
            sa.ForeignKeyConstraint([f"{one}_id"], [f"{one}.id"], name=op.f(f"fk_compliance_decision_{one}_id"))
            for one in ("campaign", "lead", "contact_point", "attempt")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compliance_decision")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_compliance_decision_attempt_id")),
        comment="every dial that was allowed; of refusals one row for each lead, day and rule",
    )
    op.create_index("ix_compliance_decision_lead", "compliance_decision", ["lead_id", "decided_at"])
    op.create_index(
        "uq_compliance_decision_refused",
        "compliance_decision",
        ["lead_id", "day", "rule"],
        unique=True,
        postgresql_where=sa.text("not allowed"),
    )
    op.create_table(
        "carrier_day",
        _text("cnpj", comment="the root of the caller's CNPJ, eight digits; empty: not said"),
        _text("carrier"),
        sa.Column("day", sa.Date(), nullable=False, comment="the operation's"),
        sa.Column("calls", sa.Integer(), server_default="0", nullable=False),
        sa.Column("short", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("cnpj", "carrier", "day", name=op.f("pk_carrier_day")),
        comment="calls that ended, and how many of them a regulator calls short",
    )


def downgrade() -> None:
    for table in ("carrier_day", "compliance_decision", "consent", "do_not_call", "local_holiday"):
        op.drop_table(table)
    op.execute("update disposition set silences_number = false where code = 'third_party'")
    op.execute("update call set disposition = 'refusal' where disposition = 'opt_out'")
    op.execute("delete from disposition where code = 'opt_out'")
    op.execute("update contact_point set status = 'wrong_person' where status = 'third_party'")
    op.drop_constraint(op.f("ck_contact_point_status"), "contact_point")
    op.create_check_constraint(op.f("ck_contact_point_status"), "contact_point", NUMBER_STATUS)
    op.drop_index("ix_debtor_document", "debtor")
    op.drop_column("campaign", "compliance")
    op.drop_column("campaign", "pack")
