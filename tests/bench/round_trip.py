"""Raw produce-consume round trips on a broker: the yardstick of every latency that we publish."""

from __future__ import annotations

import time
from uuid import uuid4

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

PAYLOAD = b'{"bench":"' + b"x" * 440 + b'"}'


def raw_round_trips(bootstrap: str, count: int = 500) -> list[float]:
    """Seconds of `count` round trips, one record at a time, acks=all; the first 50 are warm-up and left out."""
    topic = f"bench.round-trip.{uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(20)
    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all", "linger.ms": 0, "enable.idempotence": True})
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": topic, "fetch.wait.max.ms": 5})
    consumer.assign([TopicPartition(topic, 0, 0)])
    try:
        return [_round_trip(producer, consumer, topic) for _ in range(count + 50)][50:]
    finally:
        consumer.close()
        admin.delete_topics([topic])[topic].result(20)


def _round_trip(producer: Producer, consumer: Consumer, topic: str) -> float:
    started = time.perf_counter()
    producer.produce(topic, PAYLOAD)
    producer.poll(0)
    while True:
        message = consumer.poll(0.5)
        if message is not None and message.error() is None:
            return time.perf_counter() - started
