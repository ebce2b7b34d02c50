"""One key lands in one partition, whoever writes it: confluent-kafka, Faust and Kafka's own console producer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from ethogram.devserver.jars import console_tool

pytestmark = pytest.mark.stack

KEYS = [str(uuid4()) for _ in range(60)]

FAUST_WRITER = """
import asyncio, json, sys
import faust
bootstrap, topic_name, keys = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
app = faust.App("partition-test", broker=f"kafka://{bootstrap}", web_enabled=False, topic_disable_leader=True)
topic = app.topic(topic_name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")

async def write():
    await app.producer.start()
    for key in keys:
        await (await topic.send(key=key.encode(), value=b"faust"))
    await app.producer.stop()

asyncio.new_event_loop().run_until_complete(write())
"""


@pytest.fixture
def topic(kafka_bootstrap: str):
    """A topic with four partitions, removed afterwards."""
    name = f"partition-test-{uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": kafka_bootstrap})
    admin.create_topics([NewTopic(name, 4, 1)])[name].result(20)
    yield name
    admin.delete_topics([name])[name].result(20)


def _by_confluent(bootstrap: str, topic: str) -> None:
    producer = Producer({"bootstrap.servers": bootstrap, "partitioner": "murmur2_random"})
    for key in KEYS:
        producer.produce(topic, key=key, value=b"confluent")
    assert producer.flush(20) == 0


def _by_faust(bootstrap: str, topic: str) -> None:
    subprocess.run(
        [sys.executable, "-c", FAUST_WRITER, bootstrap, topic, json.dumps(KEYS)],
        check=True, timeout=90, env={**os.environ}, capture_output=True,
    )  # fmt: skip


def _by_console(bootstrap: str, topic: str) -> None:
    lines = "".join(f"{key}\tconsole\n" for key in KEYS)
    command = console_tool(
        "org.apache.kafka.tools.ConsoleProducer",
        "--bootstrap-server", bootstrap, "--topic", topic,
        "--reader-property", "parse.key=true",
    )  # fmt: skip
    subprocess.run(command, input=lines.encode(), check=True, timeout=90, capture_output=True)


def _read(bootstrap: str, topic: str, expected: int) -> dict[str, dict[str, int]]:
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": uuid4().hex, "auto.offset.reset": "earliest"})
    consumer.assign([TopicPartition(topic, partition, 0) for partition in range(4)])
    found: dict[str, dict[str, int]] = {}
    deadline, count = time.monotonic() + 30, 0
    while count < expected and time.monotonic() < deadline:
        for message in consumer.consume(500, 0.5):
            assert message.error() is None
            found.setdefault(message.value().decode(), {})[message.key().decode()] = message.partition()
            count += 1
    consumer.close()
    return found


def test_three_writers_agree_on_the_partition_of_every_key(kafka_bootstrap: str, topic: str) -> None:
    for write in (_by_confluent, _by_faust, _by_console):
        write(kafka_bootstrap, topic)
    found = _read(kafka_bootstrap, topic, 3 * len(KEYS))
    assert set(found) == {"confluent", "faust", "console"}
    assert set(found["confluent"]) == set(KEYS)
    assert found["confluent"] == found["faust"] == found["console"]
    assert len(set(found["confluent"].values())) == 4
