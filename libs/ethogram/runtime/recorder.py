"""The recorder: writes what this process measured of itself into PostgreSQL, minute by minute, on a thread of its own.

It reads the same metrics as Prometheus does, so that both say the same, and an installation without Prometheus has
objectives, alerts and a history of performance too.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from prometheus_client.metrics import MetricWrapperBase
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ethogram.objectives import BOUNDS, NOTHING, Measure
from ethogram.runtime import clock, observing, telemetry
from ethogram.runtime.store import measures

EVERY_S = 10.0
Reading = Callable[[], Measure]
"""Everything that a figure came to since the process began."""


class Recorder:
    """Of one process."""

    def __init__(
        self, engine: Engine, service: str, instance: str, ready: Callable[[], bool],
        figures: Mapping[str, Reading] | None = None,
    ) -> None:  # fmt: skip
        """`figures`: what is measured beside what every service measures."""
        self._engine = engine
        self._service = service
        self._process = f"{instance}-{os.getpid()}"
        self._ready = ready
        self._figures = {**figures_of(service), **(figures or {})}
        self._minute = _minute()
        self._began = self._read()
        self._states: dict[str, Measure] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="recorder", daemon=True)

    def start(self) -> Recorder:
        """Begin to write; itself."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Write once more, and end."""
        self._stopping.set()
        self._thread.join(timeout=5)

    def record(self) -> None:
        """Write what this minute came to so far; a minute that is over is written for the last time."""
        now, read = _minute(), self._read()
        self._observe()
        found = {name: measure - self._began[name] for name, measure in read.items()} | self._states
        with self._engine.begin() as connection:
            measures.write(connection, self._service, self._process, self._minute, found)
        if now != self._minute:
            self._minute, self._began, self._states = now, read, {}

    def _read(self) -> dict[str, Measure]:
        return {name: reading() for name, reading in self._figures.items()}

    def _observe(self) -> None:
        """States are looked at now and then, and averaged over the minute."""
        seen = {"ready": Measure(1, 0 if self._ready() else 1), "memory": Measure(1, 0, _memory())}
        lag = _sample(telemetry.LAG, self._service)
        if lag is not None:
            seen["lag"] = Measure(1, 0, lag)
        self._states = {name: self._states.get(name, NOTHING) + measure for name, measure in seen.items()}

    def _keep(self) -> None:
        last = False
        while not last:
            last = self._stopping.wait(EVERY_S)
            try:
                self.record()
            except SQLAlchemyError as error:  # it will be written with the next
                telemetry.log().debug("measures wait", reason=type(error).__name__)


def figures_of(service: str) -> dict[str, Reading]:
    """What every service measures, by figure."""
    return {
        "age": lambda: durations(telemetry.AGE, service),
        "settle": lambda: durations(telemetry.SETTLING, service),
        "decide": lambda: durations(telemetry.DECIDING, service),
        "database": lambda: durations(telemetry.DATABASE, service),
        "effects": lambda: durations(telemetry.EFFECT_SECONDS, service, failed=("outcome", "failed")),
        "sessions": lambda: _outcomes(observing.SESSIONS, ("completed", "failed"), bad="failed"),
        "decisions": lambda: _outcomes(observing.DECISIONS, None, good="chosen"),
    }


def durations(metric: MetricWrapperBase, service: str | None = None, failed: tuple[str, str] | None = None) -> Measure:
    """A histogram of seconds as a measure; `failed`: the label and value of what counts as bad."""
    found = NOTHING
    below: dict[tuple[tuple[str, str], ...], float] = {}
    for sample in next(iter(metric.collect())).samples:
        if service is not None and sample.labels.get("service", service) != service:
            continue
        if sample.name.endswith("_sum"):
            found += Measure(total=sample.value)
        elif sample.name.endswith("_bucket"):
            labels = tuple(item for item in sorted(sample.labels.items()) if item[0] != "le")
            here = int(sample.value - below.get(labels, 0))
            below[labels] = sample.value
            found += Measure(here, here if failed in labels else 0, buckets=_bucket(sample.labels["le"], here))
    return found


def _bucket(bound: str, count: int) -> tuple[int, ...]:
    place = len(BOUNDS) if bound == "+Inf" else BOUNDS.index(float(bound))
    return tuple(count if each == place else 0 for each in range(len(BOUNDS) + 1))


def _outcomes(metric: MetricWrapperBase, counted: tuple[str, ...] | None, *, bad: str = "", good: str = "") -> Measure:
    found = NOTHING
    for sample in next(iter(metric.collect())).samples:
        outcome = sample.labels.get("outcome", "")
        if sample.name.endswith("_total") and (counted is None or outcome in counted):
            is_bad = outcome == bad if bad else outcome != good
            found += Measure(int(sample.value), int(sample.value) if is_bad else 0)
    return found


def _sample(metric: MetricWrapperBase, service: str) -> float | None:
    for sample in next(iter(metric.collect())).samples:
        if sample.labels.get("service") == service:
            return float(sample.value)
    return None


def _memory() -> float:
    """Resident bytes; 0 where the kernel does not say so. Asking the whole registry would ask every collector."""
    try:
        return float(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0.0


def _minute() -> datetime:
    return clock.utc().replace(second=0, microsecond=0)
