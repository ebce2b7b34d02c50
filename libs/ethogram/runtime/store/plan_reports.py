"""What PostgreSQL knows of several sessions at once: where each stands, and how each agent came out of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from ethogram.events import SessionId
from ethogram.runtime.store.tables import scores, sessions, verdicts


def standings_of(connection: Connection, ids: Sequence[SessionId]) -> dict[SessionId, dict[str, Any]]:
    """State, turns and reason of those of the sessions that have begun."""
    columns = (sessions.c.session_id, sessions.c.state, sessions.c.planned_turns, sessions.c.resolved_turns,
               sessions.c.reason)  # fmt: skip
    query = select(*columns).where(sessions.c.session_id.in_(ids))
    return {SessionId(row["session_id"]): dict(row) for row in connection.execute(query).mappings()}


def outcomes_of(connection: Connection, ids: Sequence[SessionId]) -> list[dict[str, Any]]:
    """Score, rank and verdict of every agent of the sessions that were judged."""
    query = (
        select(scores.c.session_id, scores.c.agent_id, scores.c.total, scores.c.rank, verdicts.c.verdict)
        .join(
            verdicts,
            (verdicts.c.session_id == scores.c.session_id) & (verdicts.c.agent_id == scores.c.agent_id),
            isouter=True,
        )
        .where(scores.c.session_id.in_(ids))
        .order_by(scores.c.session_id, scores.c.rank)
    )
    return [dict(row) for row in connection.execute(query).mappings()]
