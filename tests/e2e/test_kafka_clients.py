"""Plain Kafka clients are first-class: kcat starts a session and follows it, Kafka's own console consumer reads it."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from uuid import uuid4

import pytest

from ethogram.devserver.jars import console_tool
from tests.running import Running

TRAINING = {
    "name": "by kcat", "seed": 3,
    "agents": [
        {"id": "tft", "adapter": "builtin", "config": {"strategy": "tit-for-tat"}},
        {"id": "alld", "adapter": "builtin", "config": {"strategy": "always-defect"}},
    ],
    "games": [{"game": "prisoners-dilemma", "rounds": 5}],
}  # fmt: skip
needs_kcat = pytest.mark.skipif(shutil.which("kcat") is None, reason="kcat is not installed (apt-get install kcat)")


def _kcat(running: Running, *arguments: str, text: str = "") -> list[str]:
    done = subprocess.run(
        ["kcat", "-b", running.bootstrap, *arguments],
        input=text,
        check=True,
        timeout=60,
        capture_output=True,
        text=True,
        errors="replace",  # other tests write bytes that are no UTF-8
    )
    return done.stdout.splitlines()


def _await_completed(running: Running, session: str) -> None:
    deadline = time.monotonic() + 60
    while not any(one["session_id"] == session and one["state"] == "completed" for one in running.json("sessions")):
        assert time.monotonic() < deadline
        time.sleep(0.3)


@needs_kcat
def test_a_bare_body_by_kcat_plays_a_session_that_kcat_can_read(running: Running) -> None:
    session = str(uuid4())
    _kcat(running, "-t", "ethogram.training.commands.v1", "-P", text=json.dumps({**TRAINING, "session_id": session}))
    _await_completed(running, session)
    for topic, count in (("scenario.presented", 5), ("decision.made", 10), ("turn.resolved", 5), ("verdict.issued", 3)):
        lines = _kcat(running, "-t", f"ethogram.{topic}.v1", "-C", "-e", "-q", "-f", "%k %s\n")
        bodies = [json.loads(line.split(" ", 1)[1]) for line in lines if line.startswith(session)]
        assert len(bodies) == count, topic
    turns = _kcat(running, "-t", "ethogram.turn.resolved.v1", "-C", "-e", "-q", "-f", "%k %s\n")
    first = next(json.loads(line.split(" ", 1)[1]) for line in turns if line.startswith(session))
    assert [action["executed"] for action in first["actions"]] == ["C", "D"]


@needs_kcat
def test_without_an_id_the_session_is_named_after_the_place_of_its_command(running: Running) -> None:
    name = f"unnamed {uuid4().hex[:8]}"
    _kcat(running, "-t", "ethogram.training.commands.v1", "-P", text=json.dumps({**TRAINING, "name": name}))
    deadline = time.monotonic() + 60
    while not (found := [one for one in running.json("sessions") if one["name"] == name]):
        assert time.monotonic() < deadline
        time.sleep(0.3)
    _await_completed(running, found[0]["session_id"])


def test_kafkas_console_consumer_shows_readable_records_with_their_envelope(running: Running) -> None:
    session = running.json("start", "examples/training/quickstart.yaml", "--wait")["session_id"]
    command = console_tool(
        "org.apache.kafka.tools.consumer.ConsoleConsumer", "--bootstrap-server", running.bootstrap,
        "--topic", "ethogram.session.lifecycle.v1", "--from-beginning", "--timeout-ms", "8000",
        "--formatter-property", "print.headers=true", "--formatter-property", "print.key=true",
    )  # fmt: skip
    done = subprocess.run(command, timeout=120, capture_output=True, text=True, errors="replace")
    lines = [line for line in done.stdout.splitlines() if f"\t{session}\t" in line]
    types = [line.split("ce_type:")[1].split(",")[0] for line in lines]
    assert types[0] == "ethogram.session.admitted.v1" and types[-1] == "ethogram.session.completed.v1"
    assert json.loads(lines[0].split("\t")[2])["name"] == "quickstart"
