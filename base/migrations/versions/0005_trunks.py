"""Several trunks: which one and which caller id an attempt had, and what came of each trunk's calls by day."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    trunk = "the last one it was dialled on; empty: the campaign's, before there were several"
    op.add_column("attempt", sa.Column("trunk", sa.Text(), nullable=True, comment=trunk))
    op.add_column("attempt", sa.Column("caller_id", sa.Text(), nullable=True, comment="the number shown, E.164"))
    local = "prefer caller ids of the callee's area code, then of its state"
    op.add_column(
        "campaign",
        sa.Column("local_presence", sa.Boolean(), server_default=sa.text("false"), nullable=False, comment=local),
    )
    op.create_table(
        "trunk_day",
        sa.Column("day", sa.Date(), nullable=False, comment="the operation's day on which the calls were placed"),
        sa.Column("trunk", sa.Text(), nullable=False),
        sa.Column("caller_id", sa.Text(), nullable=False, comment="the number shown, E.164"),
        sa.Column(
            "cause",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="Q.850 cause of the end; 0: the ring time was over, or not known",
        ),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("answered", sa.BigInteger(), nullable=False),
        sa.Column("talked_s", sa.Double(), nullable=False, comment="seconds from answer to end, summed"),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", "trunk", "caller_id", "cause", name=op.f("pk_trunk_day")),
        comment="calls handed to carriers, refused ones too: answer-seizure ratio and causes",
    )


def downgrade() -> None:
    op.drop_table("trunk_day")
    op.drop_column("campaign", "local_presence")
    op.drop_column("attempt", "caller_id")
    op.drop_column("attempt", "trunk")
