"""Publish commands: a command counts as accepted when Kafka has acknowledged it, never before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event as Flag
from typing import Any
from uuid import uuid4

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from ethogram.events import EventId, SessionId, TransientError
from ethogram.events.base import Event
from ethogram.events.envelope import Position, Record, encode
from ethogram.runtime import tracing
from ethogram.runtime.brokers import reach
from ethogram.topology.catalogue import catalogue

Sign = Callable[[Event], str]
"""Makes the signature of a person over a command."""
ACKNOWLEDGE_S = 10.0
"""How long a broker may take to acknowledge."""
CHECK_S = 2.0
"""How long a broker may take to say that it is there."""


class Publisher:
    """Writes commands to the topics that the catalogue names for them; may be shared by threads."""

    def __init__(
        self, bootstrap_servers: str, *, source: str = "/ethogram/client", wait_s: float = ACKNOWLEDGE_S
    ) -> None:
        self._servers = bootstrap_servers
        self._source = source
        self._wait_s = wait_s
        self._producer = Producer(_configuration(bootstrap_servers, wait_s))

    def publish(self, command: Event, sign: Sign | None = None) -> Position:
        """Write `command` and wait until it is acknowledged; TransientError if the broker does not answer in time.

        `sign` makes the signature of the person who asks.
        """
        topic = catalogue().topic_of(type(command)).name
        with tracing.publishing(topic, command) as span:
            record = self._record(command, sign)
            return self._send(topic, replace(record, traceparent=tracing.traceparent_of(span)))

    def _send(self, topic: str, record: Record) -> Position:
        key, value, headers = encode(record)
        done, answer = Flag(), _Answer()
        self._producer.produce(topic, value, key, headers=list(headers), on_delivery=answer.to(done))
        deadline = self._wait_s + 1.0  # librdkafka itself gives up after wait_s and then says why
        while not done.is_set() and deadline > 0:
            self._producer.poll(0.05)
            deadline -= 0.05
        return answer.position(self._servers)

    def check(self) -> None:
        """TransientError unless a broker answers."""
        try:
            self._producer.list_topics(timeout=CHECK_S)
        except KafkaException as error:
            raise unreachable(self._servers, error) from None

    def _record(self, command: Event, sign: Sign | None) -> Record:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return Record(
            event=command, id=EventId(command.id), source=self._source, time=now, correlation=command.session_id,
            signature=sign(command) if sign else None,
        )  # fmt: skip


class _Answer:
    """What the broker said about one record."""

    def __init__(self) -> None:
        self._error: KafkaError | None = None
        self._message: Message | None = None

    def to(self, done: Flag) -> Any:
        """A delivery callback that remembers the answer and raises the flag."""

        def delivered(error: KafkaError | None, message: Message) -> None:
            self._error, self._message = error, message
            done.set()

        return delivered

    def position(self, servers: str) -> Position:
        """Where the record stands now."""
        if self._message is None or self._error is not None:
            reason = str(self._error.str()) if self._error else "no answer"
            raise TransientError("kafka-unreachable", f"Kafka at {servers} did not take the command: {reason}")
        topic, partition, offset = self._message.topic(), self._message.partition(), self._message.offset()
        return Position(str(topic), int(partition or 0), int(offset or 0))


def new_session_id() -> SessionId:
    """A fresh id for a session; who publishes the same command again under the same id starts no second session."""
    return SessionId(str(uuid4()))


def new_command_id() -> str:
    """A fresh id for an intervention."""
    return str(uuid4())


def publish(command: Event, bootstrap_servers: str, sign: Sign | None = None) -> Position:
    """Publish one command and return where it stands; see Publisher to publish many."""
    return Publisher(bootstrap_servers).publish(command, sign)


def unreachable(servers: str, error: KafkaException) -> TransientError:
    """A broker that does not answer, in words."""
    return TransientError("kafka-unreachable", f"no Kafka broker answers at {servers} ({error.args[0].str()})")


def _configuration(bootstrap_servers: str, wait_s: float) -> dict[str, Any]:
    return {
        **reach(bootstrap_servers),
        "client.id": "ethogram-client",
        "enable.idempotence": True,
        "acks": "all",
        "partitioner": "murmur2_random",  # the default agrees with Java and Faust on few keys only
        "linger.ms": 0,
        "message.timeout.ms": int(wait_s * 1000),
        "log_level": 0,
    }
