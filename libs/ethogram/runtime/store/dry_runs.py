"""Dry runs: sessions that were only tried out are gone from the database after a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from ethogram.runtime.store.tables import audit_log, metadata, sessions, state

KEPT = timedelta(hours=24)


def remove_dry_runs(connection: Connection, now: str) -> None:
    """Remove every row of dry runs that began more than a day before `now`; their records leave Kafka by retention."""
    before = datetime.fromisoformat(now) - KEPT
    query = select(sessions.c.session_id).where(sessions.c.mode == "dry-run", sessions.c.started_at < before)
    gone = list(connection.execute(query).scalars())
    if not gone:
        return
    for table in metadata.sorted_tables:
        if "session_id" in table.c and table not in (sessions, audit_log):  # of dry runs that holds none
            connection.execute(delete(table).where(table.c.session_id.in_(gone)))
    connection.execute(delete(state).where(state.c.key.in_(gone)))
    connection.execute(delete(sessions).where(sessions.c.session_id.in_(gone)))
