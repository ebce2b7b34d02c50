"""Notifications: what people were told through channels, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from ethogram.events import NotificationSettled
from ethogram.events.envelope import Record
from ethogram.runtime.store.rows import insert_new
from ethogram.runtime.store.tables import notifications


def keep_notifications(connection: Connection, records: Sequence[Record]) -> None:
    """Enter what came of notifications; what is there already stays as it is."""
    rows = [
        {"event_id": record.id, "session_id": event.session_id, "about": event.about, "channel": event.channel,
         "via": event.via, "outcome": event.outcome, "body": event.model_dump(mode="json", exclude_none=True),
         "told_at": datetime.fromisoformat(record.time)}
        for record in records if isinstance(event := record.event, NotificationSettled)
    ]  # fmt: skip
    insert_new(connection, notifications, rows)


def listed(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """The newest first."""
    query = select(notifications).order_by(notifications.c.told_at.desc(), notifications.c.event_id).limit(limit)
    return [{**row["body"], "told_at": row["told_at"]} for row in connection.execute(query).mappings()]
