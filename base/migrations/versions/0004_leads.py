"""The life of leads: numbers by success, recycling, order, lists, callbacks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

QUEUE = "ix_lead_queue"


def upgrade() -> None:
    for name in ("recycling", "lead_order"):
        op.add_column("campaign", sa.Column(name, postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False))
    op.add_column("debtor", sa.Column("strategic_weight", sa.SmallInteger(), server_default="0", nullable=False))
    op.create_check_constraint(op.f("ck_debtor_strategic_weight"), "debtor", "strategic_weight between 0 and 100")
    op.add_column("debtor", sa.Column("agent_id", sa.BigInteger(), nullable=True, comment="who talked to them last"))
    op.create_foreign_key(op.f("fk_debtor_agent_id"), "debtor", "agent", ["agent_id"], ["id"])
    for name, comment in (("tries", "dials that rang through, fading"), ("successes", "what came of them, fading")):
        op.add_column("contact_point", sa.Column(name, sa.REAL(), server_default="0", nullable=False, comment=comment))
    faded = "as of when tries and successes stand"
    op.add_column("contact_point", sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True, comment=faded))
    op.create_table(
        "lead_list",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False, comment="0: leads imported without a list's name"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("weight", sa.SmallInteger(), server_default="1", nullable=False, comment="0: the list rests"),
        sa.CheckConstraint("number >= 0", name=op.f("ck_lead_list_number")),
        sa.CheckConstraint("weight between 0 and 1000", name=op.f("ck_lead_list_weight")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_lead_list_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", "number", name=op.f("pk_lead_list")),
        sa.UniqueConstraint("campaign_id", "name", name=op.f("uq_lead_list_campaign_id_name")),
    )
    op.add_column(
        "lead",
        sa.Column("list", sa.SmallInteger(), server_default="0", nullable=False, comment="lead_list.number, or 0"),
    )
    agreed = "agreed with the debtor; dialled then, ahead of the queue"
    op.add_column("lead", sa.Column("callback_at", sa.DateTime(timezone=True), nullable=True, comment=agreed))
    op.add_column("lead", sa.Column("callback_agent_id", sa.BigInteger(), nullable=True, comment="null: for anyone"))
    op.add_column("lead", sa.Column("callback_point_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_lead_callback_agent_id"), "lead", "agent", ["callback_agent_id"], ["id"])
    op.create_foreign_key(op.f("fk_lead_callback_point_id"), "lead", "contact_point", ["callback_point_id"], ["id"])
    op.drop_index(QUEUE, "lead")
    op.create_index(
        QUEUE,
        "lead",
        ["campaign_id", "list", sa.literal_column("priority desc"), "next_at", "id"],
        postgresql_where=sa.text("status = 'open' and callback_at is null"),
    )
    op.create_index(
        "ix_lead_callback",
        "lead",
        ["campaign_id", "next_at"],
        postgresql_where=sa.text("status = 'open' and callback_at is not null"),
    )


def downgrade() -> None:
    op.drop_index("ix_lead_callback", "lead")
    op.drop_index(QUEUE, "lead")
    for name in ("list", "callback_at", "callback_agent_id", "callback_point_id"):
        op.drop_column("lead", name)
    op.create_index(
        QUEUE,
        "lead",
        ["campaign_id", sa.literal_column("priority desc"), "next_at", "id"],
        postgresql_where=sa.text("status = 'open'"),
    )
    op.drop_table("lead_list")
    for name in ("tries", "successes", "scored_at"):
        op.drop_column("contact_point", name)
    for name in ("strategic_weight", "agent_id"):
        op.drop_column("debtor", name)
    for name in ("recycling", "lead_order"):
        op.drop_column("campaign", name)
