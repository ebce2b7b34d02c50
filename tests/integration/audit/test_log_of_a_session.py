"""The log of a session over a real broker and a real database: read back, archived, signed, verified, replayed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from sqlalchemy import Engine, select

from ethogram.audit import check, replay, verify
from ethogram.events import AuditCheckpoint, Chance, TransientError
from ethogram.events.envelope import Record, encode
from ethogram.runtime.history import session_history, session_records
from ethogram.runtime.keys import signer, trusted_keys
from ethogram.runtime.partition import partition_of
from ethogram.runtime.settings import Settings
from ethogram.runtime.settle import Settler
from ethogram.runtime.store.archive import archived
from ethogram.runtime.store.engine import connect
from ethogram.runtime.store.outbox import Message
from ethogram.runtime.store.tables import checkpoints
from ethogram.services.auditor.service import auditor
from ethogram.topology import catalogue
from tests.unit.audit.toys import PAUSE, RESUME, SERVICES, SESSION, START, Race, interleaved

pytestmark = pytest.mark.stack
OTHER = "99999999-2222-4333-8444-555555555555"


@pytest.fixture
def settings(kafka_bootstrap: str, database_url: str, tmp_path: Path) -> Settings:
    return Settings(kafka_bootstrap_servers=kafka_bootstrap, database_url=database_url, home=tmp_path)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = connect(settings.database_url, "tests", connections=2)
    yield engine
    engine.dispose()


def send(settings: Settings, messages: list[Message]) -> None:
    producer = Producer({"bootstrap.servers": settings.kafka_bootstrap_servers, "partitioner": "murmur2_random"})
    for message in messages:
        producer.produce(message.topic, message.value, message.key, headers=list(message.headers))
    assert producer.flush(20) == 0


def test_a_session_is_archived_signed_verified_and_replayed_from_the_topics_alone(
    settings: Settings, engine: Engine
) -> None:
    played = Race(11).play(START, PAUSE, RESUME)
    noise = Message("ethogram.verdict.issued.v1", SESSION.encode(), b"not json", ())
    foreign = Message("ethogram.verdict.issued.v1", OTHER.encode(), b"{}", ())
    messages = [Message(catalogue().topic_of(type(record.event)).name, *encode(record)) for record in played]
    send(settings, [noise, foreign, *messages])

    records = session_records(settings, SESSION)
    assert sorted(record.id for record in records) == sorted(record.id for record in played)
    settler = Settler(auditor, engine, signer(settings))
    for record in interleaved(records, Chance(1)):
        assert record.raw is not None
        settled = settler.settle([record.raw])
        send(settings, [posted.message for posted in settled.posted])

    history = session_history(settings, SESSION)
    found = verify(history.records, trusted_keys(settings), history.unreadable)
    assert (found.status, found.size) == ("verified", len(played))
    assert replay(history.records, SERVICES).identical
    assert [error.code for _, error in history.unreadable] == ["not-json"]

    with engine.connect() as connection:
        kept = {raw.position: (raw.key, raw.value, raw.headers) for raw in archived(connection, SESSION)}
        row = connection.execute(select(checkpoints).where(checkpoints.c.event_id == found.checkpoint_id)).one()
    delivered = {record.raw.position: record.raw for record in records if record.raw}
    assert kept == {place: (raw.key, raw.value, raw.headers) for place, raw in delivered.items()}
    head = next(record for record in history.records if record.id == found.checkpoint_id)
    assert row.root == found.root and row.closing
    assert check(head.event.body(), row.signature, trusted_keys(settings)) == found.kid

    _retention_takes(settings, history.records)
    later = session_history(settings, SESSION)
    assert later.records == history.records, "what the topics lost is read from the archive"
    assert verify(later.records, trusted_keys(settings), later.unreadable).status == "verified"
    assert replay(later.records, SERVICES).identical


def _retention_takes(settings: Settings, records: list[Record]) -> None:
    """Remove what stands on the topics, as time does, but what is kept for ever."""
    ends: dict[tuple[str, int], int] = {}
    for place in (record.position for record in records if not isinstance(record.event, AuditCheckpoint)):
        assert place is not None
        ends[place.topic, place.partition] = max(ends.get((place.topic, place.partition), 0), place.offset + 1)
    admin = AdminClient({"bootstrap.servers": settings.kafka_bootstrap_servers})
    wanted = [TopicPartition(*place, end) for place, end in ends.items()]
    assert all(done.result(20).low_watermark for done in admin.delete_records(wanted).values())


def test_only_the_partition_of_the_session_holds_its_records(settings: Settings) -> None:
    records = [record for record in session_records(settings, SESSION) if not record.event.COMMAND]
    assert {record.position.partition for record in records if record.position} == {partition_of(SESSION.encode(), 4)}


def test_a_session_that_no_topic_knows_has_no_records(settings: Settings) -> None:
    assert session_records(settings, "00000000-0000-4000-8000-000000000000") == []


def test_a_broker_that_is_not_there_is_named() -> None:
    with pytest.raises(TransientError, match=r"127\.0\.0\.1:1"):
        session_records(Settings(kafka_bootstrap_servers="127.0.0.1:1"), SESSION)
