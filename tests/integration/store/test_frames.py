"""The past of a session at once: whole, by type, by id, the newest; and where the live stream goes on from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection

from ethogram.events import TurnResolved
from ethogram.events.envelope import Position, Raw, Record, encode
from ethogram.runtime.store.archive import frames_of, insert_archive, kept_of
from ethogram.topology import Bus, catalogue
from tests.unit.games.stage import COUNCIL, DIRECTOR, PLAYERS, SESSION, training

pytestmark = pytest.mark.stack

TYPE = TurnResolved.TYPE


def delivered() -> list[Record]:
    """A session's records as a broker would deliver them, in a partition that no other test writes to."""
    offsets: dict[str, int] = {}
    told = []
    for number, record in enumerate(Bus([DIRECTOR, PLAYERS, COUNCIL]).play(training())):
        topic = catalogue().topic_of(type(record.event)).name
        if catalogue().topics[topic].bare is not None:
            continue
        place = Position(topic, 99, offsets.setdefault(topic, 7))
        offsets[topic] += 1
        key, value, headers = encode(record)
        if key != SESSION.encode():
            continue  # what belongs to the ladder is no part of a session's stream
        told.append(replace(record, position=place, raw=Raw(place, key, value, headers, 1_000 + number)))
    return told


def read(
    connection: Connection, *, kinds: Sequence[str] = (), ids: Sequence[str] = (), limit: int | None = None
) -> Any:
    found = b",".join(frames_of(connection, SESSION, kinds, ids, limit))
    return orjson.loads(b"[%s]" % found)


def test_what_is_kept_is_told_as_the_stream_tells_it(connection: Connection) -> None:
    records = delivered()
    insert_archive(connection, records)
    kinds, after = kept_of(connection, SESSION)
    assert sum(kinds.values()) == len(records) and kinds[TYPE] == 20
    turns = [record for record in records if record.event.TYPE == TYPE]
    assert after[turns[0].position.topic] == 7 + 20  # type: ignore[union-attr]
    whole = read(connection)
    assert [told["offset"] for told in whole if told["type"] == TYPE] == list(range(7, 27))
    assert whole[0].keys() == {"type", "id", "time", "topic", "partition", "offset", "event"}
    last = read(connection, ids=[turns[-1].id])
    assert [told["event"] for told in last] == [orjson.loads(turns[-1].raw.value)]  # type: ignore[union-attr, arg-type]
    assert last[0]["time"] == turns[-1].time
    newest = read(connection, kinds=[TYPE], limit=3)
    assert [told["event"]["number"] for told in newest] == [20, 19, 18]
    assert kept_of(connection, "nobody") == ({}, {})
