"""The reference of the metrics: those of every service, and those of the gateway."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from ethogram.cli.reference.markdown import page, rows
from ethogram.runtime import observing, telemetry
from ethogram.services.gateway.gauges import dependencies, sessions_by_state
from ethogram.services.gateway.guards import Counted

COLUMNS = ("metric", "kind", "labels", "what it counts, and what to do about it")
HOW = """Every service answers `/metrics` on `ETHOGRAM_HEALTH_PORT`, the gateway on its own port, in the text format of
Prometheus. No label is an id. [The runbook](../how-to/runbook.md) has a part for every alert."""
SUFFIXES = {"counter": "_total"}


def metrics_page() -> str:
    """docs/reference/metrics.md."""
    shared = sorted({*_rows(vars(telemetry)), *_rows(vars(observing))})
    families = (dependencies(), sessions_by_state())
    gateway = sorted({
        *_rows(vars(Counted(CollectorRegistry()))),
        *((f"`{each.name}`", each.type, ", ".join(each._labelnames), each.documentation) for each in families),
    })  # fmt: skip
    return page("Metrics", HOW, "## Services", rows(COLUMNS, shared), "## The gateway's own", rows(COLUMNS, gateway))


def _rows(named: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for metric in named.values():
        if isinstance(metric, MetricWrapperBase):
            (family,) = metric.describe()
            name = f"`{family.name}{SUFFIXES.get(family.type, '')}`"
            yield name, family.type, ", ".join(metric._labelnames), family.documentation
