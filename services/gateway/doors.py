"""What the gateway needs from the world, as arguments: so that tests open the same app without a server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Engine

from ethogram.events import Event
from ethogram.runtime.store import reports

Frame = Mapping[str, Any]


class Reports(Protocol):
    """What is known of sessions."""

    def sessions(self, limit: int) -> list[dict[str, Any]]:
        """Newest first."""

    def find(self, wanted: str) -> str:
        """The id that a prefix or `latest` means; SessionNotFound otherwise."""

    def progress(self, session_id: str) -> dict[str, Any]:
        """What moves while it runs."""

    def report(self, session_id: str) -> dict[str, Any]:
        """Everything."""

    def champions(self, limit: int) -> list[dict[str, Any]]:
        """Newest first."""


class Feed(Protocol):
    """Live records of sessions."""

    def follow(self, session_id: str, last_event_id: str | None) -> AsyncIterator[tuple[str, Frame]]:
        """`(event id, frame)` from after `last_event_id` (else from the beginning), on and on."""


@dataclass(frozen=True)
class Doors:
    """Everything outside that a request may touch."""

    publish: Callable[[Event], object]
    """Writes a command and returns when Kafka has acknowledged it."""
    reports: Reports
    feed: Feed
    checks: Mapping[str, Callable[[], None]]
    """What must work before traffic is welcome, by name; a check that raises says why not."""


@dataclass(frozen=True)
class DatabaseReports:
    """Reports out of PostgreSQL, one short transaction each."""

    engine: Engine

    def sessions(self, limit: int) -> list[dict[str, Any]]:
        """Newest first."""
        with self.engine.connect() as connection:
            return reports.list_sessions(connection, limit)

    def find(self, wanted: str) -> str:
        """The id that a prefix or `latest` means; SessionNotFound otherwise."""
        with self.engine.connect() as connection:
            return reports.find_session(connection, wanted)

    def progress(self, session_id: str) -> dict[str, Any]:
        """What moves while it runs."""
        with self.engine.connect() as connection:
            return reports.session_progress(connection, session_id)

    def report(self, session_id: str) -> dict[str, Any]:
        """Everything."""
        with self.engine.connect() as connection:
            return reports.session_report(connection, session_id)

    def champions(self, limit: int) -> list[dict[str, Any]]:
        """Newest first."""
        with self.engine.connect() as connection:
            return reports.list_champions(connection, limit)
