"""Connections to PostgreSQL, and which of its failures pass by themselves."""

from __future__ import annotations

from confluent_kafka import KafkaException
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ethogram.events import TransientError

TRANSIENT = ("08", "40", "53", "57", "55P03", "25P03")
"""SQLSTATE classes that pass: connection, rollback, resources, operator intervention, lock and idle time-outs."""
OPTIONS = "-c statement_timeout=30000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=30000"


def connect(url: str, name: str, *, connections: int = 5) -> Engine:
    """An engine with a small pool; nothing is connected until it is used."""
    return create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=10,
        connect_args={"application_name": name, "connect_timeout": 5, "options": OPTIONS},
    )


def is_transient(error: BaseException) -> bool:
    """Whether trying the same again later may help."""
    if isinstance(error, TransientError | PoolTimeout):
        return True
    if isinstance(error, KafkaException):
        cause = error.args[0]
        return bool(cause.retriable()) and not cause.fatal()
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state:
        return str(state).startswith(TRANSIENT)
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
