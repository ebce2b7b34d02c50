"""What the gateway tells Prometheus of the whole: sessions by state, and whether each part answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from ethogram.runtime.store.tables import sessions
from ethogram.runtime.store.tenants import EVERYBODY, acting_for


class Whole(Collector):
    """Asked when Prometheus asks, and never in between."""

    def __init__(self, engine: Engine, checks: Mapping[str, Callable[[], None]]) -> None:
        self._engine = engine
        self._checks = checks

    def collect(self) -> Iterator[Metric]:
        """The gauges; sessions are left out while the database does not answer."""
        ready = dependencies()
        for name, check in self._checks.items():
            ready.add_metric([name], passes(check))
        yield ready
        yield self._sessions()

    def describe(self) -> list[Metric]:
        """Nothing is asked when it is registered."""
        return []

    def _sessions(self) -> Metric:
        gauge = sessions_by_state()
        try:
            with acting_for(EVERYBODY), self._engine.connect() as connection:
                for state, count in connection.execute(
                    select(sessions.c.state, func.count()).group_by(sessions.c.state)
                ):
                    gauge.add_metric([state], count)
        except SQLAlchemyError:
            gauge.samples.clear()
        return gauge


def dependencies() -> GaugeMetricFamily:
    """Whether each part answers; still empty."""
    return GaugeMetricFamily("ethogram_dependency_ready", "1: it answers the gateway.", labels=["dependency"])


def sessions_by_state() -> GaugeMetricFamily:
    """How many sessions there are; still empty."""
    return GaugeMetricFamily("ethogram_sessions_by_state", "Sessions in PostgreSQL.", labels=["state"])


def passes(check: Callable[[], None]) -> float:
    """1 where a check does not raise, else 0."""
    try:
        check()
    except Exception:  # whatever is wrong: it does not answer
        return 0.0
    return 1.0
