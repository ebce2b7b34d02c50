"""Rows of a batch in one statement, one array per column: a statement per row costs several times as much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all name the same columns; those whose keys are there already stay as they are."""
    if not rows:
        return
    names = tuple(rows[0])
    columns = {name: [_as_sent(table, name, row[name]) for row in rows] for name in names}
    connection.exec_driver_sql(_statement(table, names), columns)


@lru_cache(maxsize=256)
def _statement(table: Table, names: tuple[str, ...]) -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    arrays = ", ".join(f"%({name})b::{_sent_type(table, name)}[]" for name in names)
    chosen = ", ".join(f'"{name}"::{_stored_type(table, name)}' for name in names)
    return (
        f'INSERT INTO "{table.name}" ({listed}) SELECT {chosen} FROM unnest({arrays}) AS new ({listed}) '
        "ON CONFLICT DO NOTHING"
    )


def _stored_type(table: Table, name: str) -> str:
    return str(table.c[name].type.compile(_DIALECT))


def _sent_type(table: Table, name: str) -> str:
    return "text" if _is_json(table, name) else _stored_type(table, name)


def _is_json(table: Table, name: str) -> bool:
    return isinstance(table.c[name].type, JSONB)


def _as_sent(table: Table, name: str, value: Any) -> Any:
    return orjson.dumps(value).decode() if value is not None and _is_json(table, name) else value
