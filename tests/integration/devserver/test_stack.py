"""The stack as a whole: up, found again, killed, restarted, down, and its data kept."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from confluent_kafka import Consumer, Producer

from ethogram.client import publish
from ethogram.devserver import SERVICES, connected, doctor, down, status, up
from ethogram.devserver.folders import Folders
from ethogram.devserver.postgres import Postgres
from ethogram.events import CancelSession, PauseSession, ResumeSession, SessionId, StartTraining
from ethogram.events.errors import TransientError
from ethogram.runtime.settings import Settings

SESSION = SessionId("0b9f2f4e-0000-4000-8000-0000000000aa")
STARTER = """
from ethogram.devserver import up
from ethogram.runtime.settings import load
stack = up(load(), progress=lambda step: print(step, flush=True))
print("READY", flush=True)
stack.wait()
"""


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A home of its own on free ports; jars come from the user's cache."""
    home = Path(tempfile.mkdtemp(prefix="ethogram-stack-"))
    home.chmod(0o755)
    cache = Settings().home / "cache"
    (home / "cache").symlink_to(cache)
    cache.mkdir(parents=True, exist_ok=True)
    monkeypatch.setenv("ETHOGRAM_HOME", str(home))
    made = Settings(home=home, kafka_port=0, api_port=0)
    yield made
    down(made)
    shutil.rmtree(home)


def left_over(home: Path) -> list[str]:
    """Processes that belong to a home."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        try:
            belongs = process.environ().get("ETHOGRAM_HOME") == str(home) or str(home) in " ".join(process.cmdline())
        except psutil.Error:
            continue
        if belongs and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
            found.append(" ".join(process.cmdline()))
    return found


def eventually(holds: Callable[[], bool], timeout_s: float = 20) -> bool:
    """Whether it comes true in time."""
    deadline = time.monotonic() + timeout_s
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def produce(bootstrap: str, value: bytes) -> None:
    """Write one record to a topic that no service reads."""
    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all"})
    producer.produce("ethogram.dead-letters.v1", value=value, partition=0)
    assert producer.flush(20) == 0


def state_of(settings: Settings, session: str) -> tuple[str, int]:
    """State and resolved turns of a session, as PostgreSQL has them; ("", 0) before it is known."""
    with psycopg.connect(settings.database_url.replace("+psycopg", "")) as connection:
        query = "SELECT state, resolved_turns FROM sessions WHERE session_id = %s"
        return connection.execute(query, (session,)).fetchone() or ("", 0)


def paused_session(settings: Settings) -> tuple[str, int]:
    """A session that was begun and is held: its state, once nothing moves in it."""
    agents = [{"id": name, "adapter": "builtin", "config": {"strategy": name}} for name in ("grim-trigger", "random")]
    told = {"name": "held", "agents": agents, "games": [{"game": "prisoners-dilemma", "rounds": 5000}]}
    publish(StartTraining.model_validate({"session_id": SESSION, **told}), settings.kafka_bootstrap_servers)
    assert eventually(lambda: state_of(settings, SESSION)[1] > 0, timeout_s=60)
    publish(PauseSession(session_id=SESSION, command_id="hold"), settings.kafka_bootstrap_servers)
    assert eventually(lambda: state_of(settings, SESSION)[0] == "paused", timeout_s=60)
    before = ("", -1)
    while (now := state_of(settings, SESSION)) != before:  # the turn that was before its seats is still resolved
        before = now
        time.sleep(0.5)
    return now


def first_value(bootstrap: str) -> bytes | None:
    """The first record of that topic."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "reader", "auto.offset.reset": "earliest"})
    consumer.subscribe(["ethogram.dead-letters.v1"])
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            message = consumer.poll(1)
            if message and not message.error():
                return message.value()
        return None
    finally:
        consumer.close()


