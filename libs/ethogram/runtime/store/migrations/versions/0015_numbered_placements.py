"""Placements know which they are on the ladder, so that it can be climbed again with what people overruled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ABOUT = "which on the ladder; none until it has moved, and before revision 0015"


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("placements", sa.Column("number", sa.BigInteger(), nullable=True, comment=ABOUT))


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_column("placements", "number")
