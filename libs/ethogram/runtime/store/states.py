"""States of a service, one per key: loaded and locked together, saved together, cached by version."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic

import orjson
from sqlalchemy import Connection

from ethogram.events import TransientError, canonical
from ethogram.topology import Kept, Service
from ethogram.topology.service import S

CAPACITY = 2_000
"""States kept in memory; one that is not there is read from its row."""

_LOCK = """
    SELECT key, version FROM service_state
    WHERE service = %(service)s AND key = ANY(%(keys)b::text[]) ORDER BY key FOR UPDATE
"""
_READ = """
    SELECT key, body, seen::text AS seen, sent::text AS sent, aside::text AS aside FROM service_state
    WHERE service = %(service)s AND key = ANY(%(keys)b::text[])
"""
_SAVE = """
    INSERT INTO service_state AS old (service, key, version, body, seen, sent, aside)
    SELECT %(service)s, key, version, body, seen::jsonb, sent::jsonb, aside::jsonb
    FROM unnest(%(keys)b::text[], %(versions)b::bigint[], %(bodies)b::bytea[], %(seen)b::text[], %(sent)b::text[],
        %(aside)b::text[]) AS new (key, version, body, seen, sent, aside)
    ON CONFLICT (service, key) DO UPDATE
    SET version = excluded.version, body = excluded.body, seen = excluded.seen, sent = excluded.sent,
        aside = excluded.aside, updated_at = now()
    WHERE old.version = excluded.version - 1
"""


@dataclass(frozen=True, slots=True)
class Versioned(Generic[S]):
    """A state and the version of its row; 0 where there is none yet."""

    kept: Kept[S]
    version: int


class States(Generic[S]):
    """All states of one service, as this process knows them."""

    def __init__(self, service: Service[S], capacity: int = CAPACITY) -> None:
        self._service = service
        self._capacity = capacity
        self._cache: OrderedDict[str, Versioned[S]] = OrderedDict()

    def load(self, connection: Connection, keys: Iterable[str]) -> dict[str, Versioned[S]]:
        """The states of `keys`, their rows locked until the transaction ends."""
        wanted = sorted(keys)
        if not wanted:
            return {}
        locked = connection.exec_driver_sql(_LOCK, {"service": self._service.name, "keys": wanted}).all()
        versions = {row.key: row.version for row in locked}
        known = {key: self._cache[key] for key, version in versions.items() if self._is_current(key, version)}
        stale = [key for key in versions if key not in known]
        unseen = Versioned(Kept(self._service.initial), 0)
        return {**dict.fromkeys(wanted, unseen), **known, **self._read(connection, stale, versions)}

    def save(self, connection: Connection, changed: Mapping[str, Versioned[S]]) -> None:
        """Write states, each with its new version; TransientError if another process was faster."""
        if not changed:
            return
        keys = sorted(changed)
        kept = [changed[key].kept for key in keys]
        rows = {
            "service": self._service.name,
            "keys": keys,
            "versions": [changed[key].version for key in keys],
            "bodies": [canonical(each.state.model_dump(mode="json")) for each in kept],
            "seen": [orjson.dumps(dict(each.seen)).decode() for each in kept],
            "sent": [orjson.dumps(dict(each.sent)).decode() for each in kept],
            "aside": [orjson.dumps(dict(each.aside)).decode() for each in kept],
        }
        if connection.exec_driver_sql(_SAVE, rows).rowcount != len(keys):
            raise TransientError("state-moved", f"{self._service.name}: another process settled one of the same keys")

    def remember(self, changed: Mapping[str, Versioned[S]]) -> None:
        """Keep in memory what was committed."""
        for key, versioned in changed.items():
            self._cache[key] = versioned
            self._cache.move_to_end(key)
        while len(self._cache) > self._capacity:
            self._cache.popitem(last=False)

    def _is_current(self, key: str, version: int) -> bool:
        return key in self._cache and self._cache[key].version == version

    def _read(self, connection: Connection, keys: list[str], versions: Mapping[str, int]) -> dict[str, Versioned[S]]:
        if not keys:
            return {}
        parse = type(self._service.initial).model_validate_json
        rows = connection.exec_driver_sql(_READ, {"service": self._service.name, "keys": keys}).all()
        return {row.key: Versioned(_kept(parse(bytes(row.body)), row), versions[row.key]) for row in rows}


def _kept(state: S, row: Any) -> Kept[S]:
    aside = {stream: tuple(numbers) for stream, numbers in orjson.loads(row.aside).items()}
    return Kept(state, orjson.loads(row.seen), orjson.loads(row.sent), aside)
