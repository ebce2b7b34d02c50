"""A broker that lost the end of its logs is filled again from the archive, byte for byte, to the same offsets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka.admin import AdminClient, NewTopic
from sqlalchemy import Engine, delete, insert

from ethogram.events import TitleHeld
from ethogram.events.envelope import Position, Raw, Record, encode
from ethogram.runtime import restore as restoring
from ethogram.runtime.history import topic_records
from ethogram.runtime.settings import Settings
from ethogram.runtime.store.archive import kept_after
from ethogram.runtime.store.engine import connect
from ethogram.runtime.store.ladder import keep_ladder
from ethogram.runtime.store.outbox import pack_headers
from ethogram.runtime.store.tables import archive, offsets, placements, ratings, title_events, titles
from ethogram.services.judge.service import judge
from ethogram.topology import Driver, catalogue
from tests.integration.audit.test_log_of_a_session import OTHER
from tests.unit.council.test_ladder import placed, recorded

pytestmark = pytest.mark.stack
TOPIC = "ethogram.lost-and-found"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = connect(database_url, "tests", connections=2)
    yield engine
    with engine.begin() as connection:
        connection.execute(delete(archive).where(archive.c.topic == TOPIC))
        connection.execute(delete(offsets).where(offsets.c.topic == TOPIC))
    engine.dispose()


def row(offset: int) -> dict[str, object]:
    return {
        "topic": TOPIC, "partition": 0, "offset": offset, "session_id": OTHER, "event_id": str(offset),
        "event_type": "x", "key": None if offset == 1 else b"k", "value": b"\xff%d" % offset,
        "headers": pack_headers((("ce_id", b"%d" % offset),)), "timestamp": 1_700_000_000_000 + offset,
    }  # fmt: skip


def test_what_was_lost_comes_back_byte_for_byte_and_a_hole_stops_it(kafka_bootstrap: str, engine: Engine) -> None:
    admin = AdminClient({"bootstrap.servers": kafka_bootstrap})
    admin.create_topics([NewTopic(TOPIC, 1, 1)])[TOPIC].result(20)
    kept = [0, 1, 2, 4]
    with engine.begin() as connection:
        connection.execute(insert(archive), [row(offset) for offset in kept])
        owned = {"service": "judge", "topic": TOPIC, "topic_id": "x", "partition": 0, "next_offset": 3, "epoch": 1}
        connection.execute(insert(offsets), [owned])

    with engine.connect() as connection:
        lost = next(each for each in restoring.losses(connection, kafka_bootstrap) if each.topic == TOPIC)
    assert (lost.end, lost.reached, lost.services) == (0, 3, ("judge",))
    told = next(each for each in restoring.restore(engine, kafka_bootstrap, send=False) if each.topic == TOPIC)
    assert told == restoring.Restored(TOPIC, 0, 0, 3, missing=3)
    assert restoring.ends(kafka_bootstrap)[TOPIC, 0] == 0, "a dry run sends nothing"

    with engine.connect() as connection:
        wanted = [raw for raw in kept_after(connection, TOPIC, 0, 0) if raw.position.offset < 3]
    restoring.send_again(kafka_bootstrap, wanted)
    assert restoring.ends(kafka_bootstrap)[TOPIC, 0] == 3
    assert delivered(kafka_bootstrap) == wanted
    with engine.connect() as connection:
        assert TOPIC not in {each.topic for each in restoring.losses(connection, kafka_bootstrap)}
    admin.delete_topics([TOPIC])[TOPIC].result(20)


def delivered(bootstrap: str) -> list[Raw]:
    from confluent_kafka import Consumer, TopicPartition

    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "tests.restore", "enable.auto.commit": False})
    consumer.assign([TopicPartition(TOPIC, 0, 0)])
    messages = [consumer.poll(20) for _ in range(3)]
    consumer.close()
    return [
        Raw(Position(TOPIC, 0, message.offset()), message.key(), message.value(), tuple(message.headers()),
            message.timestamp()[1])
        for message in messages if message
    ]  # fmt: skip


def test_who_holds_each_title_is_said_again_where_the_broker_lost_it(
    kafka_bootstrap: str, database_url: str, engine: Engine, tmp_path: Path
) -> None:
    settings = Settings(kafka_bootstrap_servers=kafka_bootstrap, database_url=database_url, home=tmp_path)
    title = f"cup {uuid4().hex[:8]}"
    sessions = [placed(number, "a", "b", title=title) for number in (int(uuid4()) % 10**9, int(uuid4()) % 10**9)]
    inputs = [recorded(event, offset) for offset, event in enumerate(sessions)]
    driver = Driver(judge)
    said = [made for record in inputs for made in driver.feed(record)]
    with engine.begin() as connection:
        keep_ladder(connection, [*inputs, *said])
    try:
        dry = restoring.restore_titles(engine, settings, send=False)
        assert dry is not None and dry.sent > 0
        assert restoring.restore_titles(engine, settings) == dry
        (found,) = [each for each in topic_records(settings, catalogue().topic_of(TitleHeld)) if titled(each) == title]
        last = [each for each in said if titled(each) == title][-1]
        assert found.raw is not None and (found.raw.key, found.raw.value) == encode(last)[:2]
        assert (found.id, found.source, found.causation) == (last.id, last.source, last.causation)
        assert restoring.restore_titles(engine, settings) is None, "now the broker has all of them"
    finally:
        with engine.begin() as connection:
            for table in (titles, title_events, placements):
                connection.execute(delete(table).where(table.c.title == title))
            connection.execute(delete(ratings).where(ratings.c.contestant.in_(["a", "b"])))


def titled(record: Record) -> str:
    return record.event.title if isinstance(record.event, TitleHeld) else ""
