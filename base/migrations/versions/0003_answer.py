"""Answers: a campaign's message and detection, and the rest of a debtor for whom no agent came."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "campaign",
        sa.Column(
            "abandonment_message",
            sa.Text(),
            nullable=True,
            comment="the name of a sound the exchange plays; empty: the built-in one",
        ),
    )
    op.add_column("campaign", sa.Column("answer_detection", sa.Text(), server_default="off", nullable=False))
    op.create_check_constraint(
        op.f("ck_campaign_answer_detection"), "campaign", "answer_detection in ('off', 'amd', 'connect_first')"
    )
    op.add_column(
        "debtor",
        sa.Column(
            "rests_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="answered and got no agent: until then dialled only with an agent guaranteed",
        ),
    )


def downgrade() -> None:
    op.drop_column("debtor", "rests_until")
    op.drop_constraint(op.f("ck_campaign_answer_detection"), "campaign")
    op.drop_column("campaign", "answer_detection")
    op.drop_column("campaign", "abandonment_message")
