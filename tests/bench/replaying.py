"""How fast history is replayed, against the plainest reader of the same broker: consume everything, decode the JSON."""

from __future__ import annotations

import time
from typing import Any

import orjson
from confluent_kafka import Consumer, TopicPartition
from sqlalchemy import create_engine

from ethogram import audit
from ethogram.cli.replaying import services
from ethogram.runtime.history import session_histories
from ethogram.runtime.store.reports import sessions_between
from ethogram.topology import catalogue
from tests.running import Running


def replay_speed(running: Running) -> dict[str, float]:
    """Records per second: read and decoded only, read as history, and replayed from the topics to the last byte."""
    began = time.perf_counter()
    raw = _consume_and_decode(running.bootstrap)
    plain = raw / (time.perf_counter() - began)
    began = time.perf_counter()
    histories = session_histories(running.settings, _sessions(running))
    read = time.perf_counter() - began
    found = [audit.replay(history.records, services()) for history in histories.values()]
    took = time.perf_counter() - began
    assert all(report.identical for report in found)
    records = sum(len(history.records) for history in histories.values())
    return {
        "records": records, "plain_per_second": round(plain), "history_per_second": round(records / read),
        "replay_per_second": round(records / took), "ratio": round(records / took / plain, 4),
    }  # fmt: skip


def _sessions(running: Running) -> list[str]:
    engine = create_engine(running.settings.database_url)
    with engine.connect() as connection:
        found = sessions_between(connection, None, None)
    engine.dispose()
    return found


def _consume_and_decode(bootstrap: str) -> int:
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "bench.plain", "enable.auto.commit": False})
    known = consumer.list_topics(timeout=10).topics
    names = [topic.name for topic in catalogue().topics.values() if not topic.raw and topic.name in known]
    places = [TopicPartition(name, number, 0) for name in names for number in known[name].partitions]
    total = sum(consumer.get_watermark_offsets(place)[1] for place in places)
    consumer.assign(places)
    done: list[Any] = []
    while len(done) < total:
        done += [
            orjson.loads(message.value() or b"") for message in consumer.consume(1_000, 1.0) if not message.error()
        ]
    consumer.close()
    return len(done)