def test_a_stack_is_found_again_survives_kills_and_keeps_its_data(settings: Settings) -> None:
    with pytest.raises(TransientError, match="ethogram up --detach"):
        connected(settings)
    steps: list[str] = []
    stack = up(settings, progress=steps.append)
    assert stack.started_here
    assert "starting services" in steps

    known = status(settings)
    assert known["state"] == "running"
    assert set(known["services"]) == set(SERVICES)
    produce(known["kafka"]["bootstrap_servers"], b"kept")
    with psycopg.connect(known["postgres"]["url"]) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('kept')")

    paused = paused_session(stack.settings)
    again = up(settings)
    assert not again.started_here
    again.stop()  # not ours: nothing happens
    assert status(settings)["state"] == "running"

    for name in ("kafka", "postgres"):
        before = status(settings)[name]["pid"]
        os.kill(before, signal.SIGKILL)
        assert eventually(lambda name=name, before=before: status(settings)[name]["pid"] not in (None, before))
    assert eventually(lambda: {check.name: check.ok for check in doctor(settings)}["database"])
    assert eventually(lambda: {check.name: check.ok for check in doctor(settings)}["broker"])

    stack.stop()
    assert status(settings)["state"] == "stopped"
    assert not left_over(settings.home)

    stack = up(settings)
    known = status(settings)
    assert first_value(known["kafka"]["bootstrap_servers"]) == b"kept"
    with psycopg.connect(known["postgres"]["url"]) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("kept",)]
    assert state_of(stack.settings, SESSION) == paused, "a paused session stands where it stood before the restart"
    publish(ResumeSession(session_id=SESSION, command_id="go on"), stack.settings.kafka_bootstrap_servers)
    assert eventually(lambda: state_of(stack.settings, SESSION)[1] > paused[1], timeout_s=60)
    publish(CancelSession(session_id=SESSION, command_id="enough"), stack.settings.kafka_bootstrap_servers)
    stack.keep()
    assert down(settings)
    assert not left_over(settings.home)
    assert not down(settings)


@pytest.mark.parametrize("after_s", [0.4, 2.0, 4.0])
def test_an_interrupt_at_any_moment_leaves_no_process_and_whole_data(settings: Settings, after_s: float) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # ignored in a background job
    )
    time.sleep(after_s)
    starter.send_signal(signal.SIGINT)
    starter.wait(60)
    assert eventually(lambda: not left_over(settings.home))
    if after_s == 2.0:
        up(settings).stop()


def test_the_stack_ends_when_its_starter_is_killed(settings: Settings) -> None:
    starter = subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert starter.stdout is not None
    assert any(line.strip() == b"READY" for line in starter.stdout)
    starter.kill()
    starter.wait()
    assert eventually(lambda: not left_over(settings.home), timeout_s=40)


def test_a_killed_supervisor_leaves_nothing_that_hinders_the_next_start(settings: Settings) -> None:
    up(settings).keep()
    supervisor = psutil.Process(status(settings)["pid"])
    supervisor.kill()
    psutil.wait_procs([supervisor], timeout=10)
    assert status(settings)["state"] == "stopped"
    stack = up(settings)
    assert status(settings)["state"] == "running"
    stack.stop()
    assert eventually(lambda: not left_over(settings.home))


def test_a_taken_port_is_named_with_what_to_do(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(TransientError, match=rf"port {port} is taken.*ETHOGRAM_KAFKA_PORT"):
            up(settings.model_copy(update={"kafka_port": port}))
    assert status(settings)["state"] == "failed"
    assert not left_over(settings.home)


def test_a_folder_that_only_root_may_enter_stays_closed(settings: Settings) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root has this trouble")
    closed = settings.home / "closed"
    closed.mkdir(mode=0o700)
    assert not Postgres(Folders.at(closed / "home")).data.is_relative_to(closed)
    assert Postgres(Folders.at(settings.home)).data.is_relative_to(settings.home)
    assert closed.stat().st_mode & 0o777 == 0o700
