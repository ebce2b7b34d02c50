"""Turns, as they were executed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from ethogram.events.envelope import Record
from ethogram.events.play import TurnResolved
from ethogram.runtime.store.rows import insert_new
from ethogram.runtime.store.tables import turns

STILL = "-"
"""Stands for the action of a seat that did not move in a turn."""


def insert_turns(connection: Connection, records: Sequence[Record]) -> None:
    """Store resolved turns; those that are there already stay as they are."""
    rows = [_row(record, record.event) for record in records if isinstance(record.event, TurnResolved)]
    insert_new(connection, turns, rows)


def _row(record: Record, event: TurnResolved) -> dict[str, object]:
    body = event.model_dump(mode="json", exclude_none=True, include={"actions", "bystanders", "situation"})
    if event.situation is not None:
        body["actions"] = [part | _chosen(event, part["executed"]) for part in body["actions"]]
    still = [{**bystander, "executed": STILL} for bystander in body["bystanders"]]
    return {
        "event_id": record.id, "session_id": event.session_id, "game_id": event.game_id, "turn": event.turn,
        "number": event.number, "kind": event.kind, "actions": body["actions"] + still,
        "situation": body.get("situation"),
        "resolved_at": datetime.fromisoformat(record.time),
    }  # fmt: skip


def _chosen(event: TurnResolved, label: str) -> dict[str, object]:
    """What a scenario's option is called, how it leans and where it stood: reports ask for it, and options are many."""
    for position, option in enumerate(event.options):
        if option.id == label:
            return {
                "option": option.name or label, "leaning": option.leaning, "position": position,
                "shown": len(event.options), "state": event.lifecycle,
            }  # fmt: skip
    return {}
