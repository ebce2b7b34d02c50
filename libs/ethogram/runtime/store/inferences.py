"""Inferences: the ethogram of each agent as it grew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from ethogram.events.envelope import Record
from ethogram.events.ids import AgentId, EventId, SessionId
from ethogram.events.principles import PrinciplesInferred
from ethogram.runtime.store.rows import insert_new
from ethogram.runtime.store.tables import inferences


def insert_inferences(connection: Connection, records: Sequence[Record]) -> None:
    """Store inferences; those that are there already stay as they are."""
    rows = [_row(record, record.event) for record in records if isinstance(record.event, PrinciplesInferred)]
    insert_new(connection, inferences, rows)


def is_inferred_after(connection: Connection, session_id: SessionId, agent_id: AgentId, turn_id: EventId) -> bool:
    """Whether the inference on an agent right after a turn is stored."""
    after = inferences.c.body["after"].astext == turn_id
    wanted = select(inferences.c.event_id).where(
        inferences.c.session_id == session_id, inferences.c.agent_id == agent_id, after
    )
    return connection.execute(wanted.limit(1)).first() is not None


def _row(record: Record, event: PrinciplesInferred) -> dict[str, object]:
    return {
        "event_id": record.id, "session_id": event.session_id, "agent_id": event.agent_id, "acts": event.acts,
        "closing": event.closing, "body": event.model_dump(mode="json", exclude_none=True),
        "inferred_at": datetime.fromisoformat(record.time),
    }  # fmt: skip
