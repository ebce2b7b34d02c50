"""A broker that lost the ends of its logs is filled again from the archive: same key, value, headers, time, offset."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from sqlalchemy import Connection, Engine, and_, select

from ethogram.events import DEFAULT_TENANT, EventId, TitleHeld, TransientError
from ethogram.events.envelope import Position, Raw, Record, encode
from ethogram.events.ladder import ladder_of
from ethogram.events.moments import moment
from ethogram.runtime.brokers import reach
from ethogram.runtime.history import topic_records
from ethogram.runtime.settings import Settings
from ethogram.runtime.store.archive import kept_after
from ethogram.runtime.store.tables import offsets, placements, title_events, titles
from ethogram.topology import catalogue

TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True)
class Loss:
    """One partition whose log ends before what was read of it."""

    topic: str
    partition: int
    end: int
    """Where the broker's log ends now."""
    reached: int
    """How far services had read it."""
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of one partition."""

    topic: str
    partition: int
    first: int
    sent: int
    missing: int | None = None
    """The first offset that nothing remembers: what comes after it was not sent, for it would stand elsewhere."""


def ends(bootstrap: str) -> dict[tuple[str, int], int]:
    """Where the log of each partition ends; TransientError if no broker answers."""
    admin = AdminClient({**reach(bootstrap), "log_level": 2})
    consumer = Consumer({**reach(bootstrap), "group.id": "ethogram.restore", "enable.auto.commit": False})
    try:
        known = admin.list_topics(timeout=TIMEOUT_S).topics
        parts = [TopicPartition(name, number) for name, topic in known.items() for number in topic.partitions
                 if name.startswith("ethogram.")]  # fmt: skip
        return {
            (part.topic, part.partition): consumer.get_watermark_offsets(part, timeout=TIMEOUT_S)[1] for part in parts
        }
    except KafkaException as error:
        raise TransientError("kafka", f"{bootstrap}: {error.args[0].str()}") from None
    finally:
        consumer.close()


def losses(connection: Connection, bootstrap: str) -> list[Loss]:
    """Partitions of which services have read more than the broker has."""
    known = ends(bootstrap)
    reached: dict[tuple[str, int], dict[str, int]] = {}
    for row in connection.execute(select(offsets)):
        if row.next_offset > known.get((row.topic, row.partition), 0):
            reached.setdefault((row.topic, row.partition), {})[row.service] = row.next_offset
    return [
        Loss(topic, partition, known.get((topic, partition), 0), max(services.values()), tuple(sorted(services)))
        for (topic, partition), services in sorted(reached.items())
    ]


def restore(engine: Engine, bootstrap: str, *, send: bool = True) -> list[Restored]:
    """Republish what the archive has beyond the end of each partition, in order; without `send` only tell.

    Services must be down: what they wrote in the meantime would take the offsets of what is restored.
    """
    done = []
    with engine.connect() as connection:
        for (topic, partition), end in sorted(ends(bootstrap).items()):
            kept = list(kept_after(connection, topic, partition, end))
            whole = list(_contiguous(kept, end))
            if not kept:
                continue
            if send:
                send_again(bootstrap, whole)
            missing = end + len(whole) if len(whole) < len(kept) else None
            done.append(Restored(topic, partition, end, len(whole), missing))
    return done


def restore_titles(engine: Engine, settings: Settings, *, send: bool = True) -> Restored | None:
    """Say again who holds each title where the broker has lost it; none if it has lost nothing.

    The topic is compacted and in no archive: its offsets mean nothing, and what each key said last follows from the
    ladder. The value is the same to the byte; number and trace of the record stay away.
    """
    topic = catalogue().topic_of(TitleHeld)
    known = {record.id for record in topic_records(settings, topic)}
    with engine.connect() as connection:
        lost = [record for record in _titles(connection) if record.id not in known]
    if not lost:
        return None
    first = ends(settings.kafka_bootstrap_servers)[topic.name, 0]
    if send:
        pairs = ((each, encode(each)) for each in lost)
        raws = [
            Raw(Position(topic.name, 0, 0), key, value, headers, int(moment(each.time).timestamp() * 1_000))
            for each, (key, value, headers) in pairs
        ]
        send_again(settings.kafka_bootstrap_servers, raws)
    return Restored(topic.name, 0, first, len(lost))


def _titles(connection: Connection) -> list[Record]:
    """The last word on each title, in the envelope that the judge gave it."""
    query = (
        select(titles, placements.c.event_id, placements.c.placed_at, placements.c.session_id)
        .join(title_events, and_(*(titles.c[name] == title_events.c[name] for name in ("tenant", "title", "number"))))
        .join(placements, placements.c.session_id == title_events.c.of_session)
        .order_by(titles.c.tenant, titles.c.title)
    )
    return [_held(row) for row in connection.execute(query).mappings()]


def _held(row: Any) -> Record:
    tenant = None if row["tenant"] == DEFAULT_TENANT else row["tenant"]
    told = {"session_id": ladder_of(tenant), "tenant": tenant}
    event = TitleHeld.model_validate({**told, **{name: row[name] for name in ("title", "number", "holding")}})
    time = row["placed_at"].astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Record(
        event, EventId(event.id), "/ethogram/judge", time, correlation=row["session_id"], causation=row["event_id"]
    )


def _contiguous(kept: list[Raw], end: int) -> Iterator[Raw]:
    for offset, raw in enumerate(kept, end):
        if raw.position.offset != offset:
            return
        yield raw


def send_again(bootstrap: str, raws: list[Raw]) -> None:
    """Republish records to their partitions with their own keys, values, headers and times, in order."""
    failed: list[Any] = []
    producer = Producer({**reach(bootstrap), "enable.idempotence": True, "acks": "all"})
    for raw in raws:
        place: Position = raw.position
        producer.produce(
            place.topic, raw.value, raw.key, place.partition, timestamp=raw.timestamp, headers=list(raw.headers),
            on_delivery=lambda error, _: failed.append(error) if error else None,
        )  # fmt: skip
        producer.poll(0)
    if producer.flush(60) or failed:
        raise TransientError("kafka", f"{bootstrap}: not all was taken: {failed[:1]}; call it again")
