"""The outbox: what must be sent, written in the transaction that decided it."""

from __future__ import annotations

import base64
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection

from ethogram.events.envelope import Headers

_ADD = """
    INSERT INTO outbox (service, topic, key, value, headers)
    SELECT %(service)s, topic, key, value, headers
    FROM unnest(%(topics)b::text[], %(keys)b::bytea[], %(values)b::bytea[], %(headers)b::bytea[])
        WITH ORDINALITY AS new (topic, key, value, headers, place) ORDER BY place
    RETURNING pos
"""
_MARK = "UPDATE outbox SET published_at = now() WHERE pos = ANY(%(positions)b::bigint[]) AND published_at IS NULL"
_OLDER = """
    SELECT pos, topic, key, value, headers FROM outbox
    WHERE service = %(service)s AND published_at IS NULL AND pos < %(before)s AND key = ANY(%(keys)b::bytea[])
        AND pos <> ALL(%(flying)b::bigint[])
    ORDER BY pos
"""
_WAITING = """
    SELECT pos, topic, key, value, headers FROM outbox
    WHERE service = %(service)s AND published_at IS NULL AND pos > %(after)s ORDER BY pos LIMIT %(limit)s
"""
_TRIM = """
    DELETE FROM outbox WHERE pos IN (
        SELECT pos FROM outbox WHERE service = %(service)s AND published_at < now() - interval '1 hour' LIMIT 5000)
"""


class Message(NamedTuple):
    """A record that is ready for Kafka."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers


class Posted(NamedTuple):
    """A message and its place in the outbox."""

    pos: int
    message: Message


class Sent(NamedTuple):
    """What a process has sent: places that Kafka acknowledged and that are not marked yet, and those on their way."""

    published: tuple[int, ...] = ()
    flying: tuple[int, ...] = ()


NOTHING_SENT = Sent()


def add(connection: Connection, service: str, messages: Sequence[Message]) -> list[Posted]:
    """Write messages in their order."""
    if not messages:
        return []
    given = {
        "service": service,
        "topics": [message.topic for message in messages],
        "keys": [message.key for message in messages],
        "values": [message.value for message in messages],
        "headers": [pack_headers(message.headers) for message in messages],
    }
    positions = sorted(connection.exec_driver_sql(_ADD, given).scalars())
    return [Posted(pos, message) for pos, message in zip(positions, messages, strict=True)]


def mark(connection: Connection, positions: Sequence[int]) -> None:
    """Say that Kafka has acknowledged these."""
    if positions:
        connection.exec_driver_sql(_MARK, {"positions": list(positions)})


def older(
    connection: Connection, service: str, before: int, keys: Collection[bytes], flying: Collection[int]
) -> list[Posted]:
    """Unsent messages of the same keys before `before`, and not among our own: another process left them behind."""
    given = {"service": service, "before": before, "keys": sorted(keys), "flying": list(flying)}
    return [_posted(row) for row in connection.exec_driver_sql(_OLDER, given)]


def waiting(connection: Connection, service: str, after: int, limit: int) -> list[Posted]:
    """Unsent messages in order."""
    given = {"service": service, "after": after, "limit": limit}
    return [_posted(row) for row in connection.exec_driver_sql(_WAITING, given)]


def trim(connection: Connection, service: str) -> None:
    """Remove what was published long ago; what an audit needs is in the topics and in the archive."""
    connection.exec_driver_sql(_TRIM, {"service": service})


def pack_headers(headers: Headers) -> bytes:
    """Headers as they stand in a table: a JSON list of [name, base64]."""
    return orjson.dumps([[name, base64.b64encode(value).decode()] for name, value in headers])


def unpack_headers(packed: bytes) -> Headers:
    """Headers from a table."""
    return tuple((name, base64.b64decode(value)) for name, value in orjson.loads(bytes(packed)))


def optional_bytes(value: Any) -> bytes | None:
    """A bytea column that may be NULL."""
    return None if value is None else bytes(value)


def _posted(row: Any) -> Posted:
    message = Message(row.topic, optional_bytes(row.key), optional_bytes(row.value), unpack_headers(row.headers))
    return Posted(row.pos, message)
