"""How agents fared over all completed sessions: mean scores with intervals."""

from __future__ import annotations

from math import sqrt
from typing import Any

from sqlalchemy import Connection, Integer, and_, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from ethogram.runtime.store.tables import scores, sessions

Z = 1.96
LEAST = 2
"""Sessions without which there is no interval."""


def standings(connection: Connection, limit: int = 100) -> list[dict[str, Any]]:
    """The best first: agent_id, adapter, sessions, mean total with its 95 % interval by sessions, times ranked first.

    Whoever has the same name but another adapter is somebody else. Dry runs and cancelled sessions do not count.
    """
    spec = func.jsonb_array_elements(sessions.c.training["agents"], type_=JSONB)
    counted = sessions.c.state == "completed", sessions.c.mode != "dry-run"
    names = spec["id"].astext.label("agent_id"), spec["adapter"].astext.label("adapter")
    played = select(sessions.c.session_id, *names).where(*counted).subquery()
    mine = played.c.session_id == scores.c.session_id, played.c.agent_id == scores.c.agent_id
    query = (
        select(
            scores.c.agent_id, played.c.adapter, func.count().label("sessions"),
            func.avg(scores.c.total).label("mean"), func.stddev_samp(scores.c.total).label("spread"),
            func.sum(cast(scores.c.rank == 1, Integer)).label("wins"),
        )
        .join(played, and_(*mine))
        .group_by(scores.c.agent_id, played.c.adapter)
        .order_by(func.avg(scores.c.total).desc(), scores.c.agent_id)
        .limit(limit)
    )  # fmt: skip
    return [_standing(dict(row)) for row in connection.execute(query).mappings()]


def _standing(row: dict[str, Any]) -> dict[str, Any]:
    mean, spread = float(row["mean"]), row.pop("spread")
    known = row["sessions"] >= LEAST and spread is not None
    half = Z * float(spread) / sqrt(row["sessions"]) if known else 0.0
    interval = {"low": round(max(0.0, mean - half), 5), "high": round(min(1.0, mean + half), 5)}
    return {**row, "mean": round(mean, 5), **(interval if known else {"low": None, "high": None})}
