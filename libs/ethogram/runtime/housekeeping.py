"""Housekeeping of one service: what no process needs any more leaves the database, a little at a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from ethogram.runtime import clock
from ethogram.runtime.store import inbox, outbox
from ethogram.topology import Service

EVERY_S = 15.0


class Housekeeping:
    """When it is due, and what is done; one transaction, bounded work."""

    def __init__(self, service: Service[Any], engine: Engine) -> None:
        self._service = service
        self._engine = engine
        self._done_at = 0.0

    @property
    def is_due(self) -> bool:
        """Whether the last time is long enough ago."""
        return clock.monotonic() - self._done_at > EVERY_S

    def keep(self) -> None:
        """Trim outbox and inbox, and what else the service tidies."""
        self._done_at = clock.monotonic()
        with self._engine.begin() as connection:
            outbox.trim(connection, self._service.name)
            inbox.trim(connection, self._service.name)
            if self._service.tidies:
                self._service.tidies(connection, clock.now())
