"""Roles of the database: each service may do its own work, nobody may change what an audit rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError

from ethogram.runtime.store.dry_runs import remove_dry_runs
from ethogram.runtime.store.roles import FOR_EVER, MEASURED, OWN, PREFIX, READERS, RUNTIME, apply_roles
from ethogram.runtime.store.tables import metadata
from tests.running import ROOT

ROLES = (ROOT / "infra" / "sql" / "roles.sql").read_text(encoding="utf-8")
VERBS = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The real database with the roles that infra/sql makes."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.connection.cursor().execute(ROLES)  # as psql sends it: a % is a %
    assert set(apply_roles(database_url)) == {*OWN, *READERS}
    yield engine
    engine.dispose()


def _may(engine: Engine, role: str, table: str) -> set[str]:
    with engine.connect() as connection:
        asked = text("SELECT has_table_privilege(:role, :table, :verb)")
        return {
            verb for verb in VERBS
            if connection.execute(asked, {"role": PREFIX + role, "table": table, "verb": verb}).scalar()
        }  # fmt: skip


def test_every_table_has_somebody_who_writes_it() -> None:
    owned = {table for tables in OWN.values() for table in tables}
    assert owned | set(RUNTIME) == set(metadata.tables), "a new table belongs to a service in runtime/store/roles.py"
    assert set(re.findall(r"'(\w+)'[,\n]", ROLES)) >= {*OWN, *READERS}


def test_a_service_writes_its_own_tables_and_no_others(engine: Engine) -> None:
    for role, tables in OWN.items():
        assert _may(engine, role, MEASURED) == ({*VERBS} if role == "gateway" else {"INSERT", "UPDATE"})
        for table in set(metadata.tables) - {*RUNTIME, MEASURED}:
            assert bool(_may(engine, role, table)) == (table in tables), (role, table)


def test_nobody_changes_what_an_audit_rests_on_and_readers_change_nothing(engine: Engine) -> None:
    for table in FOR_EVER:
        writers = [role for role in OWN if _may(engine, role, table)]
        assert writers == [role for role in OWN if table in OWN[role]] and len(writers) == 1
        assert _may(engine, writers[0], table) == {"INSERT"}
    assert not any(_may(engine, role, table) for role in READERS for table in metadata.tables)
    redriving = {"dead_letters", "outbox", "tasks"}
    assert {table for table in RUNTIME if _may(engine, "gateway", table)} == redriving


def test_the_director_removes_dry_runs_of_yesterday_from_all_tables_and_may_remove_nothing_else(engine: Engine) -> None:
    old = "INSERT INTO sessions (session_id, state, name, mode, started_at) VALUES (:id, 'completed', 'd', :mode, :at)"
    archived = (
        'INSERT INTO archive (topic, partition, "offset", session_id, event_id, event_type, value, headers)'
        " VALUES (:id, 0, 0, :id, :id, 't', '', '')"
    )
    kept = {"r-old-real": ("auto", "2020-01-01"), "r-new-dry": ("dry-run", "2999-01-01")}
    with engine.begin() as connection:
        for name, (mode, at) in {"r-old-dry": ("dry-run", "2020-01-01"), **kept}.items():
            connection.execute(text(old), {"id": name, "mode": mode, "at": at})
            connection.execute(text(archived), {"id": name})
    try:
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL ROLE ethogram_scenario_generator"))
            remove_dry_runs(connection, "2999-12-31T00:00:00Z")  # whatever it asks for: a day is a day
        for role in ("ethogram_judge", "ethogram_gateway"):
            with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
                connection.execute(text(f"SET ROLE {role}"))
                remove_dry_runs(connection, "2026-01-02T00:00:00Z")
        with engine.connect() as connection:
            for table in ("sessions", "archive"):
                left = connection.execute(text(f"SELECT session_id FROM {table} WHERE session_id LIKE 'r-%'")).scalars()
                assert set(left) == set(kept), table
    finally:
        with engine.begin() as connection:
            for table in ("sessions", "archive"):
                connection.execute(text(f"DELETE FROM {table} WHERE session_id LIKE 'r-%'"))


def test_the_database_itself_refuses(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SET ROLE ethogram_explorer"))
        connection.execute(text("SELECT count(*) FROM archive"))
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("SELECT * FROM api_keys"))
        connection.rollback()
        connection.execute(text("SET ROLE ethogram_explorer"))
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("DELETE FROM archive"))
