"""Tasks know whose slots they take; agents are known by names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    what = "whose slots it takes; few run at a time"
    op.add_column("tasks", sa.Column("lane", sa.Text(), nullable=False, server_default=sa.text("''"), comment=what))
    op.create_table(
        "agents",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False, comment="the AgentRegistered that holds"),
        sa.Column("adapter", sa.Text(), nullable=False),
        sa.Column("config", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sa.UniqueConstraint("event_id"),
    )


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("agents")
    op.drop_column("tasks", "lane")
