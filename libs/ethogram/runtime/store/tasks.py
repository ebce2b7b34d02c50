"""Tasks: effects that were asked for, leased to one process at a time, with a fencing token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import orjson
from sqlalchemy import Connection

from ethogram.events.envelope import Position, Raw
from ethogram.runtime.store.outbox import pack_headers, unpack_headers

LOOK_AT = 8
"""Waiting tasks that are looked at for each that may be taken."""
LEASE_S = 8
"""How long a lease lasts without renewal: what a killed process held is taken up again after this time."""

_ADD = """
    INSERT INTO tasks (service, event_id, task, session_id, lane, record)
    SELECT %(service)s, * FROM unnest(
        %(ids)b::text[], %(tasks)b::text[], %(sessions)b::text[], %(lanes)b::text[], %(records)b::bytea[])
    ON CONFLICT DO NOTHING
"""
_LEASE = """
    WITH waiting AS MATERIALIZED (
        SELECT event_id, task, lane, created_at FROM tasks
        WHERE service = %(service)s AND done_at IS NULL AND (leased_until IS NULL OR leased_until < now())
            AND lane <> ALL (%(full)b::text[])
        ORDER BY created_at LIMIT %(looked_at)s FOR UPDATE SKIP LOCKED),
    placed AS (
        SELECT event_id, task, created_at, coalesce(busy, 0)
            + row_number() OVER (PARTITION BY lane ORDER BY created_at, event_id, task) AS place
        FROM waiting LEFT JOIN unnest(%(lanes)b::text[], %(counts)b::int[]) AS taken (lane, busy) USING (lane)),
    free AS MATERIALIZED (
        SELECT event_id, task FROM placed WHERE place <= %(per_lane)s ORDER BY created_at LIMIT %(limit)s)
    UPDATE tasks SET token = token + 1, attempts = attempts + 1, holder = %(holder)s,
        leased_until = now() + make_interval(secs => %(lease)s)
    FROM free WHERE tasks.service = %(service)s AND tasks.event_id = free.event_id AND tasks.task = free.task
    RETURNING tasks.event_id, tasks.task, token, record, attempts, lane
"""
_MINE = """
    FROM unnest(%(ids)b::text[], %(tasks)b::text[], %(tokens)b::bigint[]) AS mine (event_id, task, token)
    WHERE tasks.service = %(service)s AND tasks.event_id = mine.event_id AND tasks.task = mine.task
        AND tasks.token = mine.token AND tasks.done_at IS NULL
"""
_RENEW = f"UPDATE tasks SET leased_until = now() + make_interval(secs => %(lease)s) {_MINE}"
_RELEASE = f"UPDATE tasks SET leased_until = NULL {_MINE}"
_PUT_OFF = f"UPDATE tasks SET leased_until = now() + make_interval(secs => %(wait)s), holder = NULL {_MINE}"
_HASTEN = """
    UPDATE tasks SET leased_until = NULL
    WHERE service = %(service)s AND done_at IS NULL AND holder IS NULL AND leased_until < 'infinity'
        AND (event_id, task) IN (SELECT * FROM unnest(%(ids)b::text[], %(tasks)b::text[]))
"""
_FINISH = f"UPDATE tasks SET done_at = now() {_MINE} RETURNING tasks.event_id, tasks.task, tasks.token"
_ABANDON = """
    UPDATE tasks SET leased_until = NULL
    WHERE service = %(service)s AND done_at IS NULL AND holder = %(holder)s AND leased_until < 'infinity'
"""
_PARK = f"UPDATE tasks SET leased_until = 'infinity' {_MINE} RETURNING tasks.event_id, tasks.task, tasks.token"
_REOPEN = """
    UPDATE tasks SET leased_until = NULL
    WHERE service = %(service)s AND event_id = %(event_id)s AND done_at IS NULL AND leased_until = 'infinity'
"""


class Wanted(NamedTuple):
    """A task that an event asks for."""

    event_id: str
    task: str
    session_id: str
    raw: Raw
    lane: str = ""
    """Whose slots it takes."""


class Lease(NamedTuple):
    """A task that this process holds while nobody holds a higher token."""

    event_id: str
    task: str
    token: int
    raw: Raw
    attempts: int
    lane: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What identifies its task."""
        return self.event_id, self.task


Held = tuple[str, str, int]
"""A task and the token of one lease of it."""


