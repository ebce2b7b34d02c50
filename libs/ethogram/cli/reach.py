"""How a command reaches the stack: settings that lead to it, a connection to its database, one session of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from ethogram.runtime.settings import Settings


def reachable() -> Settings:
    """Settings that lead to a running stack: what the environment names, or else the embedded one."""
    from ethogram.devserver import connected
    from ethogram.runtime.settings import load

    return connected(load())


@contextmanager
def database(settings: Settings | None = None) -> Iterator[Engine]:
    """An engine for a few queries."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    url = (settings or reachable()).database_url
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5})
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def connection(settings: Settings | None = None) -> Iterator[Connection]:
    """One connection for reading."""
    with database(settings) as engine, engine.connect() as opened:
        yield opened


def log_named(wanted: str, settings: Settings | None = None) -> str:
    """The id of the log that `wanted` means: of a session as `session_named` finds it, or the whole id of another one,
    of the ladder, an agent or an alert."""
    from ethogram.runtime.store.archive import is_kept
    from ethogram.runtime.store.reports import SessionNotFound, find_session

    with connection(settings) as opened:
        try:
            return find_session(opened, wanted)
        except SessionNotFound:
            if is_kept(opened, wanted):
                return wanted
            raise


def session_named(wanted: str, settings: Settings | None = None) -> str:
    """The id of the session that `wanted` means: an id, the beginning of one, or `latest`."""
    from ethogram.runtime.store.reports import find_session

    with connection(settings) as opened:
        return find_session(opened, wanted)
