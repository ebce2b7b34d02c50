"""The history of sessions, read from the topics: no group, no offsets kept, nothing changed.

What retention has taken from the topics is read from the archive in PostgreSQL, where the auditor put it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from ethogram.events import InvalidRecord, TransientError
from ethogram.events.envelope import Position, Raw, Record, decode
from ethogram.runtime.brokers import reach
from ethogram.runtime.partition import partition_of
from ethogram.runtime.salts import known_salter
from ethogram.runtime.settings import Settings
from ethogram.runtime.store.archive import archived
from ethogram.topology import Topic, catalogue

TIMEOUT_S = 10.0
"""Longest wait for a broker that says nothing."""
BATCH = 1_000
SESSION_KEY = "session_id"
"""What the catalogue says of topics whose records are keyed by session."""

Part = tuple[str, int]
"""A topic and one of its partitions."""


@dataclass(slots=True)
class History:
    """What the topics say about one session."""

    records: list[Record] = field(default_factory=list)
    """All topics, its checkpoints among them; in order per topic."""
    unreadable: list[tuple[Position, InvalidRecord]] = field(default_factory=list)
    """Records under its key that cannot be decoded."""


def session_records(settings: Settings, session_id: str) -> list[Record]:
    """Every record of a session, in order per topic; empty if no topic knows it."""
    return session_history(settings, session_id).records


def session_history(settings: Settings, session_id: str) -> History:
    """Every record of a session up to the end of the topics as it is now; TransientError if no broker answers."""
    return session_histories(settings, [session_id])[session_id]


def session_histories(settings: Settings, session_ids: Collection[str]) -> dict[str, History]:
    """The same of several sessions, in one pass over the topics."""
    histories = {session_id: History() for session_id in session_ids}
    with _reader(settings) as consumer:
        ends = _ends(consumer, parts_of(consumer, [each.encode() for each in histories]))
        for raw in _gone(settings, list(histories), {part: low for part, (low, _) in ends.items() if low}):
            _take(histories, raw)
        for message in _until_end(consumer, ends):
            _take(histories, _raw(message))
    salt = known_salter(settings)
    for history in histories.values():
        history.records.sort(key=_place)
        if salt is not None:
            history.records = [replace(record, salt=salt(record)) for record in history.records]
    return histories


def topic_records(settings: Settings, topic: Topic) -> list[Record]:
    """Every record of a topic up to its end as it is now, each id once, in order per partition; what cannot be read is
    left out."""
    found: dict[str, Record] = {}
    with _reader(settings) as consumer:
        known = consumer.list_topics(topic.name, timeout=TIMEOUT_S).topics
        parts = [(topic.name, number) for number in known[topic.name].partitions]
        for message in _until_end(consumer, _ends(consumer, parts)):
            with suppress(InvalidRecord):
                record = decode(_raw(message), topic.types)
                found.setdefault(record.id, record)
    return sorted(found.values(), key=_place)


@contextmanager
def _reader(settings: Settings) -> Iterator[Consumer]:
    """A consumer of no group; TransientError if no broker answers."""
    consumer = Consumer(
        {
            **reach(settings.kafka_bootstrap_servers),
            "group.id": "ethogram.history",  # librdkafka wants a name; without subscribe or commit no group comes about
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "enable.partition.eof": True,
            "fetch.wait.max.ms": 50,
        }
    )
    try:
        yield consumer
    except KafkaException as error:
        raise TransientError("kafka", f"{settings.kafka_bootstrap_servers}: {error.args[0].str()}") from None
    finally:
        consumer.close()


def parts_of(consumer: Consumer, keys: Collection[bytes]) -> list[Part]:
    """What may hold records of these keys: their own partitions, and every one of topics keyed by anything."""
    known = consumer.list_topics(timeout=TIMEOUT_S).topics
    parts = []
    for topic in catalogue().topics.values():
        count = len(known[topic.name].partitions) if topic.name in known else 0
        if topic.raw or not count:
            continue
        sizes = {size for size in (count, *topic.partitions.values()) if size <= count}  # it may have grown since
        own = {partition_of(key, size) for key in keys for size in sizes}
        parts += [(topic.name, number) for number in sorted(own if topic.key == SESSION_KEY else range(count))]
    return parts


def _ends(consumer: Consumer, parts: Sequence[Part]) -> dict[Part, tuple[int, int]]:
    """Where each partition begins and ends now."""
    return {part: consumer.get_watermark_offsets(TopicPartition(*part), timeout=TIMEOUT_S) for part in parts}


def _gone(settings: Settings, session_ids: Sequence[str], lows: Mapping[Part, int]) -> Iterator[Raw]:
    """Records before the first ones that the topics still have: retention took them, the archive has them."""
    if not lows:
        return
    engine = create_engine(settings.database_url, poolclass=NullPool, connect_args={"connect_timeout": 5})
    with engine.connect() as connection:
        for session_id in session_ids:
            for raw in archived(connection, session_id):
                if raw.position.offset < lows.get((raw.position.topic, raw.position.partition), 0):
                    yield raw


def _until_end(consumer: Consumer, ends: Mapping[Part, tuple[int, int]]) -> Iterator[Message]:
    """The records of partitions from the first one to where each ended when this began."""
    waiting = {part: high for part, (low, high) in ends.items() if high > low}
    consumer.assign([TopicPartition(*part, OFFSET_BEGINNING) for part in waiting])
    while waiting:
        first = consumer.poll(TIMEOUT_S)  # consume() would wait on for as many as it may return
        if first is None:
            raise TransientError("kafka", f"the broker was silent for {TIMEOUT_S:.0f} s; unread: {sorted(waiting)}")
        for message in (first, *consumer.consume(BATCH, timeout=0)):
            part = str(message.topic()), int(message.partition() or 0)
            error = message.error()
            if error is None and part in waiting:
                yield message
            elif error is not None and error.code() != KafkaError._PARTITION_EOF:
                raise KafkaException(error)
            if error is not None or int(message.offset() or 0) + 1 >= waiting.get(part, 0):
                waiting.pop(part, None)


def _take(histories: Mapping[str, History], raw: Raw) -> None:
    topic = catalogue().topics[raw.position.topic]
    own = histories.get((raw.key or b"").decode(errors="replace"))
    if own is None and topic.key == SESSION_KEY:
        return
    try:
        record = decode(raw, topic.types, bare=topic.bare_type)
    except InvalidRecord as error:
        if own is not None:
            own.unreadable.append((raw.position, error))
        return
    history = histories.get(record.event.session_id)
    if history is not None:
        history.records.append(record)


def _raw(message: Message) -> Raw:
    position = Position(str(message.topic()), int(message.partition() or 0), int(message.offset() or 0))
    pairs: Any = message.headers() or ()
    headers = tuple((name, value or b"") for name, value in pairs)
    return Raw(position, message.key(), message.value(), headers, message.timestamp()[1])


def _place(record: Record) -> tuple[str, int, int]:
    place = record.position
    return (place.topic, place.partition, place.offset) if place else ("", 0, 0)
