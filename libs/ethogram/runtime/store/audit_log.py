"""The audit log: who did what, when, and what was said to it. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from ethogram.events import AuditLogged
from ethogram.events.envelope import Record
from ethogram.runtime.store.rows import insert_new
from ethogram.runtime.store.tables import audit_log


def insert_lines(connection: Connection, records: Sequence[Record]) -> None:
    """Add lines; those that are there already stay as they are, and dry runs leave none."""
    rows = [
        {
            "event_id": record.id, "session_id": event.session_id, "about": event.about, "who": event.who,
            "what": event.what, "said_at": datetime.fromisoformat(event.when or record.time), "why": event.why,
            "verdict": event.verdict, "signed": event.signed,
        }
        for record in records if isinstance(event := record.event, AuditLogged) and not event.dry
    ]  # fmt: skip
    insert_new(connection, audit_log, rows)


def lines(connection: Connection, session_id: str | None, limit: int) -> list[dict[str, Any]]:
    """The newest lines first, of one session or of all."""
    query = select(audit_log).order_by(audit_log.c.said_at.desc(), audit_log.c.event_id).limit(limit)
    if session_id is not None:
        query = query.where(audit_log.c.session_id == session_id)
    return [_told(row) for row in connection.execute(query).mappings()]


def _told(row: Any) -> dict[str, Any]:
    about = {name: row[name] for name in ("session_id", "who", "what", "why", "signed")}
    return {**about, "when": row["said_at"], "said": row["verdict"], "event_id": row["about"]}
