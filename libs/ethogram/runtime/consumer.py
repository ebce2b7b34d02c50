"""The way in: control topics and data topics of a service, each with a consumer of its own, in one thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient
from sqlalchemy import Engine

from ethogram.events.envelope import Headers, Position, Raw
from ethogram.runtime import clock
from ethogram.runtime.producer import client_config
from ethogram.runtime.retry import Patience
from ethogram.runtime.store import offsets
from ethogram.runtime.store.offsets import Claim, Place
from ethogram.topology import Service, Topic, catalogue

BATCH = 500
HINT_EVERY_S = 1.0
DESCRIBE_TIMEOUT_S = 15
GATHERING = {"queued.min.messages": 1}
"""With something still to be settled, a partition is not fetched anew before `fetch.queue.backoff.ms`: by default a
client asks again after every few records, and the broker answers each time."""


class Subscription:
    """One consumer, its partitions and the epochs under which they are owned."""

    def __init__(
        self, service: str, group: str, topics: Sequence[Topic], engine: Engine, admin: AdminClient,
        config: dict[str, Any], patience: Patience,
    ) -> None:  # fmt: skip
        self._service = service
        self._engine = engine
        self._admin = admin
        self._patience = patience
        self.epochs: dict[Place, int] = {}
        self.assigned = False
        """Whether partitions were handed out at least once."""
        self.fresh = False
        """Whether partitions came since the last look: what their last owner left behind must go out first."""
        self._hints: dict[Place, int] = {}
        self._hinted_at = 0.0
        self._consumer = Consumer({**config, "group.id": group})
        self._consumer.subscribe([topic.name for topic in topics], on_assign=self._own, on_revoke=self._disown)

    def take(self, limit: int, wait_s: float) -> list[Raw]:
        """Up to `limit` records; waits for the first of them only."""
        messages: list[Message] = []
        if wait_s:
            first = self._consumer.poll(wait_s)
            if first is None:
                return []
            messages.append(first)
        messages.extend(self._consumer.consume(limit - len(messages), timeout=0) if limit > len(messages) else [])
        raws = [raw for raw in map(raw_of, messages) if raw is not None]
        return [raw for raw in raws if (raw.position.topic, raw.position.partition) in self.epochs]

    def hint(self, next_offsets: dict[Place, int], *, now: bool = False) -> None:
        """Tell Kafka how far we are, once a second: for people who watch the group, not for us."""
        self._hints.update(next_offsets)
        if not self._hints or not (now or clock.monotonic() - self._hinted_at > HINT_EVERY_S):
            return
        places = [TopicPartition(*place, offset) for place, offset in self._hints.items() if place in self.epochs]
        self._hints, self._hinted_at = {}, clock.monotonic()
        if places:
            self._commit(places, now)

    def pause(self) -> None:
        """Take no more records, but stay in the group."""
        self._consumer.pause(self._consumer.assignment())

    def lag(self) -> int:
        """Records that wait, as far as known without asking the broker."""
        waiting = 0
        for place in self._consumer.position([TopicPartition(*place) for place in self.epochs]):
            _, high = self._consumer.get_watermark_offsets(place, cached=True)
            waiting += max(0, high - place.offset) if place.offset >= 0 else 0
        return waiting

    def close(self) -> None:
        """Leave (as a static member: without giving up the partitions until the session times out)."""
        self._consumer.close()

    def _commit(self, places: list[TopicPartition], wait: bool) -> None:
        try:
            if wait:
                self._consumer.commit(offsets=places, asynchronous=False)
            else:
                self._consumer.commit(offsets=places)
        except KafkaException:
            """A hint that is lost costs nothing: PostgreSQL has the truth."""

    def _own(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        claims = self._patience.insist(lambda: self._claim(partitions)) if partitions else {}
        self.epochs = {place: claim.epoch for place, claim in claims.items()}
        starts = [TopicPartition(*place, claim.next_offset) for place, claim in claims.items()]
        consumer.assign(starts)
        self.assigned = self.fresh = True

    def _disown(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self.epochs = {}
        consumer.unassign()

    def _claim(self, partitions: Iterable[TopicPartition]) -> dict[Place, Claim]:
        by_topic: dict[str, list[int]] = {}
        for each in partitions:
            by_topic.setdefault(each.topic, []).append(each.partition)
        ids = topic_ids(self._admin, by_topic)
        claims: dict[Place, Claim] = {}
        with self._engine.begin() as connection:
            for topic in sorted(by_topic):
                claims.update(offsets.claim(connection, self._service, topic, ids[topic], by_topic[topic]))
        return claims


class Inlet:
    """Everything that a service reads: control records before data, whatever is waiting."""

    def __init__(
        self, service: Service[Any], engine: Engine, bootstrap: str, instance: str, patience: Patience
    ) -> None:
        member = f"{service.name}-{instance}"
        self._admin = AdminClient(client_config(bootstrap, f"{member}-admin"))
        consumed = catalogue().consumed_by(service.name)
        split = service.witness is None and any(topic.control for topic in consumed)
        parts = {
            f"{service.group}.control": [topic for topic in consumed if split and topic.control],
            service.group: [topic for topic in consumed if not (split and topic.control)],
        }
        config = consumer_config(bootstrap, member) | (GATHERING if service.gathers else {})
        self.subscriptions = [
            Subscription(service.name, group, topics, engine, self._admin, config, patience)
            for group, topics in parts.items()
            if topics
        ]

    def take(self, limit: int, wait_s: float) -> tuple[Subscription, list[Raw]] | None:
        """The next records: of the first subscription that has any, control first; waits in the last one."""
        last = self.subscriptions[-1]
        for subscription in self.subscriptions:
            raws = subscription.take(limit, wait_s if subscription is last else 0.0)
            if raws:
                return subscription, raws
        return None

    @property
    def assigned(self) -> bool:
        """Whether every subscription has its partitions."""
        return all(subscription.assigned for subscription in self.subscriptions)

    def collect_fresh(self) -> bool:
        """Whether partitions came since the last call."""
        fresh = any(subscription.fresh for subscription in self.subscriptions)
        for subscription in self.subscriptions:
            subscription.fresh = False
        return fresh


def consumer_config(bootstrap: str, member: str) -> dict[str, Any]:
    """Static membership, so that a restart within the session time-out moves no partition."""
    return {
        **client_config(bootstrap, member),
        "group.instance.id": member,
        "session.timeout.ms": 10_000,
        "heartbeat.interval.ms": 2_000,
        "partition.assignment.strategy": "range",  # the same partitions of all topics to one process
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "auto.offset.reset": "earliest",
        "fetch.wait.max.ms": 100,
        "fetch.message.max.bytes": 5_500_000,
        "queued.max.messages.kbytes": 16_384,
        "fetch.queue.backoff.ms": 50,
    }


def raw_of(message: Message) -> Raw | None:
    """A message as the envelope knows it; None for a notice that passes; KafkaException if it is fatal."""
    error = message.error()
    if error is not None:
        if error.fatal() or error.code() == KafkaError._FATAL:  # a consumer's last word never calls itself fatal
            raise KafkaException(error)
        return None
    headers: Headers = tuple((name, value or b"") for name, value in _headers(message))
    position = Position(message.topic() or "", message.partition() or 0, message.offset() or 0)
    _, timestamp = message.timestamp()
    return Raw(position, _bytes(message.key()), _bytes(message.value()), headers, max(timestamp, 0))


def topic_ids(admin: AdminClient, names: Iterable[str]) -> dict[str, str]:
    """Ids of topics: a topic that was deleted and made anew has another one."""
    described = admin.describe_topics(TopicCollection(list(names)), request_timeout=DESCRIBE_TIMEOUT_S)
    return {name: str(future.result(DESCRIBE_TIMEOUT_S + 5).topic_id) for name, future in described.items()}


def _headers(message: Message) -> list[tuple[str, bytes | None]]:
    found: Any = message.headers()
    return list(found or [])


def _bytes(value: Any) -> bytes | None:
    return value.encode() if isinstance(value, str) else value
