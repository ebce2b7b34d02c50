"""Rows of the inbox that may be trimmed, and an index by which old ones are found; what is there stays for ever."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.add_column(
        "inbox",
        sa.Column(
            "numbered", sa.Boolean(), nullable=False, server_default=sa.text("false"),
            comment="bears a number, by which its session knows it once this row is trimmed",
        ),
    )  # fmt: skip
    op.create_index("inbox_by_age", "inbox", ["received_at"], postgresql_using="brin")


def downgrade() -> None:
    """Go back."""
    op.drop_index("inbox_by_age", "inbox")
    op.drop_column("inbox", "numbered")
