"""Requests for approval."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "approvals",
        sa.Column("approval_id", sa.Text(), primary_key=True),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False, comment="which rung of the policy is asked, from 0"),
        sa.Column("role", sa.Text(), nullable=False, comment="who may answer"),
        sa.Column(
            "body", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="the latest ApprovalRequested"
        ),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, comment="after this the rung's time is up"),
        sa.Column("decided", postgresql.JSONB(astext_type=sa.Text()), nullable=True, comment="the ApprovalDecided"),
    )
    op.create_index("approvals_of_session", "approvals", ["session_id", "until"])


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("approvals")
