"""The way out: messages of the outbox to Kafka, in order, each acknowledged before it counts as published."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Producer
from sqlalchemy import Connection, Engine, text

from ethogram.runtime import telemetry
from ethogram.runtime.brokers import reach
from ethogram.runtime.crashpoints import CrashPoint, reached
from ethogram.runtime.store import outbox
from ethogram.runtime.store.outbox import Posted, Sent

IN_FLIGHT = 5_000
"""Messages that may wait for an acknowledgement; more, and settling waits."""
GIVE_UP_S = 120
RELAY_BATCH = 500


def client_config(bootstrap: str, client_id: str) -> dict[str, Any]:
    """What every Kafka client of a service has in common."""
    return {
        **reach(bootstrap),
        "client.id": client_id,
        "reconnect.backoff.ms": 100,
        "reconnect.backoff.max.ms": 2_000,
        "log_level": 2,  # librdkafka repeats a refused connection 20 times a second; what matters comes as an error
        "statistics.interval.ms": 0,
    }


class Outlet:
    """An idempotent producer that knows which places of the outbox Kafka has acknowledged."""

    def __init__(self, service: str, producer: Producer) -> None:
        self._service = service
        self._producer = producer
        self._acknowledged: list[int] = []
        self._flying: dict[int, None] = {}
        self._failure: KafkaError | None = None

    def send(self, posted: Iterable[Posted]) -> None:
        """Hand messages to Kafka in order; waits while too many are unacknowledged."""
        for each in posted:
            self._produce(each)
        self.poll()
        while len(self._flying) > IN_FLIGHT:
            self.poll(0.05)

    def poll(self, wait_s: float = 0.0) -> None:
        """Take in acknowledgements; KafkaException if a message could not be delivered."""
        self._producer.poll(wait_s)
        if self._failure is not None:
            raise KafkaException(self._failure)

    def flush(self, wait_s: float = GIVE_UP_S) -> bool:
        """Wait until everything is acknowledged."""
        left = self._producer.flush(wait_s)
        self.poll()
        return bool(left == 0)

    def forget(self, sent: Sent) -> None:
        """Its acknowledged places are marked in the outbox: they are the first that were acknowledged."""
        del self._acknowledged[: len(sent.published)]

    @property
    def in_flight(self) -> int:
        """Messages that are not acknowledged yet."""
        return len(self._flying)

    @property
    def sent(self) -> Sent:
        """What is acknowledged and not marked yet, and what is on its way."""
        return Sent(tuple(self._acknowledged), tuple(self._flying))

    def _produce(self, posted: Posted) -> None:
        message = posted.message
        headers: Any = list(message.headers)
        while True:
            try:
                self._producer.produce(
                    message.topic, message.value, message.key, headers=headers,
                    on_delivery=partial(self._delivered, posted.pos),
                )  # fmt: skip
            except BufferError:  # the local queue is full: let some go
                self.poll(0.1)
            else:
                self._flying[posted.pos] = None
                return

    def _delivered(self, pos: int, error: KafkaError | None, _message: object) -> None:
        self._flying.pop(pos, None)
        if error is not None:
            self._failure = error
            return
        self._acknowledged.append(pos)
        telemetry.PUBLISHED.labels(self._service).inc()


def open_outlet(service: str, bootstrap: str, client_id: str) -> Outlet:
    """An outlet to a broker."""
    config = {
        **client_config(bootstrap, client_id),
        "enable.idempotence": True,
        "acks": "all",
        "partitioner": "murmur2_random",  # as Faust and Java choose; librdkafka's own differs for most keys
        "compression.type": "lz4",
        "linger.ms": 1,
        "message.max.bytes": 5_500_000,
        "delivery.timeout.ms": GIVE_UP_S * 1_000,
    }
    return Outlet(service, Producer(config))


def hand_over(engine: Engine, outlet: Outlet, service: str, posted: Iterable[Posted], *, doubtful: bool) -> None:
    """Send what a settled batch left to send. `doubtful`: a try that failed may have been committed all the same, with
    messages that nobody has sent, so everything unsent goes out."""
    if doubtful:
        outlet.flush()
        relay(engine, outlet, service)
    else:
        outlet.send(posted)
    reached(CrashPoint.PRODUCED)


def relay(engine: Engine, outlet: Outlet, service: str) -> int:
    """Send what is left unsent in a service's outbox, in order; says how much that was.

    One process at a time does so for a service, under an advisory lock that ends with its connection. A message that
    another process is sending right now goes out twice, which its consumers' inboxes absorb.
    """
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(hashtextextended(:name, 0))"), {"name": f"relay {service}"})
        try:
            return _relay_all(connection, outlet, service)
        finally:
            connection.execute(
                text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))"), {"name": f"relay {service}"}
            )
            connection.commit()


def _relay_all(connection: Connection, outlet: Outlet, service: str) -> int:
    sent = after = 0
    settle_acknowledged(connection, outlet)
    while waiting := outbox.waiting(connection, service, after, RELAY_BATCH):
        connection.commit()
        outlet.send(waiting)
        outlet.flush()
        reached(CrashPoint.RELAYED)
        settle_acknowledged(connection, outlet)
        after = waiting[-1].pos
        sent += len(waiting)
    telemetry.RELAYED.labels(service).inc(sent)
    return sent


def settle_acknowledged(connection: Connection, outlet: Outlet) -> None:
    """Mark what Kafka has acknowledged, in a transaction of its own."""
    sent = outlet.sent
    outbox.mark(connection, sent.published)
    connection.commit()
    outlet.forget(sent)
