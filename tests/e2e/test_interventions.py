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

from ethogram.events import PauseSession
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


def test_a_paused_session_stands_still_and_goes_on_when_resumed(running: Running, tmp_path: Path) -> None:
    session = running.start(LONG, tmp_path)
    running.run("pause", session, "--reason", "look at it")
    running.await_state(session, "paused")
    time.sleep(1.0)  # what was already presented may still be answered
    resting = len(session_records(running.settings, session))
    time.sleep(2.0)
    assert len(session_records(running.settings, session)) == resting
    running.run("resume", session)
    running.await_state(session, "running")
    time.sleep(1.0)
    assert len(session_records(running.settings, session)) > resting
    running.run("cancel", session)
    running.await_state(session, "cancelled")
    assert running.json("replay", session, "--verify")["verified"] is True
