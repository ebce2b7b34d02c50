"""Long lists by pages: a cursor says where the next page begins, and stays right while rows are added."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from ethogram.events import SettingsError
from ethogram.runtime.store.reports import session_line
from ethogram.runtime.store.tables import sessions


def sessions_page(
    connection: Connection, limit: int, cursor: str = "", *, state: str | None = None, name: str | None = None
) -> dict[str, Any]:
    """`{sessions, next}`: the newest first, from where the cursor stands; `next` is none on the last page.

    `state`: only those; `name`: only those whose name has this in it. SettingsError for what is no cursor.
    """
    query = select(sessions).order_by(sessions.c.started_at.desc(), sessions.c.session_id).limit(limit + 1)
    if cursor:
        moment, last = _place(cursor)
        same = and_(sessions.c.started_at == moment, sessions.c.session_id > last)
        query = query.where(or_(sessions.c.started_at < moment, same))
    if state:
        query = query.where(sessions.c.state == state)
    if name:
        query = query.where(sessions.c.name.icontains(name, autoescape=True))
    rows = [dict(row) for row in connection.execute(query).mappings()]
    more = _cursor(rows[limit - 1]) if len(rows) > limit else None
    return {"sessions": [session_line(row) for row in rows[:limit]], "next": more}


def _cursor(row: dict[str, Any]) -> str:
    return urlsafe_b64encode(f"{row['started_at'].isoformat()} {row['session_id']}".encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[datetime, str]:
    try:
        told = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        moment, _, last = told.partition(" ")
        began = datetime.fromisoformat(moment)
    except ValueError:
        raise _invalid() from None
    if began.tzinfo is None or not last or "\0" in last:
        raise _invalid()
    return began, last


def _invalid() -> SettingsError:
    return SettingsError("cursor-invalid", "cursor: give what `next` of the page before was, or leave it out")
