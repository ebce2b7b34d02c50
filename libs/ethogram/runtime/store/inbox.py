"""The inbox: which records a service has settled, so that none is applied twice.

A record that bears a number is known twice over: by its row here, and for ever by how far its stream has come in the
state of its session. Its row may go once no topic can deliver the record again of itself; a repeat that comes all the
same (a restored archive, a producer that sends again) meets the number. Records without a number (commands, answers of
effects) have nothing but their row, and a redriven one is let in whatever its number: rows of the former, and of ids
that were ever dead-lettered, stay.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection

from ethogram.topology import catalogue

DAY_MS = 86_400_000
LIFETIMES = 2
"""How many times the longest retention of a topic rows are kept: retention is kept by whole segments, hence late."""
TRIMMED_AT_ONCE = 5_000
"""Rows, so that settling never waits long."""

_INSERT = """
    INSERT INTO inbox (service, event_id, digest, numbered)
    SELECT %(service)s, * FROM unnest(%(ids)b::text[], %(digests)b::bytea[], %(numbered)b::boolean[])
    ON CONFLICT DO NOTHING RETURNING event_id
"""
_KNOWN = "SELECT event_id, digest, failed FROM inbox WHERE service = %(service)s AND event_id = ANY(%(ids)b::text[])"
_REOPEN = """
    UPDATE inbox SET failed = false, numbered = false
    WHERE service = %(service)s AND event_id = ANY(%(ids)b::text[]) AND failed RETURNING event_id
"""
_PIN = "UPDATE inbox SET numbered = false WHERE service = %(service)s AND event_id = ANY(%(ids)b::text[]) AND numbered"
_TRIM = """
    DELETE FROM inbox WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM inbox
        WHERE service = %(service)s AND numbered AND NOT failed
            AND received_at < now() - %(days)s * interval '1 day'
        LIMIT %(limit)s
    ))
"""
_FAIL = "UPDATE inbox SET failed = true WHERE service = %(service)s AND event_id = ANY(%(ids)b::text[])"


@dataclass(frozen=True, slots=True)
class Admission:
    """Which ids may be settled now; what is in neither set was settled before."""

    fresh: frozenset[str]
    settled: Mapping[str, bytes]
    """Digests of those that were entered before: another digest under such an id is an equivocation."""


def admit(
    connection: Connection, service: str, digests: Mapping[str, bytes], redriven: Collection[str] = (),
    numbered: Collection[str] = (),
) -> Admission:  # fmt: skip
    """Enter ids with the digests of their values; a failed one is let in again if it was redriven.

    Ids go in sorted, so that two processes that settle the same records wait for each other instead of deadlocking.
    """
    ids = sorted(digests)
    entered = {
        "service": service, "ids": ids, "digests": [digests[event_id] for event_id in ids],
        "numbered": [event_id in numbered for event_id in ids],
    }  # fmt: skip
    fresh = set(connection.exec_driver_sql(_INSERT, entered).scalars())
    conflicting = [event_id for event_id in ids if event_id not in fresh]
    if not conflicting:
        return Admission(frozenset(fresh), {})
    known = connection.exec_driver_sql(_KNOWN, {"service": service, "ids": conflicting}).all()
    settled = {row.event_id: bytes(row.digest) for row in known}
    again = sorted(row.event_id for row in known if row.failed and row.event_id in redriven)
    reopened = [event_id for event_id in again if settled[event_id] == digests[event_id]]
    if reopened:
        fresh.update(connection.exec_driver_sql(_REOPEN, {"service": service, "ids": reopened}).scalars())
    return Admission(frozenset(fresh), settled)


def fail(connection: Connection, service: str, ids: Collection[str]) -> None:
    """Mark ids as dead-lettered: a redriven record may enter once more."""
    if ids:
        connection.exec_driver_sql(_FAIL, {"service": service, "ids": sorted(ids)})


def pin(connection: Connection, service: str, ids: Collection[str]) -> None:
    """Keep rows for good: somebody wrote other bytes under these ids, and they may be redriven."""
    if ids:
        connection.exec_driver_sql(_PIN, {"service": service, "ids": sorted(ids)})


def trim(connection: Connection, service: str, limit: int = TRIMMED_AT_ONCE) -> int:
    """Remove some of the rows whose records no topic can still deliver and whose numbers say that they were settled."""
    given = {"service": service, "days": kept_days(), "limit": limit}
    return int(connection.exec_driver_sql(_TRIM, given).rowcount)


def is_forgotten(timestamp: int, now: int) -> bool:
    """Whether a record that Kafka took at `timestamp` may have lost its row by `now`; both in milliseconds."""
    return timestamp < now - kept_days() * DAY_MS


@lru_cache(maxsize=1)
def kept_days() -> int:
    """How long every row is kept: longer than any topic that lets go of its records keeps them."""
    kept = [topic.retention_days for topic in catalogue().topics.values()]
    return LIFETIMES * max(days for days in kept if isinstance(days, int))
