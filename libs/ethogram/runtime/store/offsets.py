"""How far a service has come: PostgreSQL says so; what Kafka stores for the group is a hint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

_CLAIM = """
    INSERT INTO consumer_offsets AS mine (service, topic, topic_id, partition, next_offset, epoch)
    SELECT %(service)s, %(topic)s, %(topic_id)s, partition, 0, 1 FROM unnest(%(partitions)b::int[]) AS partition
    ON CONFLICT (service, topic, partition) DO UPDATE
    SET epoch = mine.epoch + 1, topic_id = excluded.topic_id,
        next_offset = CASE WHEN mine.topic_id = excluded.topic_id THEN mine.next_offset ELSE 0 END
    RETURNING partition, next_offset, epoch
"""
_ADVANCE = """
    UPDATE consumer_offsets AS mine SET next_offset = new.next_offset
    FROM unnest(%(topics)b::text[], %(partitions)b::int[], %(offsets)b::bigint[], %(epochs)b::bigint[])
        AS new (topic, partition, next_offset, epoch)
    WHERE mine.service = %(service)s AND mine.topic = new.topic AND mine.partition = new.partition
        AND mine.epoch = new.epoch
"""

Place = tuple[str, int]
"""Topic and partition."""


class Zombie(Exception):
    """Another process owns what this one was settling: nothing is written, and this process must end."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A partition that this process owns until another one claims it."""

    next_offset: int
    epoch: int


def claim(connection: Connection, service: str, topic: str, topic_id: str, partitions: list[int]) -> dict[Place, Claim]:
    """Become the owner of partitions. A topic that was made anew (another id) starts from the beginning."""
    given = {"service": service, "topic": topic, "topic_id": topic_id, "partitions": sorted(partitions)}
    rows = connection.exec_driver_sql(_CLAIM, given).all()
    return {(topic, row.partition): Claim(row.next_offset, row.epoch) for row in rows}


def advance(
    connection: Connection, service: str, next_offsets: Mapping[Place, int], epochs: Mapping[Place, int]
) -> None:
    """Move on by compare-and-set on the owner's epoch; Zombie if a partition has another owner."""
    places = sorted(next_offsets)
    moved = connection.exec_driver_sql(
        _ADVANCE,
        {
            "service": service,
            "topics": [topic for topic, _ in places],
            "partitions": [partition for _, partition in places],
            "offsets": [next_offsets[place] for place in places],
            "epochs": [epochs[place] for place in places],
        },
    ).rowcount
    if moved != len(places):
        raise Zombie(f"{service} lost {len(places) - moved} of {len(places)} partitions to another process")
