"""One session is one trace, from the request through every topic to the verdict; each service has its own role."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from opentelemetry import trace
from sqlalchemy import Engine, event

from ethogram.client import Publisher
from ethogram.runtime import tracing
from ethogram.runtime.keys import signer
from ethogram.runtime.process import worker_of
from ethogram.runtime.settings import Settings, load
from ethogram.runtime.store.engine import connect
from ethogram.runtime.store.roles import apply_roles
from ethogram.runtime.store.tenants import EVERYBODY, acting_for, confine
from ethogram.services.gateway.app import create_app
from ethogram.services.gateway.database import DatabaseAgents, DatabaseKeys, DatabasePerformance, DatabaseReports
from ethogram.services.gateway.doors import Doors
from ethogram.services.gateway.operators import DatabaseExplorer, DatabaseLetters
from ethogram.topology import catalogue
from tests.integration.runtime.collector import Collector, Seen, collecting
from tests.running import ROOT

SERVICES = ("scenario_generator", "agent_runner", "action_tracker", "inference_worker", "judge", "auditor")
ROLES = (ROOT / "infra" / "sql" / "roles.sql").read_text(encoding="utf-8")
INCOMING = "00-11111111111111111111111111111111-2222222222222222-01"
TRAINING: dict[str, Any] = {
    "name": "traced", "seed": 5,
    "agents": [
        {"id": "tft", "adapter": "builtin", "config": {"strategy": "tit-for-tat"}},
        {"id": "mine", "adapter": "python", "config": {"callable": "examples.agents:cautious"}},
    ],
    "games": [{"game": "prisoners-dilemma", "rounds": 4}],
}  # fmt: skip


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """Where this process sends its spans, because the standard variables say so."""
    with collecting() as collector:
        monkeypatch.setenv(tracing.ENDPOINT, collector.url)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
        tracing.configure("everything")
        yield collector
        provider: Any = trace.get_tracer_provider()
        provider.shutdown()  # it stays this process's: what comes later is dropped


def _as_role(role: str) -> Any:
    """Makes each new connection one of a role that may do its own work only."""

    def chosen(connection: Any, _record: object) -> None:
        connection.execute(f"SET ROLE {role}")
        connection.commit()

    return chosen


@contextmanager
def working(settings: Settings) -> Iterator[None]:
    """Every service on a thread of this process."""
    with ExitStack() as stack:
        for name in SERVICES:
            service = getattr(import_module(f"ethogram.services.{name}.service"), name)
            worker = worker_of(service, settings, signer(settings) if service.signed else None)
            event.listen(worker.engine, "connect", _as_role(f"ethogram_{name}"))
            thread = threading.Thread(target=worker.work, name=name)
            thread.start()
            stack.callback(thread.join, 20)
            stack.callback(worker.stop)
        yield


def test_a_session_is_one_linked_trace_from_the_request_to_the_verdict(
    collector: Collector, kafka_bootstrap: str, database_url: str, tmp_path: Path
) -> None:
    settings = load(kafka_bootstrap_servers=kafka_bootstrap, database_url=database_url, home=tmp_path,
                    agents_path=(ROOT,), instance="traced")  # fmt: skip
    engine = connect(database_url, "gateway")
    with engine.begin() as connection:
        connection.connection.cursor().execute(ROLES)  # as psql sends it: a % is a %
    apply_roles(database_url)
    confine(engine)
    keys = DatabaseKeys(engine, required=False)
    feed: Any = None
    doors = Doors(
        Publisher(kafka_bootstrap).publish, DatabaseReports(engine), feed, keys, DatabaseAgents(engine),
        DatabasePerformance(engine), DatabaseLetters(engine, kafka_bootstrap), DatabaseExplorer("", ""), {},
    )  # fmt: skip
    client = TestClient(create_app(doors), base_url="http://127.0.0.1:8700")
    with working(settings):
        started = client.post("/v1/sessions", json=TRAINING, headers={"traceparent": INCOMING})
        session_id = started.json()["session_id"]
        with acting_for(EVERYBODY):
            _wait_for(engine, session_id)
    tracing.flush()
    spans = [span for span in collector.spans if span.trace_id == "1" * 32]
    _one_tree(spans)
    processed = {str(span.attributes["messaging.destination.name"]) for span in spans if _is_processing(span)}
    played = {
        topic.name for topic in catalogue().topics.values()
        if topic.consumers and topic.name.split(".")[1] in ("training", "scenario", "decision", "turn", "behaviour",
                                                            "principles", "verdict")
    }  # fmt: skip
    played -= {"ethogram.scenario.awaited.v1"}  # where the next scenario is chosen by what was inferred
    played -= {"ethogram.turn.proposed.v1", "ethogram.turn.ruled.v1"}  # where turns wait for the council
    assert played <= processed
    names = {span.name for span in spans}
    assert {"POST /v1/sessions", "send ethogram.training.commands.v1"} <= names
    assert any(name.startswith("perform ") for name in names)
    for span in filter(_is_processing, spans):
        assert span.links == (span.parent_id,)  # its cause, and linked to it as the conventions wish
        assert span.attributes["messaging.message.conversation_id"] == session_id
        assert span.attributes["messaging.system"] == "kafka" and span.attributes["messaging.consumer.group.name"]
    assert all(span.resource["service.namespace"] == "ethogram" for span in spans)
    chats = [span for span in spans if span.attributes.get("gen_ai.operation.name") == "chat"]
    assert chats == []  # no model was asked; tests/unit/runtime/test_tracing.py has one that was


def _is_processing(span: Seen) -> bool:
    return span.name.startswith("process ")


def _one_tree(spans: list[Seen]) -> None:
    known = {span.span_id for span in spans}
    assert [span.name for span in spans if span.parent_id not in known] == ["POST /v1/sessions"]


def _wait_for(engine: Engine, session_id: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        found = [
            each
            for each in DatabaseReports(engine).sessions(100, "", None, None)["sessions"]
            if each["session_id"] == session_id
        ]
        if found and found[0]["state"] == "completed":
            time.sleep(0.5)  # the last records are still on their way to the auditor
            return
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
