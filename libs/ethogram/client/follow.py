"""Follow a session live: read every partition of the bus without a consumer group, so nobody is rebalanced by it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, Consumer, KafkaException, Message, TopicPartition

from ethogram.client.commands import unreachable
from ethogram.events import SessionCompleted, SessionFailed, SessionRejected, TransientError
from ethogram.runtime.brokers import reach
from ethogram.runtime.partition import partition_of
from ethogram.topology import Catalogue, catalogue

METADATA_S = 10.0
"""How long the broker may take to say which partitions there are."""
TOPICS_S = 60.0
"""How long a stack that starts may take to make its topics."""
TOPICS_AGAIN_S = 0.2
LAST_WORDS = frozenset({SessionCompleted.TYPE, SessionFailed.TYPE, SessionRejected.TYPE})
"""Types after which only the audit log has more to say. Kafka keeps no order between topics: whoever follows a session
tells these when all that stood on the topics before them has been told."""


def followed_topics(topics: Catalogue) -> tuple[str, ...]:
    """Topics whose records speak of a session, in the order of the catalogue."""
    return tuple(topic.name for topic in topics.topics.values() if not topic.raw and topic.bare is None)


@dataclass
class Marks:
    """How far a reader has come in each topic of one session; its text is the `id` of a server-sent event.

    All of a session's records of one topic stand in one partition, so one offset per topic says everything. The text
    lists the next offset per topic in the order of the catalogue: `12.0.33.31.0.15.15.2.0.0.0.1.0`.
    """

    topics: tuple[str, ...]
    next_offset: dict[str, int] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str | None, topics: tuple[str, ...]) -> Marks:
        """Marks from their text; anything that is not the text of marks means: from the beginning."""
        parts = (text or "").split(".")
        if len(parts) != len(topics) or not all(part.isdecimal() and len(part) < 19 for part in parts):
            return cls(topics)
        return cls(topics, dict(zip(topics, map(int, parts), strict=True)))

    def __str__(self) -> str:
        return ".".join(str(self.next_offset.get(topic, 0)) for topic in self.topics)

    def seen(self, topic: str, offset: int) -> bool:
        """Whether the reader already has this record."""
        return offset < self.next_offset.get(topic, 0)

    def advance(self, topic: str, offset: int) -> None:
        """The reader has this record now."""
        self.next_offset[topic] = offset + 1


class Follower:
    """A consumer without a group over the session topics."""

    def __init__(self, bootstrap_servers: str, *, topics_s: float = TOPICS_S) -> None:
        """`topics_s`: how long to wait for topics that are still being made."""
        self._servers = bootstrap_servers
        self._topics_s = topics_s
        self._consumer = Consumer(_configuration(bootstrap_servers))
        self.topics = followed_topics(catalogue())

    def start(self, session_id: str, marks: Mapping[str, int] | None = None) -> None:
        """Read one session's partition of each topic from its mark, else from the beginning."""
        known = marks or {}
        self._consumer.assign(
            [
                TopicPartition(topic, partition_of(session_id.encode(), count), known.get(topic, OFFSET_BEGINNING))
                for topic, count in self._all_partitions().items()
            ]
        )

    def start_at_end(self) -> None:
        """Read every partition, only what is written from now on: the ends are looked up before this returns."""
        parts = [
            TopicPartition(topic, number) for topic, count in self._all_partitions().items() for number in range(count)
        ]
        self._consumer.assign(self._offsets(parts, OFFSET_END))

    def backlog(self, wait_s: float = 0.2) -> Iterator[Sequence[Message]]:
        """What stands in the assigned partitions at this moment and was not read yet, batch by batch, then no more."""
        waiting = dict(self._unread())
        while waiting:
            batch = self.read(wait_s)
            for message in batch:
                part = (message.topic(), message.partition())
                if part in waiting and int(message.offset() or 0) + 1 >= waiting[part]:
                    del waiting[part]
            yield batch

    def read(self, wait_s: float) -> Sequence[Message]:
        """The next records, waiting at most `wait_s` for the first."""
        first = self._consumer.poll(wait_s)  # consume() would wait on for as many as it may return
        batch = [first, *self._consumer.consume(499, timeout=0)] if first else []
        return [message for message in batch if message.error() is None]

    def frames_of(self, session_id: str) -> Iterator[dict[str, Any] | None]:
        """Frames of one session, on and on, its last word last; None whenever nothing new was there for a moment."""
        while True:
            frames = _frames(session_id, self.read(0.2))
            last = [shown for shown in frames if shown["type"] in LAST_WORDS]
            yield from (shown for shown in frames if shown not in last)
            if last:
                for batch in self.backlog():
                    yield from _frames(session_id, batch)
                yield from last
            if not frames:
                yield None

    def partitions(self) -> dict[str, int]:
        """Partitions of each session topic that exists; TransientError if the broker does not answer."""
        try:
            known = self._consumer.list_topics(timeout=METADATA_S).topics
        except KafkaException as error:
            raise unreachable(self._servers, error) from None
        counts = {topic: len(known[topic].partitions) for topic in self.topics if topic in known}
        return {topic: count for topic, count in counts.items() if count}

    def _all_partitions(self) -> dict[str, int]:
        """The same once all topics exist: what a stack that still starts makes later would never be read."""
        deadline = time.monotonic() + self._topics_s
        while missing := set(self.topics) - set(found := self.partitions()):
            if time.monotonic() > deadline:
                words = f"{len(missing)} topics are missing at {self._servers}, e.g. {min(missing)}"
                raise TransientError("topics-missing", f"{words}; make them: ethogram topics apply")
            time.sleep(TOPICS_AGAIN_S)
        return found

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()

    def _unread(self) -> Iterator[tuple[tuple[str, int], int]]:
        assigned = self._consumer.assignment()
        bounds = zip(self._offsets(assigned, OFFSET_BEGINNING), self._offsets(assigned, OFFSET_END), strict=True)
        for part, position, (low, high) in zip(assigned, self._consumer.position(assigned), bounds, strict=True):
            if high.offset > max(low.offset, part.offset, position.offset):
                yield (part.topic, part.partition), high.offset

    def _offsets(self, parts: Sequence[TopicPartition], which: int) -> list[TopicPartition]:
        """Where partitions begin or end now. All are asked for at once: a request waits for the fetch before it, so
        that asking for one after the other would take seconds."""
        asked = [TopicPartition(part.topic, part.partition, which) for part in parts]
        try:
            found = self._consumer.offsets_for_times(asked, timeout=METADATA_S)
        except KafkaException as error:
            raise unreachable(self._servers, error) from None
        known = {(each.topic, each.partition): each for each in found}
        return [known[part.topic, part.partition] for part in parts]


def _frames(session_id: str, messages: Sequence[Message]) -> list[dict[str, Any]]:
    return [frame(message) for message in messages if message.key() == session_id.encode()]


def frame(message: Message) -> dict[str, Any]:
    """One record as a plain value for people and pages: type, id, time, position and the event itself."""
    headers = dict(message.headers() or [])
    return {
        "type": _text(headers.get("ce_type")),
        "id": _text(headers.get("ce_id")),
        "time": _text(headers.get("ce_time")),
        "topic": message.topic(),
        "partition": message.partition(),
        "offset": message.offset(),
        "event": _body(message.value()),
    }


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value or "")


def _body(value: Any) -> Any:
    try:
        return orjson.loads(value or b"null")
    except orjson.JSONDecodeError:
        return None


def _configuration(bootstrap_servers: str) -> dict[str, Any]:
    return {
        **reach(bootstrap_servers),
        "client.id": "ethogram-follower",
        "group.id": "ethogram.follower",  # the client library asks for a name; nothing is ever committed under it
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "auto.offset.reset": "earliest",
        "fetch.wait.max.ms": 50,
        "queued.max.messages.kbytes": 8192,  # bounds memory: the gateway stays small at rest
        "log_level": 0,
    }
