"""The live stream of a session, both ways: resumed, opened by the right key only, ended with its key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect

from ethogram.services.gateway.routes import stream
from tests.unit.gateway.test_routes import SESSION, Paper

STREAM = f"/v1/sessions/{SESSION}/stream"
SOCKET = f"ws://127.0.0.1:8700{STREAM}"


@pytest.fixture
def revoking(monkeypatch: pytest.MonkeyPatch) -> Iterator[Paper]:
    """A gateway that looks at keys all the time, at which the key `read` is revoked once its streams are open."""
    monkeypatch.setattr(stream, "LOOK_AGAIN_S", 0.02)
    paper = Paper(closed=True)
    paper.feed.quiet = True
    paper.keys.revoked.add("read")
    yield paper


def _received(socket: Any) -> tuple[list[Any], int]:
    """Everything until the gateway closes, and the code with which it did."""
    messages = []
    while True:
        try:
            messages.append(socket.receive_json())
        except WebSocketDisconnect as ended:
            return messages, ended.code


@pytest.mark.parametrize(("greeting", "ids"), [({}, ["1", "2", "3"]), ({"after": "2"}, ["3"])])
def test_a_socket_tells_what_the_events_tell_and_goes_on_after_the_last_id(
    greeting: dict[str, Any], ids: list[str]
) -> None:
    paper = Paper()
    with paper.client.websocket_connect(SOCKET) as socket:
        socket.send_json(greeting)
        messages, code = _received(socket)
    assert [message["id"] for message in messages] == ids and code == 1013
    assert messages[-1]["record"]["type"] == "ethogram.turn.resolved.v1"


@pytest.mark.parametrize(("greeting", "refusal"), [
    ({}, "key-missing"), ({"key": "nonsense"}, "key-unknown"), ({"key": "play"}, "scope-missing"),
    ({"key": "expired"}, "key-expired"), ({"key": "revoked"}, "key-unknown"), ({"key": "used-up"}, "key-used-up"),
    ({"key": "too-many"}, "too-many-requests"), ({"key": "read", "after": 7}, "after-invalid"),
])  # fmt: skip
def test_a_socket_is_opened_by_a_good_key_of_the_right_scope_only(greeting: dict[str, Any], refusal: str) -> None:
    paper = Paper(closed=True)
    with paper.client.websocket_connect(SOCKET) as socket:
        socket.send_json(greeting)
        (message,), code = _received(socket)
    assert message["error"]["code"] == refusal and code == 1008


def test_what_is_not_there_is_said_over_a_socket_too() -> None:
    paper = Paper()
    with paper.client.websocket_connect(SOCKET.replace(SESSION, "nope")) as socket:
        socket.send_json({})
        (message,), code = _received(socket)
    assert message["error"]["code"] == "session-not-found" and code == 1008


def test_a_revoked_key_ends_its_quiet_socket(revoking: Paper) -> None:
    with revoking.client.websocket_connect(SOCKET) as socket:
        socket.send_json({"key": "read"})
        *_, last = messages = _received(socket)[0]
    assert len(messages) == 4 and last["error"]["code"] == "key-unknown"


def test_a_revoked_key_ends_its_quiet_stream_of_events(revoking: Paper) -> None:
    text = revoking.client.get(STREAM, headers={"X-API-Key": "read"}).text
    assert text.count("data: ") == 3 and "key-unknown" in text.splitlines()[-1 if text.splitlines()[-1] else -2]
