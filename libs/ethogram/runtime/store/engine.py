"""Connections to PostgreSQL, and which of its failures pass by themselves."""

from __future__ import annotations

from typing import Any

from confluent_kafka import KafkaError, KafkaException
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ethogram.events import TransientError
from ethogram.runtime import clock, telemetry

TRANSIENT = ("08", "40", "53", "57", "55P03", "25P03")
"""SQLSTATE classes that pass: connection, rollback, resources, operator intervention, lock and idle time-outs."""
BROKER_TRANSIENT = frozenset(
    {
        KafkaError._TRANSPORT, KafkaError._TIMED_OUT, KafkaError._ALL_BROKERS_DOWN, KafkaError._RESOLVE,
        KafkaError._WAIT_COORD, KafkaError._TIMED_OUT_QUEUE, KafkaError.REQUEST_TIMED_OUT,
        KafkaError.NETWORK_EXCEPTION, KafkaError.BROKER_NOT_AVAILABLE, KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS, KafkaError.NOT_COORDINATOR, KafkaError.UNKNOWN_TOPIC_OR_PART,
    }
)  # fmt: skip
"""What librdkafka reports while a broker or a topic is not there yet; it calls few of them retriable itself."""
VERBS = frozenset({"select", "insert", "update", "delete", "copy", "with"})
"""First words of statements that are told apart."""
SLOW_S = 0.1
LONGEST_TEXT = 500
OPTIONS = "-c statement_timeout=30000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=30000"


def connect(url: str, name: str, *, connections: int = 5) -> Engine:
    """An engine with a small pool; nothing is connected until it is used."""
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=10,
        connect_args={"application_name": name, "connect_timeout": 5, "options": OPTIONS},
    )
    watch(engine, name)
    return engine


def watch(engine: Engine, name: str) -> None:
    """Time every statement; one that takes longer than SLOW_S is in the log with its text, never with its values."""

    def begun(connection: Any, *_given: Any) -> None:
        connection.info["began"] = clock.monotonic()

    def ended(connection: Any, _cursor: Any, statement: str, *_given: Any) -> None:
        seconds = clock.monotonic() - connection.info["began"]
        verb = statement.lstrip("( \n").partition(" ")[0].lower()
        telemetry.DATABASE.labels(name, verb if verb in VERBS else "other").observe(seconds)
        if seconds > SLOW_S:
            telemetry.SLOW.labels(name).inc()
            telemetry.log().warning("slow statement", seconds=round(seconds, 3), statement=statement[:LONGEST_TEXT])

    event.listen(engine, "before_cursor_execute", begun)
    event.listen(engine, "after_cursor_execute", ended)


def is_transient(error: BaseException) -> bool:
    """Whether trying the same again later may help."""
    if isinstance(error, TransientError | PoolTimeout | TimeoutError):
        return True
    if isinstance(error, KafkaException):
        cause = error.args[0]
        return not cause.fatal() and (cause.retriable() or cause.code() in BROKER_TRANSIENT)
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state:
        return str(state).startswith(TRANSIENT)
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
