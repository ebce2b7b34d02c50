"""Questions to the database from people who look around: one statement, read-only, few rows, not for long.

The connection logs in as the explorer, a role that may read and nothing else, so that no statement can talk its way
out: `SET ROLE`, functions that run text, and `COMMIT` lead nowhere.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url

from ethogram.events.errors import InvalidRecord
from ethogram.runtime.store.roles import EXPLORER, SECRET
from ethogram.runtime.store.tables import metadata

MOST_ROWS = 1_000
MOST_MS = 5_000
LONGEST = 4_000
"""Characters of one value."""


class QueryRefused(InvalidRecord):
    """PostgreSQL did not take a question, or there is nowhere to ask it."""


@dataclass(frozen=True)
class Found:
    """What a question came to."""

    columns: list[str]
    rows: list[list[Any]]
    more: bool
    """Whether there were more rows than are shown."""
    milliseconds: float


def explorer_url(database_url: str) -> str:
    """The same database, as the explorer: where roles need no password."""
    return make_url(database_url).set(username=EXPLORER, password=None).render_as_string(hide_password=False)


def described() -> list[dict[str, Any]]:
    """Every table that the explorer may read, with its columns."""
    return [
        {"name": table.name, "about": table.comment or "",
         "columns": [{"name": column.name, "type": str(column.type), "about": column.comment or ""}
                     for column in table.columns]}
        for table in metadata.sorted_tables if table.name not in SECRET
    ]  # fmt: skip


def explore(url: str, sql: str, *, most_rows: int = MOST_ROWS, most_ms: int = MOST_MS) -> Found:
    """Ask one question; QueryRefused says in PostgreSQL's words what is wrong with it."""
    began = time.perf_counter()
    try:
        with psycopg.connect(_conninfo(url, most_ms), autocommit=True) as connection, connection.cursor() as cursor:
            rows: list[list[Any]] = []
            for row in _streamed(cursor, sql):
                if len(rows) == most_rows:
                    return Found(_names(cursor), rows, True, _since(began))
                rows.append([_plain(value) for value in row])
            return Found(_names(cursor), rows, False, _since(began))
    except psycopg.OperationalError as error:
        if error.sqlstate is None:
            raise QueryRefused("explorer-unreachable", "the database does not let the explorer in") from None
        raise QueryRefused("query-refused", _words(error)) from None
    except psycopg.Error as error:
        raise QueryRefused("query-refused", _words(error)) from None


def _streamed(cursor: psycopg.Cursor[Any], sql: str) -> Iterator[tuple[Any, ...]]:
    """Rows as they come; the extended protocol, which this uses, takes one statement only."""
    return cursor.stream(sql.strip().rstrip(";").encode())


def _conninfo(url: str, most_ms: int) -> str:
    parts = make_url(url)
    limits = f"-c default_transaction_read_only=on -c statement_timeout={most_ms} -c lock_timeout=1000"
    return make_conninfo(
        parts.set(drivername="postgresql").render_as_string(hide_password=False),
        options=limits, connect_timeout=3, application_name="ethogram-explorer",
    )  # fmt: skip


def _names(cursor: psycopg.Cursor[Any]) -> list[str]:
    return [column.name for column in cursor.description or ()]


def _plain(value: Any) -> Any:
    """A value as JSON has it, of bounded length."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return f"\\x{value[: LONGEST // 2].hex()}"
    if isinstance(value, dict | list):
        return value
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} … ({len(text)} characters)"


def _words(error: psycopg.Error) -> str:
    told = error.diag.message_primary or str(error).strip() or type(error).__name__
    return f"{told}. {error.diag.message_hint}" if error.diag.message_hint else told


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)
