"""Checkpoints: signed heads of sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from ethogram.events import AuditCheckpoint
from ethogram.events.envelope import Record
from ethogram.runtime.store.rows import insert_new
from ethogram.runtime.store.tables import checkpoints


def insert_checkpoints(connection: Connection, records: Sequence[Record]) -> None:
    """Store checkpoints with their signatures; those that are there already stay as they are."""
    rows = [_row(record, record.event) for record in records if isinstance(record.event, AuditCheckpoint)]
    insert_new(connection, checkpoints, rows)


def stored_checkpoints(connection: Connection, session_id: str | None = None) -> list[tuple[Any, str, datetime]]:
    """Body, signature and time of each checkpoint, of one session or of all."""
    query = select(checkpoints.c.body, checkpoints.c.signature, checkpoints.c.signed_at)
    if session_id is not None:
        query = query.where(checkpoints.c.session_id == session_id)
    return [tuple(row) for row in connection.execute(query)]


def _row(record: Record, event: AuditCheckpoint) -> dict[str, Any]:
    return {
        "event_id": record.id, "session_id": event.session_id, "size": event.size, "root": event.root,
        "closing": event.closing, "body": event.model_dump(mode="json"), "signature": record.signature or "",
        "signed_at": datetime.fromisoformat(record.time),
    }  # fmt: skip
