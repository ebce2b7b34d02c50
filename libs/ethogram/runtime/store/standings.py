"""How agents fared over all completed sessions: champions, and mean scores with intervals.

Where people have overruled the council, their outcome counts (`outcome.revised`); what the council made of it stays on
record in the session's report.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

from sqlalchemy import Connection, Float, Integer, Subquery, and_, cast, func, or_, select, union_all
from sqlalchemy.dialects.postgresql import JSONB

from ethogram.runtime.store.reports import stamp
from ethogram.runtime.store.tables import champions, revisions, scores, sessions

Z = 1.96
LEAST = 2
"""Sessions without which there is no interval."""


def list_champions(connection: Connection, limit: int = 100) -> list[dict[str, Any]]:
    """Champions, newest first: agent_id, total, margin, runner_up, session_id, session, crowned_at; and `overruled`:
    whether people overruled the council in that session."""
    joined = champions.join(revisions, revisions.c.session_id == champions.c.session_id, full=True)
    session_id = func.coalesce(champions.c.session_id, revisions.c.session_id).label("session_id")
    crowned_at = func.coalesce(champions.c.crowned_at, revisions.c.revised_at).label("crowned_at")
    council = [champions.c[name] for name in ("agent_id", "total", "margin", "runner_up")]
    query = (
        select(*council, session_id, crowned_at, sessions.c.name, revisions.c.body.label("revised"))
        .select_from(joined.outerjoin(sessions, sessions.c.session_id == session_id))
        .where(or_(revisions.c.body.is_(None), revisions.c.body["champion"].astext.is_not(None)))
        .order_by(crowned_at.desc(), session_id)
        .limit(limit)
    )
    return [_crowned(dict(row)) for row in connection.execute(query).mappings()]


def _crowned(row: dict[str, Any]) -> dict[str, Any]:
    found = {name: row[name] for name in ("agent_id", "total", "margin", "runner_up")}
    if revised := row["revised"]:
        card = next(each for each in revised["cards"] if each["agent_id"] == revised["champion"])
        found = {
            "agent_id": revised["champion"], "total": card["total"], "margin": revised["margin"],
            "runner_up": revised.get("runner_up"),
        }  # fmt: skip
    about = {"session_id": row["session_id"], "session": row["name"], "crowned_at": stamp(row["crowned_at"])}
    return {**found, **about, "overruled": bool(revised)}


def standings(connection: Connection, limit: int = 100) -> list[dict[str, Any]]:
    """The best first: agent_id, adapter, sessions, mean total with its 95 % interval by sessions, times ranked first.

    Whoever has the same name but another adapter is somebody else. Dry runs and cancelled sessions do not count.
    """
    spec = func.jsonb_array_elements(sessions.c.training["agents"], type_=JSONB)
    counted = sessions.c.state == "completed", sessions.c.mode != "dry-run"
    names = spec["id"].astext.label("agent_id"), spec["adapter"].astext.label("adapter")
    held = _held_scores()
    played = select(sessions.c.session_id, *names).where(*counted).subquery()
    mine = played.c.session_id == held.c.session_id, played.c.agent_id == held.c.agent_id
    query = (
        select(
            held.c.agent_id, played.c.adapter, func.count().label("sessions"),
            func.avg(held.c.total).label("mean"), func.stddev_samp(held.c.total).label("spread"),
            func.sum(cast(held.c.rank == 1, Integer)).label("wins"),
        )
        .join(played, and_(*mine))
        .group_by(held.c.agent_id, played.c.adapter)
        .order_by(func.avg(held.c.total).desc(), held.c.agent_id)
        .limit(limit)
    )  # fmt: skip
    return [_standing(dict(row)) for row in connection.execute(query).mappings()]


def _held_scores() -> Subquery:
    """Total and rank of each agent in each session, as they hold now."""
    card = func.jsonb_array_elements(revisions.c.body["cards"], type_=JSONB)
    revised = select(
        revisions.c.session_id, card["agent_id"].astext.label("agent_id"),
        cast(card["total"].astext, Float).label("total"), cast(card["rank"].astext, Integer).label("rank"),
    )  # fmt: skip
    overruled = select(revisions.c.session_id)
    council = select(scores.c.session_id, scores.c.agent_id, scores.c.total, scores.c.rank).where(
        scores.c.session_id.not_in(overruled)
    )
    return union_all(council, revised).subquery("held")


def _standing(row: dict[str, Any]) -> dict[str, Any]:
    mean, spread = float(row["mean"]), row.pop("spread")
    known = row["sessions"] >= LEAST and spread is not None
    half = Z * float(spread) / sqrt(row["sessions"]) if known else 0.0
    interval = {"low": round(max(0.0, mean - half), 5), "high": round(min(1.0, mean + half), 5)}
    return {**row, "mean": round(mean, 5), **(interval if known else {"low": None, "high": None})}
