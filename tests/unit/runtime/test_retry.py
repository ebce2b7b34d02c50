"""Trouble that passes is waited out; everything else comes out at once."""

from __future__ import annotations

import pytest
from confluent_kafka import KafkaError, KafkaException
from psycopg import errors
from sqlalchemy.exc import DBAPIError, OperationalError

from ethogram.events import TransientError
from ethogram.runtime.health import Health
from ethogram.runtime.retry import Patience
from ethogram.runtime.store.engine import is_transient


def test_it_tries_again_until_it_succeeds_and_remembers_that() -> None:
    outcomes = iter([TransientError("a", "b"), TransientError("a", "b"), None])

    def act() -> str:
        outcome = next(outcomes)
        if outcome:
            raise outcome
        return "done"

    health = Health("judge")
    health.clear("starting")
    patience = Patience("judge", health)
    assert patience.insist(act) == "done"
    assert patience.tried_again
    assert health.reasons == {}


def test_what_does_not_pass_comes_out_at_once() -> None:
    def act() -> None:
        raise ValueError("never")

    with pytest.raises(ValueError, match="never"):
        Patience("judge", Health("judge")).insist(act)


def test_a_process_that_is_asked_to_stop_does_not_wait() -> None:
    def act() -> None:
        raise TransientError("down", "it is down")

    with pytest.raises(TransientError):
        Patience("judge", Health("judge"), lambda: True).insist(act)


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (errors.SerializationFailure(), True),
        (errors.DeadlockDetected(), True),
        (errors.AdminShutdown(), True),
        (errors.DiskFull(), True),
        (errors.LockNotAvailable(), True),
        (errors.ConnectionException(), True),
        (errors.ProgramLimitExceeded(), False),
        (errors.UniqueViolation(), False),
        (errors.DivisionByZero(), False),
        (errors.UndefinedColumn(), False),
    ],
)
def test_which_failures_of_the_database_pass(error: Exception, passes: bool) -> None:
    assert is_transient(DBAPIError.instance("", {}, error, Exception)) is passes


def test_a_lost_connection_passes() -> None:
    assert is_transient(OperationalError("", {}, Exception("server closed the connection")))


def test_a_broker_that_is_away_passes_and_a_fatal_error_does_not() -> None:
    assert is_transient(KafkaException(KafkaError(KafkaError._TRANSPORT)))
    assert not is_transient(KafkaException(KafkaError(KafkaError._FATAL, fatal=True)))
