"""The clock: the only place from which wall time enters; what depends on it is written into an event once."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> str:
    """Wall time as RFC 3339 in UTC, to the millisecond."""
    return utc().isoformat(timespec="milliseconds").replace("+00:00", "Z")


def utc() -> datetime:
    """Wall time with its zone."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds that only grow; for intervals and deadlines."""
    return time.monotonic()


def nanoseconds() -> int:
    """Wall time in nanoseconds since 1970, as traces count."""
    return time.time_ns()


def milliseconds() -> int:
    """Wall time in milliseconds since 1970, as Kafka counts."""
    return nanoseconds() // 1_000_000
