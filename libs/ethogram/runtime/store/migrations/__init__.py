"""Migrations of the schema, run from code: no alembic.ini, no working folder to stand in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from ethogram.runtime.store.roles import grant
from ethogram.runtime.store.tables import metadata
from ethogram.runtime.store.tenants import secure

HERE = Path(__file__).parent


def upgrade(database_url: str, revision: str = "head") -> str:
    """Bring the schema to this release's revision, which comes back; safe to call from several processes."""

    def act(config: Config) -> None:
        command.upgrade(config, revision)
        if revision == "head":  # whose tables they know
            secure(config.attributes["connection"])
            grant(config.attributes["connection"], "gateway")

    _run(database_url, act)
    return head()


def downgrade(database_url: str, revision: str) -> None:
    """Take the schema back to an earlier revision; what only later ones have room for is lost."""
    _run(database_url, lambda config: command.downgrade(config, revision))


def revisions() -> list[str]:
    """Every revision, the first one first."""
    return [each.revision for each in reversed(list(ScriptDirectory.from_config(_config()).walk_revisions()))]


def current(database_url: str) -> str | None:
    """Revision of a database; None: no schema of ours in it."""
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def head() -> str:
    """Revision of this release."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    assert found is not None
    return found


def draft(database_url: str, message: str, revision: str) -> None:
    """Write a migration file from what differs between tables.py and a migrated database; read it before you commit."""
    _run(database_url, lambda config: command.revision(config, message, autogenerate=True, rev_id=revision))


def _run(database_url: str, act: Callable[[Config], object]) -> None:
    engine = create_engine(database_url)
    try:
        with engine.begin() as connection:
            config = _config()
            config.attributes["connection"] = connection
            act(config)
    finally:
        engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["metadata"] = metadata
    return config
