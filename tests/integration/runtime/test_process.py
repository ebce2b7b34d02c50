"""A service as a process on the real broker: effectively once, whatever kills it; graceful when asked to stop."""

from __future__ import annotations

import json
import signal
import time
import urllib.request
from urllib.error import HTTPError
from uuid import uuid4

import pytest

from ethogram.devserver.ports import free_port
from ethogram.events import PauseSession
from ethogram.events.envelope import Position, Raw, encode
from ethogram.runtime.crashpoints import CrashPoint
from ethogram.runtime.dead_letters import listed, redrive
from ethogram.topology import command_record
from tests.integration.runtime.conftest import Bench, raw_call, wait_for, with_header
from tests.integration.runtime.toy import CONTROL

TURNS = 40
SETTLING = [point for point in CrashPoint if point not in (CrashPoint.REDRIVEN, CrashPoint.RELAYED)]


def first_seen(outputs: list[dict[str, str]], prefix: str = "") -> list[int]:
    """Sequence numbers in the order in which each id came first: what a consumer with an inbox sees."""
    known = {headers["ce_id"]: int(headers["ce_sequence"]) for headers in reversed(outputs) if "ce_sequence" in headers}
    order = dict.fromkeys(headers["ce_id"] for headers in outputs)
    return [known[event_id] for event_id in order if event_id in known]


