"""Row-level security on a real database: what a tenant does not own does not exist for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from ethogram.runtime.store import api_keys, reports
from ethogram.runtime.store.tables import agents, metadata, sessions, turns
from ethogram.runtime.store.tenants import EVERYBODY, SHARED, UNSEEN, acting_for, conditions, confine

NOW = datetime(2026, 11, 21, 10, 0, 40, tzinfo=UTC)


@pytest.fixture
def gateway(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    confine(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def owned(database_url: str) -> Iterator[dict[str, str]]:
    """A session with a turn, and an agent called `same`, of each of two tenants; the id of each session."""
    engine = create_engine(database_url)
    ids = {tenant: str(uuid4()) for tenant in ("one", "two")}
    with engine.begin() as connection:
        for tenant, session in ids.items():
            row = {"session_id": session, "name": tenant, "state": "running", "started_at": NOW, "tenant": tenant}
            connection.execute(insert(sessions).values(row))
            turn = {"event_id": uuid4().hex, "session_id": session, "game_id": "g", "turn": 1, "number": 1}
            connection.execute(insert(turns).values(**turn, kind="game", actions=[], resolved_at=NOW))
            told = {"name": "same", "event_id": uuid4().hex, "adapter": "builtin", "config": {}, "about": tenant}
            connection.execute(insert(agents).values(**told, actor="a", registered_at=NOW, tenant=tenant))
    yield ids
    with engine.begin() as connection:
        for table in (turns, sessions):
            connection.execute(table.delete().where(table.c.session_id.in_(ids.values())))
        connection.execute(agents.delete().where(agents.c.tenant.in_(ids)))
    engine.dispose()


def _count(engine: Engine, table: Any) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(select(func.count()).select_from(table)) or 0)


def test_every_table_says_whose_its_rows_are_or_is_out_of_reach() -> None:
    told = "give a new table session_id or tenant; or put it into UNSEEN or SHARED"
    assert set(conditions()) | {*UNSEEN, *SHARED} == set(metadata.tables), told


def test_a_tenant_sees_its_own_and_nobody_sees_nothing(gateway: Engine, owned: dict[str, str]) -> None:
    for tenant, session in owned.items():
        other = owned["two" if tenant == "one" else "one"]
        with acting_for(tenant), gateway.connect() as connection:
            assert [row["session_id"] for row in reports.list_sessions(connection)] == [session]
            assert reports.find_session(connection, "latest") == session
            assert connection.execute(select(agents.c.about)).scalars().all() == [tenant]
            assert connection.execute(select(turns.c.session_id)).scalars().all() == [session]
            with pytest.raises(reports.SessionNotFound):
                reports.session_report(connection, other)
    assert [_count(gateway, table) for table in (sessions, turns, agents)] == [0, 0, 0]
    with acting_for(EVERYBODY):
        assert _count(gateway, sessions) >= 2


def test_the_database_refuses_even_who_asks_for_all(gateway: Engine, owned: dict[str, str]) -> None:
    with acting_for("one"), gateway.connect() as connection:
        for name in UNSEEN:
            with pytest.raises(DBAPIError, match="permission denied"), connection.begin_nested():
                connection.execute(text(f"SELECT * FROM {name}"))
        with pytest.raises(DBAPIError, match="permission denied"), connection.begin_nested():
            connection.execute(text("UPDATE sessions SET tenant = 'one'"))
        with pytest.raises(DBAPIError, match="row-level security"), connection.begin_nested():
            api_keys.create(connection, "ann", tenant="two")


def test_a_key_opens_its_own_row_and_tells_its_tenant(gateway: Engine, database_url: str) -> None:
    with acting_for("one"), gateway.begin() as connection:
        key, made = api_keys.create(connection, "ann", tenant="one")
    digest = api_keys.digest_of(key).hex()
    with acting_for("", digest), gateway.begin() as connection:
        assert api_keys.admit(connection, key, "read", NOW).tenant == "one"
        assert [each["key_id"] for each in api_keys.listed(connection)] == [made["key_id"]]
    with acting_for("two"), gateway.begin() as connection:
        assert made["key_id"] not in {each["key_id"] for each in api_keys.listed(connection)}
        with pytest.raises(api_keys.KeyNotFound):
            api_keys.revoke(connection, made["key_id"], NOW)
    with acting_for("one"), gateway.begin() as connection:
        assert api_keys.revoke(connection, made["key_id"], NOW)["revoked_at"]
