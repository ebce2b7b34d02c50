"""The arena: rounds, accusations with their hearings, eliminations, and how it ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "arena",
        sa.Column("event_id", sa.Text(), primary_key=True),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False, comment="of the event, as in CloudEvents"),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("body", JSONB(), nullable=False),
    )
    op.create_index("arena_of_session", "arena", ["session_id", "round"])


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("arena")
