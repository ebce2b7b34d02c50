"""Dry runs: sessions that were only tried out are gone from the database after a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, text

KEPT = timedelta(hours=24)
_REMOVE = text("SELECT remove_dry_runs(:before)")
"""A function of the database's owner (see the migration): the director may call it, and touch no table of others."""


def remove_dry_runs(connection: Connection, now: str) -> None:
    """Remove every row of dry runs that began more than a day before `now`; their records leave Kafka by retention."""
    connection.execute(_REMOVE, {"before": datetime.fromisoformat(now) - KEPT})
