"""People in the loop: a pause takes effect within a second, however much data is waiting."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
from confluent_kafka import Consumer, Producer, TopicPartition

from ethogram.events import AgentSwapped, PauseSession, ScenarioPresented
from ethogram.runtime.history import session_records
from tests.running import Running

WAITING = 10_000
LONG: dict[str, Any] = {
    "name": "long", "seed": 1,
    "agents": [
        {"id": f"agent-{number}", "adapter": "builtin", "config": {"strategy": "random"}} for number in range(6)
    ],
    "games": [{"game": "prisoners-dilemma", "rounds": 2000}],
}  # fmt: skip
DEFECTOR = {"id": "agent-0", "adapter": "builtin", "config": {"strategy": "always-defect"}}


def _raw_decisions(running: Running, session: str) -> list[tuple[bytes, bytes, Any]]:
    """Decisions of the session as they stand on the bus."""
    found: list[tuple[bytes, bytes, Any]] = []
    consumer = Consumer({"bootstrap.servers": running.bootstrap, "group.id": uuid4().hex})
    consumer.assign([TopicPartition("ethogram.decision.made.v1", partition, 0) for partition in range(4)])
    while len(found) < 500:
        for message in consumer.consume(1000, 1.0):
            if message.error() is None and message.key() == session.encode():
                found.append((message.key(), message.value(), message.headers()))
    consumer.close()
    return found


def test_a_pause_overtakes_ten_thousand_waiting_records(running: Running, tmp_path: Path) -> None:
    session = running.start(LONG, tmp_path)
    decisions = _raw_decisions(running, session)
    director = running.stack.status()["services"]["scenario-generator"]["pid"]
    os.kill(director, signal.SIGSTOP)
    try:
        producer = Producer({"bootstrap.servers": running.bootstrap, "partitioner": "murmur2_random", "acks": "all"})
        for number in range(WAITING):
            key, value, headers = decisions[number % len(decisions)]
            producer.produce("ethogram.decision.made.v1", key=key, value=value, headers=headers)
            producer.poll(0)
        assert producer.flush(30) == 0
        pause = PauseSession(session_id=session, actor="test", reason="hold it")
        headers = [
            ("ce_specversion", b"1.0"),
            ("ce_id", uuid4().hex.encode()),
            ("ce_source", b"/test"),
            ("ce_type", pause.TYPE.encode()),
        ]
        producer.produce(
            "ethogram.training.commands.v1", key=session.encode(), headers=headers,
            value=orjson.dumps({"session_id": session, "actor": "test", "reason": "hold it"}),
        )  # fmt: skip
        assert producer.flush(30) == 0
    finally:
        os.kill(director, signal.SIGCONT)
    went_on = time.monotonic()
    running.await_state(session, "paused", timeout_s=10, every_s=0.02)
    assert time.monotonic() - went_on < 1.0
    running.run("cancel", session, "--reason", "enough")
    running.await_state(session, "cancelled")


def _presented(running: Running, session: str) -> int:
    """Turns of the session that were presented so far; one that was presented may still be answered in a pause."""
    return sum(isinstance(record.event, ScenarioPresented) for record in session_records(running.settings, session))


def _settled(running: Running, session: str) -> int:
    """The same, once what was under way has reached the bus."""
    before, now, until = -1, _presented(running, session), time.monotonic() + 60
    while now != before:
        assert time.monotonic() < until, "turns are presented in a pause"
        time.sleep(2.0)
        before, now = now, _presented(running, session)
    return now


def test_a_paused_session_stands_still_and_goes_on_when_resumed(running: Running, tmp_path: Path) -> None:
    session = running.start(LONG, tmp_path)
    running.run("pause", session, "--reason", "look at it")
    running.await_state(session, "paused")
    resting = _settled(running, session)
    time.sleep(2.0)
    assert _presented(running, session) == resting
    file = tmp_path / "other.yaml"
    file.write_bytes(orjson.dumps({**LONG, "agents": [DEFECTOR, *LONG["agents"][1:]]}))
    running.run("swap", session, "agent-0", f"{file}#agent-0", "--reason", "another model")
    running.run("resume", session)
    running.await_state(session, "running")
    until = time.monotonic() + 60
    while _presented(running, session) <= resting:
        assert time.monotonic() < until, "nothing is presented any more"
        time.sleep(0.5)
    running.run("cancel", session)
    running.await_state(session, "cancelled")
    told = [record.event for record in session_records(running.settings, session)]
    (swapped,) = (event for event in told if isinstance(event, AgentSwapped))
    assert (swapped.reason, swapped.agent.config) == ("another model", DEFECTOR["config"])
    seats = [seat for event in told if isinstance(event, ScenarioPresented) for seat in event.seats]
    assert any(seat.agent_id == "agent-0" and seat.config == DEFECTOR["config"] for seat in seats)
    assert running.json("replay", session, "--verify")["verified"] is True
