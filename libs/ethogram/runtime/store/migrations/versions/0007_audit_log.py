"""The audit log: append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

REFUSE = """
CREATE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit_log is append-only: % is refused', TG_OP; END $$
"""


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "audit_log",
        sa.Column("event_id", sa.Text(), primary_key=True),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False, comment="id of the record that the line is about"),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False, comment="type of that record"),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False, comment="accepted, refused: ..., or the verdict on an agent"),
        sa.Column("signed", sa.Boolean(), nullable=False, comment="whether the person's signature was checked"),
        comment="append-only: triggers refuse UPDATE, DELETE and TRUNCATE",
    )
    op.create_index("audit_log_of_session", "audit_log", ["session_id", "said_at"])
    op.execute(REFUSE)
    for name, what, level in (("rows", "UPDATE OR DELETE", "ROW"), ("whole", "TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER audit_log_{name} BEFORE {what} ON audit_log FOR EACH {level}"
            " EXECUTE FUNCTION audit_log_is_append_only()"
        )


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("audit_log")
    op.execute("DROP FUNCTION audit_log_is_append_only()")
