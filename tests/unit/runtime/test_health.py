"""A service says whether it lives, whether it is ready, and why not."""

from __future__ import annotations

import json

from ethogram.runtime.health import Health


def test_it_is_ready_once_nothing_holds_it_back() -> None:
    health = Health("judge")
    status, _, body = health.answer("/readyz")
    assert status == 503
    assert json.loads(body)["reasons"] == {"starting": "partitions are not assigned yet"}
    health.clear("starting")
    assert health.answer("/readyz")[0] == 200
    health.hold("halted", "too many errors")
    assert json.loads(health.answer("/readyz")[2])["reasons"] == {"halted": "too many errors"}
    assert health.answer("/healthz")[0] == 200


def test_metrics_are_prometheus_text() -> None:
    status, kind, body = Health("judge").answer("/metrics")
    assert (status, kind.split(";")[0]) == (200, "text/plain")
    assert b"ethogram_records_consumed_total" in body


def test_another_path_is_not_found() -> None:
    assert Health("judge").answer("/")[0] == 404
