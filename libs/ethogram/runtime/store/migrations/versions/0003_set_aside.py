"""A state remembers which numbers of a stream went to the dead letters: nobody waits for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    what = "numbers per source|topic that went to the dead letters"
    column = sa.Column("aside", JSONB(), nullable=False, server_default=sa.text("'{}'"), comment=what)
    op.add_column("service_state", column)


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_column("service_state", "aside")
