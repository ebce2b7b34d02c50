"""Faust delivers as badly as it can, and still every record counts once."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from tests.integration.runtime.conftest import Bench, raw_call, wait_for
from tests.integration.runtime.test_process import first_seen
from tests.integration.runtime.toy import INPUT

TURNS = 30
LETTERS = "SELECT count(*) FROM dead_letters WHERE service = :service"


@pytest.fixture
def faust(bench: Bench) -> Iterator[Bench]:
    """A toy inside Faust."""
    bench.arguments = ("--faust",)
    bench.commit_end()
    yield bench
    with bench.engine.begin() as connection:
        connection.execute(text("DELETE FROM service_state WHERE service = 'agent-runner'"))


def test_what_faust_delivers_is_settled_and_a_stop_is_graceful(faust: Bench, session_id: str) -> None:
    process = faust.start()
    raws = [raw_call(session_id, turn) for turn in range(1, TURNS + 1)]
    faust.send(*raws, *raws[:5])
    wait_for(lambda: faust.settled(session_id) == TURNS)
    wait_for(lambda: faust.count("SELECT count(*) FROM outbox WHERE service = :service AND published_at IS NULL") == 0)
    assert first_seen(faust.outputs(session_id)) == list(range(1, TURNS + 1))
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


@pytest.mark.parametrize("point", ["decided", "committed", "produced"])
def test_a_kill_loses_and_doubles_nothing(faust: Bench, session_id: str, point: str) -> None:
    process = faust.start(crash_at=point)
    faust.send(*(raw_call(session_id, turn) for turn in range(1, TURNS + 1)))
    assert process.wait(60) == -signal.SIGKILL
    faust.start()
    wait_for(lambda: faust.settled(session_id) == TURNS)
    assert faust.settled(session_id) == TURNS
    wait_for(lambda: first_seen(faust.outputs(session_id)) == list(range(1, TURNS + 1)))


def test_a_gap_is_read_again(faust: Bench, session_id: str) -> None:
    faust.send(*(raw_call(session_id, turn) for turn in range(1, 11)))
    faust.commit_end()  # as if Faust had committed past them
    faust.start()
    faust.send(*(raw_call(session_id, turn) for turn in range(11, TURNS + 1)))
    wait_for(lambda: faust.settled(session_id) == TURNS)
    assert faust.count(LETTERS) == 0


def test_a_lost_tail_is_found(faust: Bench, session_id: str) -> None:
    faust.send(*(raw_call(session_id, turn) for turn in range(1, TURNS + 1)))
    faust.commit_end()
    with faust.engine.begin() as connection:
        row = (
            "INSERT INTO service_state (service, key, version, body, seen, sent) "
            "VALUES ('agent-runner', :key, 1, '{}', '{}', jsonb_build_object(CAST(:topic AS text), CAST(:sent AS int)))"
        )
        connection.execute(text(row), {"key": session_id, "topic": INPUT, "sent": TURNS})
    faust.start()
    wait_for(lambda: faust.settled(session_id) == TURNS)
    assert faust.count(LETTERS) == 0


def test_a_true_gap_and_unforeseen_errors_are_set_aside(faust: Bench, session_id: str) -> None:
    faust.start()
    faust.send(raw_call(session_id, 1), raw_call(session_id, 2, "burst"), raw_call(session_id, 9))
    faust.send(raw_call(session_id, 3))
    wait_for(lambda: faust.settled(session_id) == 2)
    wait_for(lambda: faust.count(LETTERS) == 2)
