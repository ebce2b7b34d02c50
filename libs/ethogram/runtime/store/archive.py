"""The archive: every record as it came, so that a broker which lost its disk can be filled again, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from ethogram.events import (
    CancelSession,
    ChampionCrowned,
    DecisionMade,
    ImportGames,
    PauseSession,
    ResumeSession,
    SessionCompleted,
    SessionFailed,
    SessionRejected,
    StartTraining,
    SwapAgent,
    VerdictIssued,
)
from ethogram.events.envelope import Position, Raw, Record, decode, encode, rfc3339
from ethogram.runtime.store.outbox import optional_bytes, pack_headers, unpack_headers
from ethogram.runtime.store.tables import archive, dead_letters
from ethogram.topology import catalogue

COMMANDS = (StartTraining, ImportGames, PauseSession, ResumeSession, CancelSession, SwapAgent)
RULINGS = (VerdictIssued, ChampionCrowned, SessionCompleted, SessionRejected, SessionFailed)


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
    return [_raw(row) for row in found]


def kept_after(connection: Connection, topic: str, partition: int, offset: int) -> Iterator[Raw]:
    """Everything known of a partition from `offset` on: the archive, and what the auditor itself set aside."""
    found: dict[int, Raw] = {}
    for table in (dead_letters, archive):
        rows = connection.execute(
            select(table).where(table.c.topic == topic, table.c.partition == partition, table.c.offset >= offset)
        )
        found.update({row.offset: _raw(row) for row in rows})
    return (raw for _, raw in sorted(found.items()))


def session_of_event(connection: Connection, event_id: str) -> str | None:
    """The session that an event belongs to."""
    found = connection.execute(select(archive.c.session_id).where(archive.c.event_id == event_id).limit(1)).scalar()
    return None if found is None else str(found)


def trail(
    connection: Connection, session_id: str | None, limit: int, *, decisions: bool = False
) -> list[dict[str, str]]:
    """Who asked for what, and what was ruled, newest first; also what agents decided, if asked for."""
    kinds = [kind.TYPE for kind in (*COMMANDS, *RULINGS, *((DecisionMade,) if decisions else ()))]
    query = select(archive).where(archive.c.event_type.in_(kinds)).order_by(archive.c.timestamp.desc().nulls_last())
    if session_id:
        query = query.where(archive.c.session_id == session_id)
    return [_told(_raw(row)) for row in connection.execute(query.limit(limit))]


def _told(raw: Raw) -> dict[str, str]:
    topic = catalogue().topics[raw.position.topic]
    record = decode(raw, topic.types, bare=topic.bare_type)
    event = record.event.model_dump(mode="json")
    said = next((str(event[name]) for name in ("verdict", "option", "reason", "name") if event.get(name)), "")
    agent = f" {event['agent_id']}" if "agent_id" in event else ""
    return {
        "when": rfc3339(raw.timestamp) if raw.timestamp else record.time, "session_id": record.event.session_id,
        "who": str(event.get("actor") or record.source), "what": f"{record.event.TYPE}{agent}", "said": said,
        "event_id": record.id,
    }  # fmt: skip


def _raw(row: Any) -> Raw:
    return Raw(
        Position(row.topic, row.partition, row.offset),
        optional_bytes(row.key),
        optional_bytes(row.value),
        unpack_headers(row.headers),
        getattr(row, "timestamp", None) or 0,
    )


def _row(record: Record, position: Position) -> dict[str, Any]:
    raw = record.raw
    key, value, headers = (raw.key, raw.value, raw.headers) if raw else encode(record)
    return {
        "topic": position.topic, "partition": position.partition, "offset": position.offset,
        "session_id": record.event.session_id, "event_id": record.id, "event_type": record.event.TYPE,
        "key": key, "value": value, "headers": pack_headers(headers),
        "timestamp": raw.timestamp if raw else None,
    }  # fmt: skip
