"""The stack as `ethogram status --watch` shows it: services with what waits, percentiles, budgets, alerts."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from ethogram.cli.status_view import status_view
from ethogram.objectives import BOUNDS, OBJECTIVES, WINDOWS, Measure, standing
from ethogram.runtime.store.performance import told

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def _figure(name: str, measure: Measure) -> dict[str, Any]:
    return {"service": "judge", "figure": name, "windows": {"5m": told(measure)}, "history": []}


def _shown(known: dict[str, Any]) -> str:
    screen = Console(file=io.StringIO(), width=160)
    screen.print(status_view(known))
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def test_everything_that_an_operator_asks_first_is_on_one_screen() -> None:
    buckets = tuple(100 if each == 4 else 0 for each in range(len(BOUNDS) + 1))
    kept = standing(OBJECTIVES[0], {window: Measure(1_000, 2) for window in WINDOWS})
    known = {
        "state": "running", "home": "/home", "api": {"url": "http://127.0.0.1:8700"},
        "services": {"judge": {"health": "ready", "restarts": 1}},
        "figures": [
            _figure("settle", Measure(100, 0, 2.0, buckets)), _figure("lag", Measure(2, 0, 14.0)),
            _figure("memory", Measure(1, 0, 85e6)),
        ],
        "objectives": [
            {"name": kept.objective.name, "about": kept.objective.about, "good_share": kept.good_share,
             "budget_left": kept.budget_left, "burn": {"1h": kept.burn("1h")}},
        ],
        "alerts": [
            {"id": 3, "name": "LagGrows", "state": "acknowledged", "severity": "ticket", "since": NOW,
             "summary": "judge is [bold]behind", "acknowledged_by": "ann"},
            {"id": 2, "name": "ServiceDown", "state": "resolved", "severity": "page", "since": NOW, "summary": "gone",
             "acknowledged_by": None},
        ],
    }  # fmt: skip
    text = _shown(known)
    words = text.split()
    assert {"judge", "ready", "7", "85", "17.5", "24.2", "api-availability", "99.800%", "-100%", "ann"} <= set(words)
    assert "judge is [bold]behind" in text and "gone" not in text


def test_a_database_that_is_away_is_said_beside_what_is_known() -> None:
    known = {
        "state": "stopped", "home": "/home", "api": {"url": None}, "services": {}, "figures": [], "objectives": [],
        "alerts": [], "unreadable": "PostgreSQL does not answer",
    }  # fmt: skip
    text = _shown(known)
    assert "stopped" in text and "no alerts" in text and "PostgreSQL does not answer" in text
