"""The archive keeps Kafka's timestamps; a discarded dead letter keeps its reason."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("archive", sa.Column("timestamp", sa.BigInteger(), nullable=True))
    op.add_column("dead_letters", sa.Column("reason", sa.Text(), nullable=True))


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_column("dead_letters", "reason")
    op.drop_column("archive", "timestamp")
