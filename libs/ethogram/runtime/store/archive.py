"""The archive: every record as it came, so that a broker which lost its disk can be filled again, byte for byte."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from ethogram.events.envelope import Position, Raw, Record, encode
from ethogram.runtime.store.outbox import optional_bytes, pack_headers, unpack_headers
from ethogram.runtime.store.tables import archive


def insert_archive(connection: Connection, records: Sequence[Record]) -> None:
    """Keep records as they were delivered; those that are there already stay as they are."""
    rows = [_row(record, record.position) for record in records if record.position is not None]
    if rows:
        connection.execute(insert(archive).on_conflict_do_nothing(), rows)


def archived(connection: Connection, session_id: str) -> list[Raw]:
    """Every kept record of a session, in order per topic and partition."""
    found = connection.execute(
        select(archive)
        .where(archive.c.session_id == session_id)
        .order_by(archive.c.topic, archive.c.partition, archive.c.offset)
    )
    return [
        Raw(
            Position(row.topic, row.partition, row.offset),
            optional_bytes(row.key),
            bytes(row.value),
            unpack_headers(row.headers),
        )
        for row in found
    ]


def _row(record: Record, position: Position) -> dict[str, Any]:
    raw = record.raw
    key, value, headers = (raw.key, raw.value, raw.headers) if raw else encode(record)
    return {
        "topic": position.topic, "partition": position.partition, "offset": position.offset,
        "session_id": record.event.session_id, "event_id": record.id, "event_type": record.event.TYPE,
        "key": key, "value": value, "headers": pack_headers(headers),
    }  # fmt: skip
