"""The archive: every record as it came, so that a broker which lost its disk can be filled again, byte for byte."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Select, func, select

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
from ethogram.runtime.store.rows import insert_new
from ethogram.runtime.store.tables import archive, dead_letters
from ethogram.topology import catalogue

COMMANDS = (StartTraining, ImportGames, PauseSession, ResumeSession, CancelSession, SwapAgent)
FRAMES_AT_ONCE = 500
"""Records that are read from the database at once."""
RULINGS = (VerdictIssued, ChampionCrowned, SessionCompleted, SessionRejected, SessionFailed)


def insert_archive(connection: Connection, records: Sequence[Record]) -> None:
    """Keep records as they were delivered; those that are there already stay as they are."""
    rows = [_row(record, record.position) for record in records if record.position is not None]
    insert_new(connection, archive, rows)


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


def kept_of(connection: Connection, session_id: str) -> tuple[dict[str, int], dict[str, int]]:
    """How many records of each type are kept of a session; and per topic the offset after the last of them: whoever
    follows the session from there misses nothing."""
    here = archive.c
    counted = (
        select(here.topic, here.event_type, func.count(), func.max(here.offset) + 1)
        .where(here.session_id == session_id, here.key == session_id.encode())
        .group_by(here.topic, here.event_type)
    )
    kinds: dict[str, int] = {}
    after: dict[str, int] = {}
    for topic, kind, count, following in connection.execute(counted):
        kinds[kind] = kinds.get(kind, 0) + count
        after[topic] = max(following, after.get(topic, 0))
    return kinds, after


def frames_of(
    connection: Connection, session_id: str, kinds: Collection[str], ids: Collection[str], limit: int | None
) -> Iterator[bytes]:
    """Kept records of a session as the live stream tells them, in batches of JSON values with commas between them.

    `kinds` (types) and `ids` choose; with a `limit` the newest come first, else each topic is in its order.
    """
    found = connection.execution_options(yield_per=FRAMES_AT_ONCE).execute(_chosen(session_id, kinds, ids, limit))
    for batch in found.partitions():
        yield b",".join(_frame(row) for row in batch)


def _chosen(session_id: str, kinds: Collection[str], ids: Collection[str], limit: int | None) -> Select[Any]:
    query = select(archive).where(archive.c.session_id == session_id, archive.c.key == session_id.encode())
    if kinds:
        query = query.where(archive.c.event_type.in_(kinds))
    if ids:
        query = query.where(archive.c.event_id.in_(ids))
    if limit is None:
        return query.order_by(archive.c.topic, archive.c.offset)
    return query.order_by(archive.c.timestamp.desc(), archive.c.topic, archive.c.offset.desc()).limit(limit)


def _frame(row: Any) -> bytes:
    """A record as the live stream tells it; its value is JSON already."""
    told = dict(unpack_headers(row.headers))
    about = {
        "type": row.event_type, "id": row.event_id, "time": told.get("ce_time", b"").decode(),
        "topic": row.topic, "partition": row.partition, "offset": row.offset,
    }  # fmt: skip
    return b'%s,"event":%s}' % (orjson.dumps(about)[:-1], bytes(row.value))


def session_of_event(connection: Connection, event_id: str) -> str | None:
    """The session that an event belongs to."""
    found = connection.execute(select(archive.c.session_id).where(archive.c.event_id == event_id).limit(1)).scalar()
    return None if found is None else str(found)


def is_kept(connection: Connection, session_id: str) -> bool:
    """Whether anything is kept under this id, be it a session's or that of another log."""
    query = select(archive.c.offset).where(archive.c.session_id == session_id).limit(1)
    return connection.execute(query).first() is not None


def trail(
    connection: Connection, session_id: str | None, limit: int, *, decisions: bool = False
) -> list[dict[str, str]]:
    """Who asked for what, and what was ruled, newest first; also what agents decided, if asked for."""
    kinds = [name for kind in (*COMMANDS, *RULINGS, *((DecisionMade,) if decisions else ())) for name in kind.names()]
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
        "session_id": record.event.session_id, "event_id": record.id, "event_type": record.type,
        "key": key, "value": value, "headers": pack_headers(headers),
        "timestamp": raw.timestamp if raw else None,
    }  # fmt: skip
