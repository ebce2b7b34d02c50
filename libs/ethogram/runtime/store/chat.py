"""The chat of each session, as it was numbered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from ethogram.events import ChatSaid
from ethogram.events.envelope import Record
from ethogram.runtime.store.rows import insert_new
from ethogram.runtime.store.tables import chat

PAGE = 500
"""Entries that are read at once."""


def keep_chat(connection: Connection, records: Sequence[Record]) -> None:
    """Enter what was said; what is there already stays as it is."""
    rows = [
        {"session_id": event.session_id, "number": event.number, "event_id": record.id,
         "body": event.model_dump(mode="json", exclude_none=True), "said_at": datetime.fromisoformat(record.time)}
        for record in records if isinstance(event := record.event, ChatSaid)
    ]  # fmt: skip
    insert_new(connection, chat, rows)


def entries(connection: Connection, session_id: str, after: int, limit: int = PAGE) -> list[dict[str, Any]]:
    """What was said after entry number `after`, in order."""
    here = chat.c
    query = select(chat).where(here.session_id == session_id, here.number > after).order_by(here.number).limit(limit)
    return [{**row["body"], "time": row["said_at"].isoformat()} for row in connection.execute(query).mappings()]
