"""The ladder: placed sessions, ratings, titles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    json = postgresql.JSONB(astext_type=sa.Text())
    by_number = "which session on the ladder made it so"

    def tenant() -> sa.Column[str]:
        return sa.Column("tenant", sa.Text(), nullable=False, server_default=sa.text("'default'"))

    op.create_table(
        "placements",
        sa.Column("session_id", sa.Text(), primary_key=True),
        sa.Column("event_id", sa.Text(), nullable=False, unique=True, comment="its SessionPlaced"),
        tenant(),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", json, nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "ratings",
        tenant(),
        sa.Column("contestant", sa.Text(), nullable=False),
        sa.Column("mu", sa.Double(), nullable=False),
        sa.Column("sigma", sa.Double(), nullable=False),
        sa.Column("ordinal", sa.Double(), nullable=False, comment="mu less three sigma"),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, comment=by_number),
        sa.PrimaryKeyConstraint("tenant", "contestant"),
    )
    op.create_table(
        "titles",
        tenant(),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, comment=by_number),
        sa.Column("holding", json, nullable=False, comment="contestant, since, defences, challenges"),
        sa.PrimaryKeyConstraint("tenant", "title"),
    )
    op.create_table(
        "title_events",
        sa.Column("event_id", sa.Text(), primary_key=True),
        tenant(),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="taken, defended, challenged"),
        sa.Column("of_session", sa.Text(), nullable=False),
        sa.Column("body", json, nullable=False),
        sa.UniqueConstraint("tenant", "number"),
    )


def downgrade() -> None:
    """Go back to the revision before."""
    for table in ("title_events", "titles", "ratings", "placements"):
        op.drop_table(table)