@pytest.mark.parametrize("point", SETTLING)
def test_a_kill_at_any_point_loses_and_doubles_nothing(bench: Bench, session_id: str, point: CrashPoint) -> None:
    other = str(uuid4())
    process = bench.start(crash_at=f"{point}:2")
    calls = [raw_call(session_id, turn, "ask" if turn % 10 == 0 else "count") for turn in range(1, TURNS + 1)]
    bench.send(*calls[: TURNS // 2])
    wait_for(lambda: bench.settled(session_id) > 0 or process.poll() is not None)
    bench.send(*calls[TURNS // 2 :], *(raw_call(other, turn) for turn in range(1, TURNS + 1)))
    wait_for(lambda: process.poll() is not None, why=f"the process dies at {point}")
    assert process.returncode == -signal.SIGKILL
    bench.start()
    wait_for(lambda: bench.settled(session_id) + bench.settled(other) >= 2 * TURNS)
    waiting = "SELECT count(*) FROM outbox WHERE service = :service AND published_at IS NULL"
    undone = "SELECT count(*) FROM tasks WHERE service = :service AND done_at IS NULL"
    wait_for(lambda: bench.count(undone) == 0 and bench.count(waiting) == 0)
    assert bench.settled(session_id) == bench.settled(other) == TURNS
    assert bench.count("SELECT count(*) FROM toy_ledger WHERE service = :service AND kind = 'score'") == 2 * TURNS + 8
    assert first_seen(bench.outputs(session_id)) == list(range(1, TURNS + 1))
    answers = {headers["ce_id"] for headers in bench.outputs(session_id) if "ce_sequence" not in headers}
    assert len(answers) == 8
    assert bench.count("SELECT count(*) FROM dead_letters WHERE service = :service") == 0


def test_a_kill_while_leftovers_are_sent_loses_nothing(bench: Bench, session_id: str) -> None:
    bench.send(*(raw_call(session_id, turn) for turn in range(1, TURNS + 1)))
    assert bench.start(crash_at="committed").wait(60) == -signal.SIGKILL
    assert bench.start(crash_at="relayed").wait(60) == -signal.SIGKILL
    bench.start()
    wait_for(lambda: bench.settled(session_id) == TURNS)
    waiting = "SELECT count(*) FROM outbox WHERE service = :service AND published_at IS NULL"
    wait_for(lambda: bench.count(waiting) == 0)
    assert first_seen(bench.outputs(session_id)) == list(range(1, TURNS + 1))


def test_it_says_how_it_is_and_stops_gracefully(bench: Bench, session_id: str) -> None:
    port = free_port()
    process = bench.start(health_port=port)
    wait_for(lambda: status(port, "readyz")[0] == 200)
    bench.send(*(raw_call(session_id, turn) for turn in range(1, 4)))
    wait_for(lambda: bench.settled(session_id) == 3)
    assert status(port, "healthz")[0] == 200
    assert f'ethogram_records_consumed_total{{service="{bench.name}"' in status(port, "metrics")[1]
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert bench.count("SELECT count(*) FROM outbox WHERE service = :service AND published_at IS NULL") == 0
    lines = [json.loads(line) for line in bench.log.read_text().splitlines() if line.startswith("{")]
    assert [line["event"] for line in lines if line["level"] == "info"] == ["started", "partitions assigned", "stopped"]


def test_too_many_unforeseen_errors_stop_it_and_say_so(bench: Bench, session_id: str) -> None:
    port = free_port()
    process = bench.start(health_port=port)
    bench.send(*(raw_call(session_id, turn, "burst") for turn in range(1, 61)))
    wait_for(lambda: "halted" in status(port, "readyz")[1])
    bench.send(raw_call(session_id, 61))
    assert status(port, "healthz")[0] == 200
    assert bench.count("SELECT count(*) FROM dead_letters WHERE service = :service") == 50
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    bench.start()  # a restart is the command to go on
    wait_for(lambda: bench.settled(session_id) == 1)
    assert bench.count("SELECT count(*) FROM dead_letters WHERE service = :service") == 60


def test_a_redrive_brings_a_record_back_once(bench: Bench, session_id: str) -> None:
    bench.start()
    bench.send(raw_call(session_id, 1), raw_call(session_id, 3), raw_call(session_id, 2))
    wait_for(lambda: bench.settled(session_id) == 2)
    wait_for(lambda: len(listed(bench.engine, service=bench.name)) == 1)
    letter = listed(bench.engine, service=bench.name)[0]
    assert redrive(bench.engine, bench.bootstrap, [letter.id]).sent == [letter.id]
    wait_for(lambda: bench.settled(session_id) == 3)
    assert redrive(bench.engine, bench.bootstrap, [letter.id, 0]).refused == {0: "there is no dead letter 0"}
    assert redrive(bench.engine, bench.bootstrap, [letter.id]).sent == [letter.id]
    assert "3 times already" in redrive(bench.engine, bench.bootstrap, [letter.id]).refused[letter.id]
    bench.send(raw_call(session_id, 4))
    wait_for(lambda: bench.settled(session_id) == 4)
    assert bench.count("SELECT count(*) FROM dead_letters WHERE service = :service") == 1


def test_a_failed_effect_is_set_aside_and_can_be_asked_again(bench: Bench, session_id: str) -> None:
    bench.start()
    bench.send(raw_call(session_id, 1, "ask-burst"), raw_call(session_id, 2, "ask-transient"))
    wait_for(lambda: len(listed(bench.engine, session_id=session_id)) == 2)
    found = {letter.code: letter for letter in listed(bench.engine, session_id=session_id)}
    assert found["unforeseen"].stage == found["busy"].stage == "perform"
    assert found["busy"].attempts == 3
    assert redrive(bench.engine, bench.bootstrap, [found["busy"].id]).reopened == [found["busy"].id]
    tried = "SELECT max(attempts) FROM tasks WHERE service = :service"
    wait_for(lambda: bench.count(tried) == 2)


def test_slow_effects_hold_up_neither_records_nor_each_other(bench: Bench, session_id: str) -> None:
    bench.start()
    bench.send(raw_call(session_id, 1, "ask-slow5"), raw_call(session_id, 2, "ask"), raw_call(session_id, 3))
    done = "SELECT count(*) FROM tasks WHERE service = :service AND done_at IS NOT NULL"
    wait_for(lambda: bench.settled(session_id) == 3 and bench.count(done) == 2)
    wait_for(lambda: bench.count(done) == 4)


def test_a_record_for_which_the_broker_fakes_a_second_delivery_counts_once(bench: Bench, session_id: str) -> None:
    bench.start()
    raws = [raw_call(session_id, turn) for turn in range(1, 11)]
    bench.send(*raws, *raws, with_header(raws[0], "tracestate", b"x=1"))
    bench.send(raw_call(session_id, 11))
    wait_for(lambda: bench.settled(session_id) >= 11)
    assert bench.settled(session_id) == 11


def test_a_command_does_not_wait_behind_ten_thousand_records(bench: Bench, session_id: str) -> None:
    bench.arguments = ("--control",)
    sessions = [str(uuid4()) for _ in range(100)]
    bench.send(*(raw_call(each, turn) for turn in range(1, 101) for each in sessions))
    bench.start()
    told = "SELECT count(*) FROM toy_ledger WHERE service = :service AND kind = 'score' AND session_id = :s"
    counted = "SELECT count(*) FROM toy_ledger WHERE service = :service AND kind = 'call'"
    wait_for(lambda: bench.count(counted) > 200)
    before = bench.count(counted)
    asked = time.monotonic()
    pause = PauseSession(session_id=session_id, command_id="p1", actor="a")
    key, value, headers = encode(command_record(pause))
    bench.send(Raw(Position(CONTROL, 0, 0), key, value, headers))
    wait_for(lambda: bench.count(told, s=session_id) == 1)
    assert before < 9_000, "nothing was left to overtake"
    assert bench.count(counted) < 10_000, f"{time.monotonic() - asked:.1f} s: the command waited for the data"


def status(port: int, path: str) -> tuple[int, str]:
    """What the process answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def test_a_process_whose_place_another_one_took_ends(bench: Bench, session_id: str) -> None:
    first = bench.start()
    bench.send(raw_call(session_id, 1))
    wait_for(lambda: bench.settled(session_id) == 1)
    second = bench.start()  # the same member of the group: a broker that was restarted may fence one all the same
    assert first.wait(60) != 0  # and does not stand there, ready and deaf
    bench.send(raw_call(session_id, 2))
    wait_for(lambda: bench.settled(session_id) == 2)
    assert second.poll() is None
