"""Behaviour: one row per observed turn, and snapshots of all profiles."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from ethogram.events.behaviour import BehaviourObserved, BehaviourSnapshot
from ethogram.events.envelope import Record
from ethogram.runtime.store.rows import insert_new
from ethogram.runtime.store.tables import behaviour, snapshots


def insert_behaviour(connection: Connection, records: Sequence[Record]) -> None:
    """Store observed turns; those that are there already stay as they are."""
    rows = [_observed(record, record.event) for record in records if isinstance(record.event, BehaviourObserved)]
    insert_new(connection, behaviour, rows)


def insert_snapshots(connection: Connection, records: Sequence[Record]) -> None:
    """Store snapshots; those that are there already stay as they are."""
    rows = [_snapshot(record, record.event) for record in records if isinstance(record.event, BehaviourSnapshot)]
    insert_new(connection, snapshots, rows)


def _observed(record: Record, event: BehaviourObserved) -> dict[str, object]:
    body = event.model_dump(mode="json", exclude_none=True, include={"acts"})
    return {"event_id": record.id, "session_id": event.session_id, "number": event.number, "acts": body["acts"]}


def _snapshot(record: Record, event: BehaviourSnapshot) -> dict[str, object]:
    body = event.model_dump(mode="json", exclude_none=True, include={"profiles"})
    return {
        "event_id": record.id, "session_id": event.session_id, "turns": event.turns, "closing": event.closing,
        "profiles": body["profiles"],
    }  # fmt: skip
