"""Requests for approval: what people are asked, until when, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.postgresql import insert

from ethogram.events import ApprovalDecided, ApprovalRequested
from ethogram.events.envelope import Record
from ethogram.runtime.store.tables import approvals, sessions

LIVE = ("running", "paused")


def keep_requests(connection: Connection, records: Sequence[Record]) -> None:
    """Enter what is asked; a request that climbs is asked anew, with time of its own."""
    for record in records:
        if isinstance(event := record.event, ApprovalRequested):
            row = {
                "approval_id": event.approval_id, "session_id": event.session_id, "level": event.level,
                "role": event.role, "body": event.model_dump(mode="json", exclude_none=True),
                "until": func.now() + timedelta(seconds=event.seconds),
            }  # fmt: skip
            fresh = insert(approvals).values(row)
            rows = fresh.on_conflict_do_update(
                index_elements=["approval_id"], set_=row, where=approvals.c.level < event.level
            )
            connection.execute(rows)


def keep_decisions(connection: Connection, records: Sequence[Record]) -> None:
    """Enter what came of requests."""
    for record in records:
        if isinstance(event := record.event, ApprovalDecided):
            here = approvals.c.approval_id == event.approval_id
            said = event.model_dump(mode="json", exclude_none=True)
            connection.execute(update(approvals).where(here).values(decided=said))


def left_s(connection: Connection, approval_id: str, level: int) -> float | None:
    """Seconds that this rung still has; none if it is not asked any more."""
    here = approvals.c
    query = (
        select(func.extract("epoch", here.until - func.now()))
        .join(sessions, sessions.c.session_id == here.session_id)
        .where(here.approval_id == approval_id, here.level == level, here.decided.is_(None), sessions.c.state.in_(LIVE))
    )
    left = connection.execute(query).scalar_one_or_none()
    return None if left is None else float(left)


def requests(
    connection: Connection, *, session_id: str | None = None, everything: bool = False
) -> list[dict[str, Any]]:
    """What is asked, the most urgent first; with `everything` also what was decided."""
    here = approvals.c
    query = (
        select(approvals)
        .join(sessions, sessions.c.session_id == here.session_id)
        .order_by(here.until, here.approval_id)
    )
    if not everything:
        query = query.where(here.decided.is_(None), sessions.c.state.in_(LIVE))
    if session_id is not None:
        query = query.where(here.session_id == session_id)
    return [_told(row) for row in connection.execute(query).mappings()]


def _told(row: Any) -> dict[str, Any]:
    decided = row["decided"] or {}
    return {
        **row["body"],
        "until": row["until"],
        **{name: decided.get(name) for name in ("decision", "actor", "reason")},
    }
