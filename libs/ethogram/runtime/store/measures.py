"""Rows of what processes measured of themselves: minutes at first, hours later, for as long as objectives look back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from ethogram.objectives import BOUNDS, NOTHING, Measure
from ethogram.runtime.store.tables import measures

MINUTES_KEPT = timedelta(hours=7)
"""Longer than the longest window that wants minutes."""
HOURS_KEPT = timedelta(days=35)
HOUR = 3_600
Key = tuple[str, str]
"""Service and figure."""


def write(connection: Connection, service: str, process: str, minute: datetime, found: Mapping[str, Measure]) -> None:
    """What one process has measured since `minute` began, in place of what it wrote of this minute before."""
    rows = [
        {
            "service": service,
            "process": process,
            "figure": figure,
            "began_at": minute,
            "seconds": 60,
            **_values(measure),
        }
        for figure, measure in found.items()
        if measure.count
    ]
    if not rows:
        return
    statement = insert(measures)
    replaced = {name: statement.excluded[name] for name in ("count", "bad", "total", "buckets")}
    connection.execute(statement.on_conflict_do_update(index_elements=list(measures.primary_key), set_=replaced), rows)


def summed(connection: Connection, since: datetime, until: datetime | None = None) -> dict[Key, Measure]:
    """What each figure of each service came to in spans that began in [since, until)."""
    key = measures.c.service, measures.c.figure
    query = select(*key, *_sums()).where(*_between(since, until)).group_by(*key)
    return {(row[0], row[1]): _measure(row[2:]) for row in connection.execute(query)}


def spans(
    connection: Connection, since: datetime, until: datetime | None = None, width_s: int = HOUR
) -> dict[Key, dict[datetime, Measure]]:
    """The same in spans of `width_s`, oldest first."""
    began = func.to_timestamp(func.floor(func.extract("epoch", measures.c.began_at) / width_s) * width_s).label("began")
    key = measures.c.service, measures.c.figure
    query = select(*key, began, *_sums()).where(*_between(since, until)).group_by(*key, began).order_by(began)
    found: dict[Key, dict[datetime, Measure]] = {}
    for row in connection.execute(query):
        found.setdefault((row[0], row[1]), {})[row[2].astimezone(UTC)] = _measure(row[3:])
    return found


def add_up(connection: Connection, now: datetime) -> int:
    """Make one row an hour of minutes that nobody wants one by one any more, and forget hours of long ago.

    How many rows there are less.
    """
    until = (now - MINUTES_KEPT).replace(minute=0, second=0, microsecond=0)
    short = measures.c.seconds < HOUR, measures.c.began_at < until
    oldest = connection.scalar(select(func.min(measures.c.began_at)).where(*short))
    if oldest is not None:
        hours = spans(connection, oldest, until)
        gone = connection.execute(delete(measures).where(measures.c.began_at < until, measures.c.began_at >= oldest))
        made = [
            {
                "service": service,
                "process": "",
                "figure": figure,
                "began_at": began,
                "seconds": HOUR,
                **_values(measure),
            }
            for (service, figure), by_hour in hours.items()
            for began, measure in by_hour.items()
        ]
        connection.execute(insert(measures), made)
        return gone.rowcount - len(made)
    return connection.execute(delete(measures).where(measures.c.began_at < now - HOURS_KEPT)).rowcount


def _between(since: datetime, until: datetime | None) -> list[Any]:
    return [measures.c.began_at >= since, *([measures.c.began_at < until] if until else [])]


def _sums() -> Sequence[Any]:
    plain = [func.sum(measures.c[name]) for name in ("count", "bad", "total")]
    return [*plain, *(func.sum(measures.c.buckets[place]) for place in range(1, len(BOUNDS) + 2))]


def _measure(row: Sequence[Any]) -> Measure:
    count, bad, total, *buckets = row
    counted = tuple(int(each) for each in buckets if each is not None)
    return NOTHING + Measure(int(count), int(bad), float(total), counted)


def _values(measure: Measure) -> dict[str, Any]:
    return {"count": measure.count, "bad": measure.bad, "total": measure.total, "buckets": list(measure.buckets)}