def add(connection: Connection, service: str, wanted: Sequence[Wanted]) -> None:
    """Enter tasks; one that is known is left as it is."""
    if not wanted:
        return
    given = {
        "service": service,
        "ids": [each.event_id for each in wanted],
        "tasks": [each.task for each in wanted],
        "sessions": [each.session_id for each in wanted],
        "lanes": [each.lane for each in wanted],
        "records": [pack_raw(each.raw) for each in wanted],
    }
    connection.exec_driver_sql(_ADD, given)


def abandon(connection: Connection, service: str, holder: str) -> int:
    """Give back what an earlier process of the same name held when it died; says how many tasks that were."""
    return connection.exec_driver_sql(_ABANDON, {"service": service, "holder": holder}).rowcount


def lease(
    connection: Connection, service: str, holder: str, limit: int, per_lane: int, busy: Mapping[str, int]
) -> list[Lease]:
    """Take up to `limit` tasks that nobody holds; a raised token fences off whoever held them before.

    At most `per_lane` of a lane, counting those that are `busy` already. Only the oldest tasks are looked at, so fewer
    than there are may come back where one lane has many waiting: ask again, it is full then.
    """
    given = {
        "service": service, "holder": holder, "limit": limit, "lease": LEASE_S, "per_lane": per_lane,
        "looked_at": limit * LOOK_AT, "full": [lane for lane, count in busy.items() if count >= per_lane],
        "lanes": list(busy), "counts": list(busy.values()),
    }  # fmt: skip
    rows = connection.exec_driver_sql(_LEASE, given)
    return [Lease(row.event_id, row.task, row.token, unpack_raw(row.record), row.attempts, row.lane) for row in rows]


def renew(connection: Connection, service: str, held: Sequence[Lease]) -> None:
    """Hold on to tasks that still run."""
    connection.exec_driver_sql(_RENEW, {**_keys(service, held), "lease": LEASE_S})


def release(connection: Connection, service: str, held: Sequence[Lease]) -> None:
    """Give tasks back, so that the next process need not wait for the lease to end."""
    connection.exec_driver_sql(_RELEASE, _keys(service, held))


def put_off(connection: Connection, service: str, held: Lease, wait_s: float) -> None:
    """Give a task back that has nothing to answer yet; it is taken up again after a while, or when it is hastened."""
    connection.exec_driver_sql(_PUT_OFF, {**_keys(service, [held]), "wait": wait_s})


def hasten(connection: Connection, service: str, named: Sequence[tuple[str, str]]) -> None:
    """Let tasks that were put off be taken up at once; each is named by event and task."""
    ids, names = [event_id for event_id, _ in named], [task for _, task in named]
    connection.exec_driver_sql(_HASTEN, {"service": service, "ids": ids, "tasks": names})


def finish(connection: Connection, service: str, held: Sequence[Lease]) -> set[Held]:
    """Mark tasks as done; leases after which somebody leased the task again are not in the answer."""
    return {(row.event_id, row.task, row.token) for row in connection.exec_driver_sql(_FINISH, _keys(service, held))}


def park(connection: Connection, service: str, held: Sequence[Lease]) -> set[Held]:
    """Set tasks aside that failed for good, until a redrive opens them."""
    return {(row.event_id, row.task, row.token) for row in connection.exec_driver_sql(_PARK, _keys(service, held))}


def reopen(connection: Connection, service: str, event_id: str) -> int:
    """Open the parked tasks of an event again; says how many."""
    return connection.exec_driver_sql(_REOPEN, {"service": service, "event_id": event_id}).rowcount


def pack_raw(raw: Raw) -> bytes:
    """A delivered record as it stands in the tasks table."""
    position = raw.position
    place = orjson.dumps([position.topic, position.partition, position.offset, raw.timestamp])
    parts = [place, pack_headers(raw.headers), raw.key or b"", raw.value or b""]
    sizes = orjson.dumps([*map(len, parts), raw.key is not None])
    return b"".join([sizes, b"\n", *parts])


def unpack_raw(packed: bytes) -> Raw:
    """The inverse of `pack_raw`."""
    sizes, _, rest = bytes(packed).partition(b"\n")
    place_size, headers_size, key_size, _, has_key = orjson.loads(sizes)
    key_at = place_size + headers_size
    topic, partition, offset, timestamp = orjson.loads(rest[:place_size])
    return Raw(
        position=Position(topic, partition, offset),
        key=rest[key_at : key_at + key_size] if has_key else None,
        value=rest[key_at + key_size :],
        headers=unpack_headers(rest[place_size:key_at]),
        timestamp=timestamp,
    )


def _keys(service: str, held: Sequence[Lease]) -> dict[str, object]:
    return {
        "service": service,
        "ids": [each.event_id for each in held],
        "tasks": [each.task for each in held],
        "tokens": [each.token for each in held],
    }
