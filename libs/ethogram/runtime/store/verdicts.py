"""Verdicts, scores and champions: what the council decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from ethogram.events import ChampionCrowned, OutcomeRevised, ScoreUpdated, VerdictIssued
from ethogram.events.envelope import Record
from ethogram.runtime.store.rows import insert_new
from ethogram.runtime.store.tables import champions, revisions, scores, verdicts


def insert_verdicts(connection: Connection, records: Sequence[Record]) -> None:
    """Store verdicts; those that are there already stay as they are."""
    rows = [
        {**_about(record), "agent_id": event.agent_id, "verdict": event.verdict, "body": _body(event),
         "issued_at": datetime.fromisoformat(record.time)}
        for record in records if isinstance(event := record.event, VerdictIssued)
    ]  # fmt: skip
    insert_new(connection, verdicts, rows)


def insert_scores(connection: Connection, records: Sequence[Record]) -> None:
    """Store scorecards; those that are there already stay as they are."""
    rows = [
        {**_about(record), "agent_id": event.agent_id, "total": event.total, "rank": event.rank, "body": _body(event)}
        for record in records if isinstance(event := record.event, ScoreUpdated)
    ]  # fmt: skip
    insert_new(connection, scores, rows)


def insert_champions(connection: Connection, records: Sequence[Record]) -> None:
    """Store champions; those that are there already stay as they are."""
    rows = [
        {**_about(record), "agent_id": event.agent_id, "total": event.total, "margin": event.margin,
         "runner_up": event.runner_up, "crowned_at": datetime.fromisoformat(record.time)}
        for record in records if isinstance(event := record.event, ChampionCrowned)
    ]  # fmt: skip
    insert_new(connection, champions, rows)


def keep_revisions(connection: Connection, records: Sequence[Record]) -> None:
    """Enter what became of outcomes that people overruled; the latest holds."""
    for record in records:
        if isinstance(event := record.event, OutcomeRevised):
            row = {
                "session_id": event.session_id, "event_id": record.id, "number": event.number,
                "body": event.model_dump(mode="json", exclude_none=True),
                "revised_at": datetime.fromisoformat(record.time),
            }  # fmt: skip
            fresh = insert(revisions).values(row)
            older = revisions.c.number < event.number
            connection.execute(fresh.on_conflict_do_update(index_elements=["session_id"], set_=row, where=older))


def all_verdicts(connection: Connection) -> Iterator[VerdictIssued]:
    """Every verdict that is known, the oldest first."""
    query = select(verdicts.c.body).order_by(verdicts.c.issued_at, verdicts.c.event_id)
    for (body,) in connection.execute(query):
        yield VerdictIssued.read(body)


def _about(record: Record) -> dict[str, object]:
    return {"event_id": record.id, "session_id": record.event.session_id}


def _body(event: VerdictIssued | ScoreUpdated) -> dict[str, object]:
    return event.model_dump(mode="json", exclude_none=True)
