"""Seats that wait for a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WHO = "the only actor whose answer counts; none: anybody's"
BODY = "the ScenarioPresented without its seats"
UNTIL = "after this the seat has timed out"
COMMAND = "the AnswerTurn that it came from"


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "seats_waiting",
        sa.Column("presented_id", sa.Text(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("game_id", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=True, comment=WHO),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment=BODY),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, comment=UNTIL),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True, comment="the first valid answer"),
        sa.Column("command_id", sa.Text(), nullable=True, comment=COMMAND),
        sa.PrimaryKeyConstraint("presented_id", "seat"),
    )
    op.create_index("seats_waiting_of_session", "seats_waiting", ["session_id", "until"], unique=False)


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_index("seats_waiting_of_session", table_name="seats_waiting")
    op.drop_table("seats_waiting")
