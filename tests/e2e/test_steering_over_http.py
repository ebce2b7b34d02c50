"""A session that names people is approved, steered and spoken with over HTTP and WebSocket, under a key that signs."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import create_engine
from websockets.sync.client import connect

from ethogram.events import ApprovalDecided, NotificationSettled
from ethogram.runtime import people
from ethogram.runtime.history import session_records
from ethogram.runtime.store.audit_log import lines
from tests.running import MODEL_KEY, Running

TRAINING: dict[str, Any] = {
    "name": "http-1", "seed": 3,
    "agents": [{"id": name, "adapter": "builtin", "config": {"strategy": name}}
               for name in ("always-cooperate", "always-defect")],
    "games": [{"game": "prisoners-dilemma", "rounds": 4000}],
}  # fmt: skip
POLICIES = """
policies:
  - {name: ask first, about: [start], trainings: [http-*], then: reject,
     chain: [{role: operator, seconds: 120, channels: [hook, page, nowhere]}]}
"""


@contextmanager
def receiver() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Somebody who is told by webhook; fails the first time."""
    heard: list[dict[str, Any]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.append({"id": self.headers["webhook-id"], **json.loads(body)})
            self.send_response(503 if len(heard) == 1 else 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/told", heard
    finally:
        server.shutdown()
        server.server_close()


def eventually(found: Callable[[], Any], what: str) -> Any:
    """What is found, once it is there."""
    deadline = time.monotonic() + 90
    while not (here := found()):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
    return here


def test_a_session_that_names_people_is_steered_over_http(running: Running, tmp_path: Path) -> None:
    with receiver() as (url, heard):
        _steer(running, tmp_path, url, heard)


def _steer(running: Running, tmp_path: Path, url: str, heard: list[dict[str, Any]]) -> None:
    channels = {"hook": {"kind": "webhook", "config": {"url": url, "secret": MODEL_KEY}}, "page": {"kind": "inbox"}}
    (running.home / "channels.yaml").write_text(json.dumps({"channels": channels}), encoding="utf-8")
    (running.home / "approvals.yaml").write_text(POLICIES, encoding="utf-8")
    people.add(running.settings, "wen", ("operator",), ("http-*",), None)
    key = running.json("keys", "create", "desk", "--person", "wen", "--scopes", "read,play,approve",
                       "--per-minute", "10000")["api_key"]  # fmt: skip
    session = running.start(TRAINING, tmp_path)
    base = f"http://127.0.0.1:{running.settings.api_port}"
    with httpx2.Client(base_url=base, headers={"X-API-Key": key}, trust_env=False) as http:

        def asked(what: str, **told: Any) -> None:
            answer = http.post(f"/v1/sessions/{session}/{what}", json=told)
            assert answer.status_code == 202, answer.text

        def told_of() -> list[dict[str, Any]]:
            found = http.get("/v1/inbox").json()["notifications"]
            return [each for each in found if each["session_id"] == session]

        # approval: everybody who may answer is told once, through each channel
        (request,) = eventually(
            lambda: http.get("/v1/approvals", params={"session": session}).json().get("approvals"), "?"
        )
        notices = eventually(lambda: len(told := told_of()) == 3 and told, "three channels")
        outcomes = {each["channel"]: each["outcome"] for each in notices}
        assert outcomes == {"hook": "delivered", "page": "delivered", "nowhere": "failed"}
        assert len(heard) == 2 and len({each["id"] for each in heard}) == 1, "tried again under the same id"
        asked("approvals", approval_id=request["approval_id"], decision="approve", reason="go on")
        eventually(lambda: http.get(f"/v1/sessions/{session}").json()["resolved_turns"] > 0, "it begins")

        # steering
        asked("pause", reason="look closer", actor="mallory")
        running.await_state(session, "paused", every_s=0.02)

        # chat: over one socket, away, and back without loss or repetition
        with connect(f"ws://127.0.0.1:{running.settings.api_port}/v1/sessions/{session}/chat") as socket:
            socket.send(json.dumps({"key": key}))
            socket.send(json.dumps({"say": "Why so harsh?", "to": "always-defect", "id": "words-1"}))
            first = [json.loads(socket.recv(timeout=60)) for _ in range(2)]
            assert {"accepted": "words-1"} in first
            (entry,) = [each for each in first if "number" in each]
            assert (entry["number"], entry["who"], entry["to"]) == (1, "wen", "always-defect")
            socket.send(json.dumps({"say": "Hello?", "to": "nobody", "id": "words-2"}))
            answers = [json.loads(socket.recv(timeout=60)) for _ in range(2)]
            assert [each["refused"] for each in answers if "refused" in each] == ["words-2"]
        asked("chat", text="Still there?")
        with connect(f"ws://127.0.0.1:{running.settings.api_port}/v1/sessions/{session}/chat") as socket:
            socket.send(json.dumps({"key": key, "after": 1}))
            again = json.loads(socket.recv(timeout=60))
            assert (again["number"], again["text"]) == (2, "Still there?")
        asked("resume")
        running.await_state(session, "running", every_s=0.02)
        asked("cancel", reason="seen enough")
    running.await_state(session, "cancelled")
    engine = create_engine(running.settings.database_url)
    with engine.connect() as connection:
        known = {line["what"].removeprefix("ethogram."): line for line in lines(connection, session, 500)
                 if line["said"] == "accepted"}  # fmt: skip
    engine.dispose()
    for what in ("approval.decide.v1", "session.pause.v1", "chat.say.v1", "session.resume.v1", "session.cancel.v1"):
        assert (known[what]["who"], known[what]["signed"]) == ("wen", True), what
    events = [record.event for record in session_records(running.settings, session)]
    (decided,) = [event for event in events if isinstance(event, ApprovalDecided)]
    assert decided.actor == "wen"
    assert len([event for event in events if isinstance(event, NotificationSettled)]) == 3
    assert running.json("replay", session, "--verify")["verified"] is True
