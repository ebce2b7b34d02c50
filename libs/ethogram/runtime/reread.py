"""Reading again from Kafka what Faust did not deliver: records before a gap, and tails that show no gap."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from confluent_kafka import Consumer, TopicPartition
from sqlalchemy import Engine, text

from ethogram.events.envelope import Raw
from ethogram.runtime import clock, telemetry
from ethogram.runtime.consumer import raw_of
from ethogram.runtime.partition import partition_of
from ethogram.runtime.producer import client_config
from ethogram.runtime.settle import GapFound
from ethogram.topology import Service, catalogue
from ethogram.topology.service import S

FIRST_WINDOW = 1_000
WIDER = 8
TIMEOUT_S = 20.0

_LAGGING = text("""
    SELECT theirs.key, coalesce((mine.seen ->> :stream)::bigint, 0) AS seen
    FROM service_state AS theirs
    LEFT JOIN service_state AS mine ON mine.service = :service AND mine.key = theirs.key
    WHERE theirs.service = :producer AND theirs.updated_at > now() - interval '1 hour'
        AND (theirs.sent ->> :topic)::bigint > coalesce((mine.seen ->> :stream)::bigint, 0)
""")


class Stream(NamedTuple):
    """A numbered stream: what one service writes to one topic."""

    producer: str
    topic: str


class Lagging(NamedTuple):
    """A session of which a service has not seen everything that was sent."""

    stream: Stream
    key: str
    seen: int


def lagging(engine: Engine, service: Service[S]) -> set[Lagging]:
    """Sessions, per stream, whose producer says that it has sent more than this service has seen."""
    found: set[Lagging] = set()
    with engine.connect() as connection:
        for stream in streams_of(service):
            given = {
                "service": service.name,
                "producer": stream.producer,
                "topic": stream.topic,
                "stream": f"/ethogram/{stream.producer}|{stream.topic}",
            }
            found.update(Lagging(stream, row.key, row.seen) for row in connection.execute(_LAGGING, given))
    return found


def streams_of(service: Service[S]) -> list[Stream]:
    """The streams that a service reads."""
    return [Stream(name, topic.name) for topic in catalogue().consumed_by(service.name) for name in topic.producers]


class Rereader:
    """Reads windows of a partition with a consumer that belongs to no group."""

    def __init__(self, bootstrap: str, client_id: str) -> None:
        self._consumer = Consumer(
            {
                **client_config(bootstrap, client_id),
                "group.id": f"ethogram.{client_id}",  # required by the client; nothing is ever committed under it
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "auto.offset.reset": "earliest",
            }
        )

    def before(self, raws: Sequence[Raw], settle: Callable[[Sequence[Raw], bool], None]) -> None:
        """Settle `raws` together with the records of the same keys that stand before them."""
        end = {(raw.position.topic, raw.position.partition): raw.position.offset + 1 for raw in raws}
        keys = {raw.key for raw in raws if raw.key is not None}
        for (topic, partition), offset in sorted(end.items()):
            self._settle_up_to(topic, partition, offset, keys, settle)

    def tail(self, missing: Collection[Lagging], settle: Callable[[Sequence[Raw], bool], None]) -> None:
        """Settle what sessions lack at the end of their streams."""
        for topic in sorted({each.stream.topic for each in missing}):
            partitions = len(self._consumer.list_topics(topic, TIMEOUT_S).topics[topic].partitions)
            by_partition: dict[int, set[bytes]] = {}
            for each in missing:
                if each.stream.topic == topic:
                    key = each.key.encode()
                    by_partition.setdefault(partition_of(key, partitions), set()).add(key)
            for partition, keys in sorted(by_partition.items()):
                _, high = self._watermarks(topic, partition)
                self._settle_up_to(topic, partition, high, keys, settle)

    def _settle_up_to(
        self,
        topic: str,
        partition: int,
        end: int,
        keys: Collection[bytes],
        settle: Callable[[Sequence[Raw], bool], None],
    ) -> None:
        """Read an ever wider window, until nothing is missing before its first record."""
        low, _ = self._watermarks(topic, partition)
        window = FIRST_WINDOW
        while True:
            start = max(low, end - window)
            raws = self._window(topic, partition, start, end, keys)
            try:
                settle(raws, start > low)
            except GapFound:
                window *= WIDER
            else:
                return

    def _window(self, topic: str, partition: int, start: int, end: int, keys: Collection[bytes]) -> list[Raw]:
        found: list[Raw] = []
        if start >= end:
            return found
        self._consumer.assign([TopicPartition(topic, partition, start)])
        deadline, reached_at = clock.monotonic() + TIMEOUT_S, start
        while reached_at < end and clock.monotonic() < deadline:
            for message in self._consumer.consume(1_000, 0.2):
                raw = raw_of(message)
                if raw is None:  # the end of the partition
                    reached_at = end
                    break
                reached_at = raw.position.offset + 1
                if raw.key in keys and raw.position.offset < end:
                    found.append(raw)
        self._consumer.unassign()
        telemetry.log().info("read again", topic=topic, partition=partition, start=start, end=end, found=len(found))
        return found

    def _watermarks(self, topic: str, partition: int) -> tuple[int, int]:
        low, high = self._consumer.get_watermark_offsets(TopicPartition(topic, partition), TIMEOUT_S)
        return low, high
