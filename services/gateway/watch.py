"""Judges every half minute how well everything runs, on a thread; of several gateways one does it at a time."""

from __future__ import annotations

import threading

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ethogram.runtime import clock
from ethogram.runtime.store.performance import judge
from ethogram.runtime.store.tenants import EVERYBODY, acting_for

EVERY_S = 30.0
log = structlog.get_logger(__name__)


class Watch:
    """Keeps the alerts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        self._thread.join(timeout=5)

    def look(self) -> None:
        """Judge once; an alert that is to be told of is a line in the log, where every log collector finds it."""
        with acting_for(EVERYBODY), self._engine.begin() as connection:
            for alert in judge(connection, clock.utc()):
                log.error(
                    "alert", alert=alert.name, subject=alert.subject, severity=alert.severity, summary=alert.summary,
                    runbook=alert.runbook,
                )  # fmt: skip

    def _keep(self) -> None:
        while not self._stopping.wait(EVERY_S):
            try:
                self.look()
            except SQLAlchemyError as error:
                log.warning("not judged", reason=type(error).__name__)
