"""The audit log is added to and never changed; dry runs leave no row."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from ethogram.events import AuditLogged
from ethogram.events.envelope import Record
from ethogram.runtime.store.audit_log import insert_lines, lines
from ethogram.topology import command_record
from tests.unit.games.stage import SESSION


def line(about: str, dry: bool = False) -> Record:
    return command_record(
        AuditLogged(session_id=SESSION, about=about, who="ann", what="w", when="2026-01-01T00:00:00Z", why="because",
                    verdict="accepted", signed=True, dry=dry)
    )  # fmt: skip


def test_lines_are_kept_once_and_dry_runs_leave_none(connection: Connection) -> None:
    insert_lines(connection, [line("one"), line("two", dry=True)])
    insert_lines(connection, [line("one")])
    (found,) = lines(connection, SESSION, 10)
    assert (found["event_id"], found["who"], found["why"], found["said"], found["signed"]) == (
        "one", "ann", "because", "accepted", True
    )  # fmt: skip


@pytest.mark.parametrize("change", ["UPDATE audit_log SET who = 'eve'", "DELETE FROM audit_log", "TRUNCATE audit_log"])
def test_no_line_is_changed_or_taken_away(connection: Connection, change: str) -> None:
    insert_lines(connection, [line("one")])
    with pytest.raises(DBAPIError, match="append-only"), connection.begin_nested():
        connection.execute(text(change))
    assert len(lines(connection, SESSION, 10)) == 1
