"""Migrations and tables.py say the same, and may be applied again and again."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from ethogram.runtime.store import migrations
from ethogram.runtime.store.tables import metadata


def test_migrated_database_has_exactly_the_tables_of_the_code(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, metadata)
    engine.dispose()
    assert differences == [], "change tables.py and write a migration together (migrations.draft)"


def test_a_second_upgrade_changes_nothing(database_url: str) -> None:
    assert migrations.current(database_url) == migrations.head()
    assert migrations.upgrade(database_url) == migrations.head()
