"""Whose sessions, registered agents and keys are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OWNED = ("sessions", "agents", "api_keys")


def upgrade() -> None:
    """Go to this revision."""
    for table in OWNED:
        op.add_column(table, sa.Column("tenant", sa.Text(), nullable=False, server_default=sa.text("'default'")))
    op.create_index("sessions_of_tenant", "sessions", ["tenant", "started_at", "session_id"])
    op.drop_constraint("agents_pkey", "agents", type_="primary")
    op.create_primary_key("agents_pkey", "agents", ["tenant", "name"])


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_constraint("agents_pkey", "agents", type_="primary")
    op.execute("DELETE FROM agents WHERE tenant <> 'default'")
    op.create_primary_key("agents_pkey", "agents", ["name"])
    op.drop_index("sessions_of_tenant", "sessions")
    for table in OWNED:
        op.drop_column(table, "tenant")
