"""Several dialers on one database: their signs of life, what each learned and settled, and whose a command is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "node",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_node")),
        comment="the dialers here, each with an exchange and agents of its own; seen_at: their last sign of life",
    )
    op.create_table(
        "settled",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("connected", sa.Double(), nullable=False),
        sa.Column("abandoned", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_settled_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", "node", name=op.f("pk_settled")),
        comment="live people each node ever connected and abandoned; "
        "abandonment is promised by the campaign, not the node",
    )
    # Until now there was one dialer, and its name is the default one; another's takes over what it learned.
    op.add_column(
        "pacing_state",
        sa.Column("node", sa.Text(), server_default="main", nullable=False, comment="whose pacer this is"),
    )
    op.alter_column("pacing_state", "node", server_default=None)
    op.add_column(
        "pacing_state",
        sa.Column(
            "seen",
            postgresql.JSONB(),
            server_default="{}",
            nullable=False,
            comment="by node: how many of its settled people the state counts, [connected, abandoned]",
        ),
    )
    op.drop_constraint(op.f("pk_pacing_state"), "pacing_state")
    op.create_primary_key(op.f("pk_pacing_state"), "pacing_state", ["campaign_id", "node"])
    op.create_index("ix_command_changed", "command", ["asked_at"], postgresql_where=sa.text("kind like '%.changed'"))
    op.add_column("command", sa.Column("node", sa.Text(), nullable=True, comment="who is to do it; empty: whoever can"))
    op.add_column(
        "agent",
        sa.Column(
            "node",
            sa.Text(),
            nullable=True,
            comment="the dialer at whose exchange the softphone registers; empty: at any",
        ),
    )


def downgrade() -> None:
    op.drop_column("agent", "node")
    op.drop_column("command", "node")
    op.drop_index("ix_command_changed", "command")
    op.execute(
        "delete from pacing_state p using pacing_state other "
        "where p.campaign_id = other.campaign_id and (p.saved_at, p.node) < (other.saved_at, other.node)"
    )
    op.drop_constraint(op.f("pk_pacing_state"), "pacing_state")
    op.create_primary_key(op.f("pk_pacing_state"), "pacing_state", ["campaign_id"])
    op.drop_column("pacing_state", "seen")
    op.drop_column("pacing_state", "node")
    op.drop_table("settled")
    op.drop_table("node")
