"""What every process measures of itself, and alerts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "measures",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False, comment="who measured; empty once hours are added up"),
        sa.Column("figure", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False, comment="how long the span is: 60, later 3600"),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("bad", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.Column(
            "buckets", sa.ARRAY(sa.BigInteger()), nullable=False, comment="of objectives.BOUNDS; empty: no duration"
        ),
        sa.PrimaryKeyConstraint("began_at", "service", "figure", "process"),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True)),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True)),
        sa.Column("acknowledged_by", sa.Text()),
        sa.Column("reason", sa.Text()),
    )
    op.create_index(
        "alerts_open", "alerts", ["name", "subject"], unique=True, postgresql_where=sa.text("resolved_at IS NULL")
    )


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("alerts")
    op.drop_table("measures")
