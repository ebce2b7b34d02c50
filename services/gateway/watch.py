"""Judges every half minute how well everything runs, on a thread; of several gateways one does it at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ethogram.events import AlertRaised, EthogramError
from ethogram.objectives import Alert
from ethogram.runtime import clock
from ethogram.runtime.store.alerts import tell, untell
from ethogram.runtime.store.performance import alone, judge
from ethogram.runtime.store.tenants import EVERYBODY, acting_for
from ethogram.services.gateway.doors import Publish

EVERY_S = 30.0
log = structlog.get_logger(__name__)


class Watch:
    """Keeps the alerts."""

    def __init__(self, engine: Engine, publish: Publish, channels: Callable[[], Sequence[str]]) -> None:
        """`channels`: names of those through which people are told of alerts."""
        self._engine, self._publish, self._channels = engine, publish, channels
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
        """Judge once; an alert that is to be told of is a line in the log for every log collector, and an event.

        No transaction is open while Kafka is waited for. The event is written before the row says that people were
        told: a crash in between tells twice, and never not at all. Without Kafka the alert stands in its table and in
        the log, and the next look tries to tell it again.
        """
        with acting_for(EVERYBODY), alone(self._engine) as first:
            if first:
                self._look()

    def _look(self) -> None:
        with self._engine.begin() as connection:
            found = judge(connection, clock.utc())
            for alert in found:
                untell(connection, alert)
        for alert in found:
            log.error(
                "alert", alert=alert.name, subject=alert.subject, severity=alert.severity, summary=alert.summary,
                runbook=alert.runbook,
            )  # fmt: skip
            try:
                self._tell(alert)
            except EthogramError as error:
                log.warning("alert not told", alert=alert.name, subject=alert.subject, reason=error.message)
            else:
                with self._engine.begin() as connection:
                    tell(connection, alert)

    def _tell(self, alert: Alert) -> None:
        told = {
            "name": alert.name, "subject": alert.subject, "severity": alert.severity, "summary": alert.summary,
            "runbook": alert.runbook, "raised_at": alert.told_at.isoformat(), "channels": tuple(self._channels()),
        }  # fmt: skip
        self._publish(AlertRaised.model_validate(told))

    def _keep(self) -> None:
        while not self._stopping.wait(EVERY_S):
            try:
                self.look()
            except SQLAlchemyError as error:
                log.warning("not judged", reason=type(error).__name__)
