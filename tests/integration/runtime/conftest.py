"""What tests of the runtime have in common: a toy service, its input, and what it left behind."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from os import environ
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from sqlalchemy import Engine, text

from ethogram.events import EventId, ModelCallRecorded, SessionId
from ethogram.events.envelope import Headers, Position, Raw, Record, encode
from ethogram.runtime.consumer import topic_ids
from ethogram.runtime.health import Health
from ethogram.runtime.retry import Patience
from ethogram.runtime.store import offsets
from ethogram.runtime.store.engine import connect
from ethogram.topology import catalogue
from tests.integration.runtime.toy import INPUT, LEDGER, OUTPUT

ROOT = Path(__file__).parents[3]
PARTITIONS = catalogue().topics[INPUT].partitions["embedded"]
SOURCE = "/ethogram/agent-runner"
NOW_MS = time.time_ns() // 1_000_000
"""When Kafka took the records of these tests, in milliseconds."""


def call(session_id: str, turn: int, response: str = "count") -> ModelCallRecorded:
    """An input of the toy."""
    return ModelCallRecorded(
        session_id=SessionId(session_id), game_id="g", turn=turn, seat=0, call=0, provider="p", model="m",
        request_digest="d", request={}, response=response,
    )  # fmt: skip


def record_of(event: ModelCallRecorded, sequence: int | None) -> Record:
    """It as the agent runner would send it."""
    return Record(
        event=event, id=EventId(event.id), source=SOURCE, time="2026-11-21T10:00:00.000Z",
        correlation=event.session_id, sequence=sequence,
    )  # fmt: skip


def raw_call(
    session_id: str, turn: int, response: str = "count", *, offset: int | None = None, sequence: int | None = None,
    partition: int = 0,
) -> Raw:  # fmt: skip
    """It as Kafka would deliver it; numbered by its turn unless told otherwise."""
    key, value, headers = encode(record_of(call(session_id, turn, response), turn if sequence is None else sequence))
    return Raw(Position(INPUT, partition, turn if offset is None else offset), key, value, headers, NOW_MS)


def with_header(raw: Raw, name: str, value: bytes) -> Raw:
    """`raw` with one more header."""
    return replace(raw, headers=(*raw.headers, (name, value)))


def with_other_body(raw: Raw) -> Raw:
    """`raw` under its own id, with another body."""
    return replace(raw, value=(raw.value or b"").replace(b'"request_digest":"d"', b'"request_digest":"forged"'))


@pytest.fixture
def session_id() -> str:
    """A session of its own."""
    return str(uuid4())


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The real database, with the toy's ledger."""
    engine = connect(database_url, "tests", connections=5)
    with engine.begin() as connection:
        connection.execute(text(LEDGER))
    yield engine
    engine.dispose()


@pytest.fixture
def name() -> Iterator[str]:
    """A name for a toy of its own; the catalogue forgets it afterwards."""
    topic = catalogue().topics[INPUT]
    yield f"toy-{uuid4().hex[:8]}"
    catalogue().topics[INPUT] = topic


def query(engine: Engine, statement: str, **given: Any) -> Any:
    """The single value that a statement gives."""
    with engine.connect() as connection:
        return connection.execute(text(statement), given).scalar()


def wait_for(what: Callable[[], bool], timeout_s: float = 60, why: str = "") -> None:
    """Until `what` holds."""
    deadline = time.monotonic() + timeout_s
    while not what():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout_s} s: {why or what}")
        time.sleep(0.05)


