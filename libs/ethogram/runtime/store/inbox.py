"""The inbox: which records a service has settled, so that none is applied twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

_INSERT = """
    INSERT INTO inbox (service, event_id, digest)
    SELECT %(service)s, * FROM unnest(%(ids)b::text[], %(digests)b::bytea[])
    ON CONFLICT DO NOTHING RETURNING event_id
"""
_KNOWN = "SELECT event_id, digest, failed FROM inbox WHERE service = %(service)s AND event_id = ANY(%(ids)b::text[])"
_REOPEN = """
    UPDATE inbox SET failed = false
    WHERE service = %(service)s AND event_id = ANY(%(ids)b::text[]) AND failed RETURNING event_id
"""
_FAIL = "UPDATE inbox SET failed = true WHERE service = %(service)s AND event_id = ANY(%(ids)b::text[])"


@dataclass(frozen=True, slots=True)
class Admission:
    """Which ids may be settled now; what is in neither set was settled before."""

    fresh: frozenset[str]
    settled: Mapping[str, bytes]
    """Digests of those that were entered before: another digest under such an id is an equivocation."""


def admit(
    connection: Connection, service: str, digests: Mapping[str, bytes], redriven: Collection[str] = ()
) -> Admission:
    """Enter ids with the digests of their values; a failed one is let in again if it was redriven.

    Ids go in sorted, so that two processes that settle the same records wait for each other instead of deadlocking.
    """
    ids = sorted(digests)
    entered = {"service": service, "ids": ids, "digests": [digests[event_id] for event_id in ids]}
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
