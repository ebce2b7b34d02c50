"""Inferences: the ethogram of each agent as it grew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from ethogram.events.envelope import Record
from ethogram.events.principles import PrinciplesInferred
from ethogram.runtime.store.tables import inferences


def insert_inferences(connection: Connection, records: Sequence[Record]) -> None:
    """Store inferences; those that are there already stay as they are."""
    rows = [_row(record, record.event) for record in records if isinstance(record.event, PrinciplesInferred)]
    if rows:
        connection.execute(insert(inferences).on_conflict_do_nothing(), rows)


def _row(record: Record, event: PrinciplesInferred) -> dict[str, object]:
    return {
        "event_id": record.id, "session_id": event.session_id, "agent_id": event.agent_id, "acts": event.acts,
        "closing": event.closing, "body": event.model_dump(mode="json", exclude_none=True),
        "inferred_at": datetime.fromisoformat(record.time),
    }  # fmt: skip
