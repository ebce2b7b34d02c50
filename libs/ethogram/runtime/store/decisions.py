"""Decisions, as the seats made them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from ethogram.events.envelope import Record
from ethogram.events.play import DecisionMade, Outcome
from ethogram.runtime.store.rows import insert_new
from ethogram.runtime.store.tables import decisions, turns


def insert_decisions(connection: Connection, records: Sequence[Record]) -> None:
    """Store decisions; those that are there already stay as they are."""
    rows = [_row(record, record.event) for record in records if isinstance(record.event, DecisionMade)]
    insert_new(connection, decisions, rows)


class Repeated(NamedTuple):
    """A decision as it was made, and the number of the turn that it went into."""

    number: int
    outcome: Outcome
    answer: dict[str, Any]


def repeated(connection: Connection, session_id: str, game_id: str, turn: int, seat: int) -> Repeated | None:
    """The decision of one seat in one turn of a session; none if the turn was never resolved."""
    joined = decisions.join(
        turns,
        (turns.c.session_id == decisions.c.session_id)
        & (turns.c.game_id == decisions.c.game_id)
        & (turns.c.turn == decisions.c.turn),
    )
    query = select(turns.c.number, decisions).select_from(joined)
    query = query.where(
        decisions.c.session_id == session_id, decisions.c.game_id == game_id, decisions.c.turn == turn,
        decisions.c.seat == seat,
    )  # fmt: skip
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    answer = {name: row[name] for name in ("option", "confidence", "reasoning", "claims") if row[name] is not None}
    return Repeated(row["number"], row["outcome"], answer)


def _row(record: Record, event: DecisionMade) -> dict[str, object]:
    return {
        "event_id": record.id, "session_id": event.session_id, "game_id": event.game_id, "turn": event.turn,
        "seat": event.seat, "agent_id": event.agent_id, "outcome": event.outcome, "option": event.option,
        "confidence": event.confidence, "reasoning": event.reasoning, "claims": list(event.claims),
        "latency_ms": event.latency_ms, "decided_at": datetime.fromisoformat(record.time),
    }  # fmt: skip


def find_decision(
    connection: Connection, session_id: str, game_id: str, turn: int, seat: int
) -> dict[str, object] | None:
    """The decision of one seat in one turn."""
    here = decisions.c
    named = here.session_id == session_id, here.game_id == game_id, here.turn == turn, here.seat == seat
    row = connection.execute(select(decisions).where(*named)).mappings().one_or_none()
    return None if row is None else {str(key): value for key, value in row.items()}
