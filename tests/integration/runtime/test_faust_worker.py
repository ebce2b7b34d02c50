"""Faust delivers as badly as it can, and still every record counts once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ethogram.runtime import telemetry
from ethogram.runtime.faust_worker import SILENT_SWEEPS, Station
from ethogram.runtime.settings import load
from tests.integration.runtime.conftest import Bench, raw_call, wait_for
from tests.integration.runtime.test_process import first_seen
from tests.integration.runtime.toy import INPUT, toy

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


@pytest.fixture
def station(bench: Bench, tmp_path: Path, session_id: str) -> Iterator[Station[Any]]:
    """What Faust delivers to, without Faust; of one session more was sent than Kafka has."""
    bench.commit_end()
    settings = load(kafka_bootstrap_servers=bench.bootstrap, database_url=bench.database_url, home=tmp_path)
    with bench.engine.begin() as connection:
        row = (
            "INSERT INTO service_state (service, key, version, body, seen, sent) "
            "VALUES ('agent-runner', :key, 1, '{}', '{}', jsonb_build_object(CAST(:topic AS text), 7))"
        )
        connection.execute(text(row), {"key": session_id, "topic": INPUT})
    yield Station(toy(bench.name, effects=False), settings, bench.engine, None)
    with bench.engine.begin() as connection:
        connection.execute(text("DELETE FROM service_state WHERE service = 'agent-runner'"))


def test_the_watchdog_ends_a_worker_to_which_nothing_comes_although_something_waits(station: Station[Any]) -> None:
    station.sweep()  # the first one only notices
    for _ in range(SILENT_SWEEPS):
        station.sweep()
    with pytest.raises(RuntimeError, match="records wait"):
        station.sweep()


def test_the_watchdog_starts_anew_when_something_comes(station: Station[Any], session_id: str) -> None:
    for _ in range(SILENT_SWEEPS + 1):
        station.sweep()
    station.deliver([raw_call(session_id, 1)])
    for _ in range(SILENT_SWEEPS + 1):
        station.sweep()


def test_the_lag_of_a_faust_worker_is_what_it_has_not_settled(station: Station[Any], session_id: str) -> None:
    def lag() -> float:
        return float(telemetry.LAG.labels(station.health.service)._value.get())

    station.measure({(INPUT, 0): 10, (INPUT, 1): 5}, {(INPUT, 0): 4, (INPUT, 1): 5})
    assert lag() == 6
    station.deliver([raw_call(session_id, 1, offset=7)])
    station.measure({(INPUT, 0): 10, (INPUT, 1): 5}, {(INPUT, 0): 4, (INPUT, 1): 5})
    assert lag() == 2


def test_a_true_gap_and_unforeseen_errors_are_set_aside(faust: Bench, session_id: str) -> None:
    faust.start()
    faust.send(raw_call(session_id, 1), raw_call(session_id, 2, "burst"), raw_call(session_id, 9))
    faust.send(raw_call(session_id, 3))
    wait_for(lambda: faust.settled(session_id) == 2)
    wait_for(lambda: faust.count(LETTERS) == 2)
