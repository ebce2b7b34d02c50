"""Rows of a batch in one statement: every kind of column arrives as it was, and what is there stays."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from ethogram.runtime.store.rows import insert_new
from ethogram.runtime.store.tables import archive, decisions


def decision(event_id: str, **others: Any) -> dict[str, Any]:
    return {
        "event_id": event_id, "session_id": "rows", "game_id": "g", "turn": 1, "seat": 0, "agent_id": "a",
        "outcome": "answered", "option": "C", "confidence": 0.25, "reasoning": 'a "quoted" \\ text, {braces}',
        "claims": ["honesty", "é"], "latency_ms": None, "decided_at": datetime(2026, 11, 1, 12, tzinfo=UTC), **others,
    }  # fmt: skip


def test_every_kind_of_column_arrives_as_it_was(connection: Connection) -> None:
    rows = [decision("rows-1"), decision("rows-2", seat=1, option=None, claims=[], latency_ms=1.5)]
    insert_new(connection, decisions, rows)
    query = select(decisions).where(decisions.c.session_id == "rows").order_by(decisions.c.seat)
    names = list(rows[0])
    assert [{name: found[name] for name in names} for found in connection.execute(query).mappings()] == rows


def test_what_is_there_stays_and_a_repeat_in_one_batch_counts_once(connection: Connection) -> None:
    insert_new(connection, decisions, [decision("rows-1")])
    insert_new(connection, decisions, [decision("rows-1", option="D"), decision("rows-3", seat=2), decision("rows-3")])
    query = select(decisions.c.event_id, decisions.c.option).where(decisions.c.session_id == "rows")
    assert sorted(tuple(row) for row in connection.execute(query)) == [("rows-1", "C"), ("rows-3", "C")]


def test_bytes_are_kept_to_the_byte(connection: Connection) -> None:
    value = bytes(range(256))
    row = {
        "topic": "rows", "partition": 0, "offset": 2**40, "session_id": "rows", "event_id": "e", "event_type": "t",
        "key": None, "value": value, "headers": b"[]", "timestamp": 1,
    }  # fmt: skip
    insert_new(connection, archive, [row])
    found = connection.execute(select(archive).where(archive.c.topic == "rows")).mappings().one()
    assert (bytes(found["value"]), found["key"], found["offset"]) == (value, None, 2**40)


def test_nothing_is_no_statement(connection: Connection) -> None:
    insert_new(connection, decisions, [])
