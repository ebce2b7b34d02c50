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
    since = "milliseconds since 1970, as Kafka keeps them; none before revision 0002"
    op.add_column("archive", sa.Column("timestamp", sa.BigInteger(), nullable=True, comment=since))
    why = "why it was discarded, and by whom"
    op.add_column("dead_letters", sa.Column("reason", sa.Text(), nullable=True, comment=why))


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_column("dead_letters", "reason")
    op.drop_column("archive", "timestamp")
