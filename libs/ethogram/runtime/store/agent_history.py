"""Agents over time: who played under which name, and what was found out about them session by session."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, func, select
from sqlalchemy.dialects.postgresql import JSONB, distinct_on

from ethogram.runtime.store.reports import stamp
from ethogram.runtime.store.tables import inferences, scores, sessions, verdicts

TOLD = ("name", "strength", "interval", "identifiable")
"""What is told of a principle."""


def known_agents(connection: Connection, limit: int = 200) -> list[dict[str, Any]]:
    """Everybody who has sat in a session, the latest first: agent_id, sessions, adapters, last_session, last_at."""
    spec = func.jsonb_array_elements(sessions.c.training["agents"], type_=JSONB)
    names = spec["id"].astext.label("agent_id"), spec["adapter"].astext.label("adapter")
    sat = select(sessions.c.session_id, sessions.c.started_at, *names).where(sessions.c.mode != "dry-run").subquery()
    query = (
        select(
            sat.c.agent_id, func.count().label("sessions"), func.max(sat.c.started_at).label("last_at"),
            func.array_agg(func.distinct(sat.c.adapter)).label("adapters"),
        )
        .group_by(sat.c.agent_id)
        .order_by(func.max(sat.c.started_at).desc(), sat.c.agent_id)
        .limit(limit)
    )  # fmt: skip
    return [
        {**row, "last_at": stamp(row["last_at"]), "adapters": sorted(row["adapters"])}
        for row in connection.execute(query).mappings()
    ]


def history_of(connection: Connection, agent_id: str, limit: int = 100) -> list[dict[str, Any]]:
    """What was found out about an agent in each session that it sat in, the oldest first of the newest `limit`.

    `{session_id, session, started_at, acts, summary, nearest, labels, principles, verdict, total, rank}`; the last
    three are null where the council has not spoken.
    """
    newest = (
        select(inferences)
        .where(inferences.c.agent_id == agent_id)
        .ext(distinct_on(inferences.c.session_id))
        .order_by(inferences.c.session_id, inferences.c.closing.desc(), inferences.c.acts.desc())
        .subquery()
    )
    query = (
        select(
            newest.c.session_id, newest.c.acts, newest.c.body, sessions.c.name, sessions.c.started_at,
            verdicts.c.verdict, scores.c.total, scores.c.rank,
        )
        .join(sessions, sessions.c.session_id == newest.c.session_id)
        .join(verdicts, _same(verdicts, newest), isouter=True)
        .join(scores, _same(scores, newest), isouter=True)
        .where(sessions.c.mode != "dry-run")
        .order_by(sessions.c.started_at.desc(), newest.c.session_id)
        .limit(limit)
    )  # fmt: skip
    return [_entry(dict(row)) for row in connection.execute(query).mappings()][::-1]


def _same(table: Any, newest: Any) -> Any:
    return and_(table.c.session_id == newest.c.session_id, table.c.agent_id == newest.c.agent_id)


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    body = row["body"]
    return {
        "session_id": row["session_id"], "session": row["name"], "started_at": stamp(row["started_at"]),
        "acts": row["acts"], "summary": body.get("summary"), "nearest": body.get("strategy", {}).get("nearest"),
        "labels": body.get("labels", {}), "verdict": row["verdict"], "total": row["total"], "rank": row["rank"],
        "principles": [{name: one[name] for name in TOLD} for one in body.get("principles", ())],
    }  # fmt: skip
