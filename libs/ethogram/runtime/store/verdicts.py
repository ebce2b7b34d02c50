"""Verdicts, scores and champions: what the council decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from ethogram.council.contestants import contestant, places
from ethogram.events import AgentSpec, ChampionCrowned, Ruling, ScoreUpdated, VerdictIssued
from ethogram.events.envelope import Record
from ethogram.runtime.store.rows import insert_new
from ethogram.runtime.store.tables import champions, scores, sessions, verdicts


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


def all_verdicts(connection: Connection) -> Iterator[VerdictIssued]:
    """Every verdict that is known, the oldest first."""
    query = select(verdicts.c.body).order_by(verdicts.c.issued_at, verdicts.c.event_id)
    for (body,) in connection.execute(query):
        yield VerdictIssued.read(body)


def placed_games(connection: Connection, training: str = "%") -> list[tuple[str, dict[str, int]]]:
    """Every judged session whose training is called like `training` (SQL pattern), the oldest first: id, and places.

    Dry runs and cancelled sessions do not count.
    """
    query = (
        select(sessions.c.session_id, sessions.c.training, scores.c.agent_id, scores.c.total, verdicts.c.verdict)
        .join(scores, scores.c.session_id == sessions.c.session_id)
        .join(verdicts, (verdicts.c.session_id == scores.c.session_id) & (verdicts.c.agent_id == scores.c.agent_id))
        .where(sessions.c.mode != "dry-run", sessions.c.state == "completed", sessions.c.name.like(training))
        .order_by(sessions.c.started_at, sessions.c.session_id, scores.c.agent_id)
    )
    games: dict[str, list[tuple[str, float, Ruling]]] = {}
    for session_id, admitted, agent_id, total, verdict in connection.execute(query):
        spec = next(AgentSpec.model_validate(each) for each in admitted["agents"] if each["id"] == agent_id)
        games.setdefault(session_id, []).append((contestant(spec), total, verdict))
    return [(session_id, places(results)) for session_id, results in games.items()]


def _about(record: Record) -> dict[str, object]:
    return {"event_id": record.id, "session_id": record.event.session_id}


def _body(event: VerdictIssued | ScoreUpdated) -> dict[str, object]:
    return event.model_dump(mode="json", exclude_none=True)
