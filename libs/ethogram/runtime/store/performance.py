"""How well it runs, read from what processes measured: objectives, figures with percentiles, regressions, alerts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, text

from ethogram.objectives import (
    NOTHING,
    OBJECTIVES,
    WINDOWS,
    Alert,
    Measure,
    Regression,
    Standing,
    follow,
    present_conditions,
    regressed,
    standing,
)
from ethogram.runtime.store import alerts, measures
from ethogram.runtime.store.measures import Key

RECENT = timedelta(minutes=3)
"""A process writes every ten seconds; one that wrote nothing in so long is not there."""
LATELY = timedelta(hours=1)
HABIT = timedelta(days=7)
"""What lately is compared with."""
SHOWN = ("5m", "1h", "1d")
SPANS = {**WINDOWS, "1d": timedelta(days=1)}
POINTS = 60
"""Points of a history, whatever it covers."""
ONE_AT_A_TIME = 0x0E7406
"""Advisory lock: several gateways, one of which judges and tells."""


@contextmanager
def alone(engine: Engine) -> Iterator[bool]:
    """Whether this process is the one that judges now. No transaction stays open; a crash gives the lock back."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        first = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": ONE_AT_A_TIME}))
        try:
            yield first
        finally:
            if first:
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": ONE_AT_A_TIME})


def standings(connection: Connection, now: datetime) -> list[Standing]:
    """Every objective."""
    by_window = {window: _by_figure(measures.summed(connection, now - span)) for window, span in WINDOWS.items()}
    return [
        standing(each, {window: found.get(each.figure, NOTHING) for window, found in by_window.items()})
        for each in OBJECTIVES
    ]


def objectives(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """Every objective as plain values."""
    return [_told(found) for found in standings(connection, now)]


def performance(connection: Connection, now: datetime, hours: float = 24) -> dict[str, Any]:
    """Figures with rolling percentiles, their history in at most POINTS points, and what became slower."""
    windows = {window: measures.summed(connection, now - SPANS[window]) for window in SHOWN}
    width = max(60, int(hours * measures.HOUR / POINTS))
    history = measures.spans(connection, now - timedelta(hours=hours), width_s=width)
    keys = sorted(set(history) | {key for found in windows.values() for key in found})
    found = [
        {
            "service": service, "figure": figure,
            "windows": {window: told(summed.get((service, figure), NOTHING)) for window, summed in windows.items()},
            "history": [{"at": at, **told(spent)} for at, spent in history.get((service, figure), {}).items()],
        }
        for service, figure in keys
    ]  # fmt: skip
    slower = [asdict(each) for each in regressions(connection, now)]
    return {"hours": hours, "width_s": width, "figures": found, "regressions": slower}


def regressions(connection: Connection, now: datetime) -> list[Regression]:
    """Figures that take longer than in the week before."""
    before = measures.spans(connection, now - HABIT, now - LATELY)
    lately = measures.summed(connection, now - LATELY)
    found = (regressed(*key, list(before.get(key, {}).values()), measure) for key, measure in sorted(lately.items()))
    return [each for each in found if each]


def judge(connection: Connection, now: datetime) -> list[Alert]:
    """Hold what was measured against what was promised, keep the alerts, and say which are to be told of.

    Of several processes one does so at a time: it holds `alone`.
    """
    measures.add_up(connection, now)
    found = present_conditions(
        standings(connection, now), measures.summed(connection, now - RECENT), _known(connection, now),
        regressions(connection, now), alerts.unforeseen(connection, now - LATELY),
    )  # fmt: skip
    changed, tell = follow(alerts.alive(connection, now), found, now)
    alerts.save(connection, changed)
    return tell


def told(measure: Measure) -> dict[str, Any]:
    """A measure as plain values."""
    shares = {f"p{share}": measure.percentile(share / 100) for share in (50, 95, 99)}
    return {"count": measure.count, "bad": measure.bad, "mean": measure.mean, **shares}


def _known(connection: Connection, now: datetime) -> list[str]:
    """Services that were ready within a day."""
    return sorted(service for service, figure in measures.summed(connection, now - SPANS["1d"]) if figure == "ready")


def _by_figure(found: Mapping[Key, Measure]) -> dict[str, Measure]:
    summed: dict[str, Measure] = {}
    for (_, figure), measure in found.items():
        summed[figure] = summed.get(figure, NOTHING) + measure
    return summed


def _told(found: Standing) -> dict[str, Any]:
    objective = found.objective
    return {
        "name": objective.name, "about": objective.about, "target": objective.target, "count": dict(found.count),
        "bad": dict(found.bad), "good_share": found.good_share, "budget_left": found.budget_left,
        "burn": {window: found.burn(window) for window in WINDOWS},
    }  # fmt: skip
