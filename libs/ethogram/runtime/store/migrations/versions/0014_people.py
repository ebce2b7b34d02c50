"""Chat, notifications, outcomes that people revised, keys of persons; dry runs removed by a function of the owner."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())
REMOVE = """
CREATE FUNCTION remove_dry_runs(before timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone text[];
    held text;
BEGIN
    -- whoever may call this can remove nothing but dry runs that are a day old, whatever it asks for
    SELECT array_agg(session_id) INTO gone FROM public.sessions
    WHERE mode = 'dry-run' AND started_at < least(before, now() - interval '24 hours');
    IF gone IS NULL THEN
        RETURN 0;
    END IF;
    FOR held IN
        SELECT c.table_name FROM information_schema.columns c
        JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
        WHERE c.table_schema = 'public' AND c.column_name = 'session_id' AND t.table_type = 'BASE TABLE'
            AND c.table_name NOT IN ('sessions', 'audit_log')  -- of dry runs the audit log holds none
    LOOP
        EXECUTE format('DELETE FROM public.%I WHERE session_id = ANY ($1)', held) USING gone;
    END LOOP;
    DELETE FROM public.service_state WHERE key = ANY (gone);
    DELETE FROM public.sessions WHERE session_id = ANY (gone);
    RETURN cardinality(gone);
END $$
"""


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "chat",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="from 1, without gap"),
        sa.Column("event_id", sa.Text(), nullable=False, unique=True),
        sa.Column("body", JSONB, nullable=False, comment="the ChatSaid"),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "number"),
    )
    op.create_table(
        "notifications",
        sa.Column("event_id", sa.Text(), primary_key=True),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False, comment="id of the event that people are told of"),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False, comment="kind of the channel"),
        sa.Column("outcome", sa.Text(), nullable=False, comment="delivered, failed or moot"),
        sa.Column("body", JSONB, nullable=False, comment="the NotificationSettled"),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("notifications_newest", "notifications", ["told_at"])
    op.create_index("notifications_of_session", "notifications", ["session_id"])
    op.create_table(
        "revisions",
        sa.Column("session_id", sa.Text(), primary_key=True),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="the latest holds"),
        sa.Column(
            "body", JSONB, nullable=False,
            comment="the OutcomeRevised: what holds after people overruled the council",
        ),
        sa.Column("revised_at", sa.DateTime(timezone=True), nullable=False),
    )  # fmt: skip
    signed = "on the roster: commands that come with the key are signed as this person's"
    op.add_column("api_keys", sa.Column("person", sa.Text(), nullable=True, comment=signed))
    op.add_column(
        "api_keys", sa.Column("public_key", sa.Text(), nullable=True, comment="which checks those signatures")
    )
    op.execute(REMOVE)
    op.execute("REVOKE ALL ON FUNCTION remove_dry_runs(timestamptz) FROM PUBLIC")


def downgrade() -> None:
    """Go back to the revision before."""
    op.execute("DROP FUNCTION remove_dry_runs(timestamptz)")
    op.drop_column("api_keys", "public_key")
    op.drop_column("api_keys", "person")
    for table in ("revisions", "notifications", "chat"):
        op.drop_table(table)