@dataclass
class Bench:
    """A toy as a process of its own on the real broker and database."""

    name: str
    bootstrap: str
    database_url: str
    engine: Engine
    log: Path
    arguments: tuple[str, ...] = ()
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, **settings: Any) -> subprocess.Popen[bytes]:
        """Start it with settings (`crash_at="committed"`)."""
        given = {f"ETHOGRAM_{name.upper()}": str(value) for name, value in settings.items()}
        environment = {
            **environ, "ETHOGRAM_HOME": str(self.log.parent), "DATABASE_URL": self.database_url,
            "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap,
            "PYTHONPATH": str(ROOT / "libs"), **given,
        }  # fmt: skip
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "tests.integration.runtime.toy", self.name, *self.arguments]
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log, stdout=log)
        self.processes.append(process)
        return process

    def skip_history(self) -> None:
        """Begin where the input ends now: what other tests wrote is none of this toy's business."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": f"look-{uuid4()}"})
        patience = Patience("toy", Health("toy"))  # a broker that has just been started again leads nothing yet
        places = [TopicPartition(INPUT, number) for number in range(PARTITIONS)]
        ends = [patience.insist(partial(consumer.get_watermark_offsets, place))[1] for place in places]
        consumer.close()
        topic_id = topic_ids(AdminClient({"bootstrap.servers": self.bootstrap}), [INPUT])[INPUT]
        with self.engine.begin() as connection:
            claims = offsets.claim(connection, self.name, INPUT, topic_id, list(range(PARTITIONS)))
            epochs = {place: claim.epoch for place, claim in claims.items()}
            offsets.advance(connection, self.name, {(INPUT, at): end for at, end in enumerate(ends)}, epochs)

    def commit_end(self) -> None:
        """Tell Kafka that the group has had everything: Faust starts from there."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": f"ethogram.{self.name}"})
        places = [TopicPartition(INPUT, number) for number in range(PARTITIONS)]
        ends = [consumer.get_watermark_offsets(place)[1] for place in places]
        done = [TopicPartition(INPUT, number, end) for number, end in enumerate(ends)]
        consumer.commit(offsets=done, asynchronous=False)
        consumer.close()

    def send(self, *raws: Raw) -> None:
        """Produce records to their topics."""
        producer = Producer({"bootstrap.servers": self.bootstrap, "partitioner": "murmur2_random", "linger.ms": 1})
        for raw in raws:
            headers: Any = list(raw.headers)
            producer.produce(raw.position.topic, raw.value, raw.key, headers=headers)
            producer.poll(0)
        assert producer.flush(20) == 0

    def records(self, topic: str = OUTPUT) -> list[tuple[bytes | None, bytes | None, Headers]]:
        """Everything that is on a topic."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": f"look-{uuid4()}"})
        metadata = consumer.list_topics(topic, 10).topics[topic]
        places = [TopicPartition(topic, number) for number in metadata.partitions]
        marks = {place.partition: consumer.get_watermark_offsets(place) for place in places}
        kept = [TopicPartition(topic, number, low) for number, (low, high) in marks.items() if low < high]
        consumer.assign(kept)
        found: list[Any] = []
        wait_for(lambda: _is_read(consumer, found, {number: high for number, (_, high) in marks.items()}))
        consumer.close()
        return [(message.key(), message.value(), tuple(message.headers() or ())) for message in found]

    def outputs(self, session_id: str) -> list[dict[str, str]]:
        """Headers of what this toy said about a session, in order."""
        found = [
            {header: value.decode() for header, value in headers}
            for key, _, headers in self.records()
            if key == session_id.encode()
        ]
        return [headers for headers in found if headers["ce_source"] == f"/ethogram/{self.name}"]

    def count(self, statement: str, **given: Any) -> int:
        """A number from the database about this toy."""
        return int(query(self.engine, statement, service=self.name, **given) or 0)

    def settled(self, session_id: str) -> int:
        """Calls of a session in the ledger."""
        statement = "SELECT count(*) FROM toy_ledger WHERE service = :service AND session_id = :s AND kind = 'call'"
        return self.count(statement, s=session_id)

    def close(self) -> None:
        """End what was started here."""
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait(10)


def _is_read(consumer: Consumer, found: list[Any], ends: dict[int, int]) -> bool:
    """Whether everything before the ends is in `found`, after another look."""
    assigned = consumer.assignment()
    if assigned:
        found.extend(message for message in consumer.consume(1000, 0.2) if message.error() is None)
    return all(place.offset >= ends[place.partition] for place in consumer.position(assigned))


@pytest.fixture
def bench(name: str, kafka_bootstrap: str, database_url: str, engine: Engine, tmp_path: Path) -> Iterator[Bench]:
    """A bench, cleaned up whatever happens."""
    bench = Bench(name, kafka_bootstrap, database_url, engine, tmp_path / "toy.log")
    bench.skip_history()
    yield bench
    bench.close()
    if bench.log.exists():
        print(bench.log.read_text()[-4000:])
