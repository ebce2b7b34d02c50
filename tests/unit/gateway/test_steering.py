"""People steer over HTTP and WebSocket: whose command it is, what signs it, and what a chat sends and takes."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from ethogram.audit import signed_by
from ethogram.events import AuditLogged, ChatSaid, DecideApproval, OverrideAction, PauseSession, Person, SayInChat
from ethogram.runtime.people import signature_by
from tests.unit.gateway.test_routes import SESSION, Paper

PAUSE = f"/v1/sessions/{SESSION}/pause"
CHAT = f"ws://127.0.0.1:8700/v1/sessions/{SESSION}/chat"


def _person(api_key: str) -> Person:
    """Somebody to whom a key of the HTTP API is bound, as the roster has it."""
    import hmac
    from base64 import urlsafe_b64encode

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    seed = hmac.digest(api_key.encode(), b"ethogram: commands of a person", "sha256")
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    text = urlsafe_b64encode(public).rstrip(b"=").decode()
    return Person(name="ben", roles=("operator",), key="A" * 43, further=(text,))


def test_whoever_comes_with_a_key_that_is_bound_to_a_person_asks_as_that_person_and_signs() -> None:
    paper = Paper()
    answer = paper.client.post(PAUSE, json={"actor": "mallory", "reason": "look"}, headers={"X-API-Key": "bound-play"})
    assert answer.status_code == 202, answer.text
    (command,), (signature,) = paper.published, paper.signed
    assert isinstance(command, PauseSession) and command.actor == "ben" and signature is not None
    covered = command.TYPE.encode() + b"\n" + command.body()
    assert signed_by(covered, signature, _person("bound-play"))
    assert not signed_by(covered, signature, _person("bound-approve")), "another key of the same person is another key"
    assert not signed_by(covered + b" ", signature, _person("bound-play"))


def test_a_key_that_is_bound_to_nobody_asks_under_its_owners_name_and_signs_nothing() -> None:
    paper = Paper()
    paper.client.post(PAUSE, json={"actor": "ben"}, headers={"X-API-Key": "play"})
    (command,) = paper.published
    assert isinstance(command, PauseSession) and command.actor == "ann" and paper.signed == [None]


def test_whoever_has_a_key_of_its_own_signs_itself_and_the_bytes_are_those_that_it_signed() -> None:
    paper = Paper()
    told = {"session_id": SESSION, "command_id": "c-1", "actor": "cleo", "reason": "because"}
    signature = signature_by("a key of cleo's own")(PauseSession.model_validate(told))
    body = {name: value for name, value in told.items() if name != "session_id"}
    paper.client.post(PAUSE, json=body, headers={"Ethogram-Signature": signature})
    (command,) = paper.published
    assert isinstance(command, PauseSession) and paper.signed == [signature]
    assert signed_by(command.TYPE.encode() + b"\n" + command.body(), signature, _person("a key of cleo's own"))


def test_overrides_and_approvals_take_scopes_of_their_own_and_say_what_is_wrong() -> None:
    paper = Paper()
    override = {"game_id": "g001", "seat": 0, "option": "C", "reason": "for once"}
    path = f"/v1/sessions/{SESSION}/override"
    assert paper.client.post(path, json=override, headers={"X-API-Key": "play"}).status_code == 403
    assert paper.client.post(path, json=override, headers={"X-API-Key": "judge"}).status_code == 202
    decide = {"approval_id": "q1", "decision": "modify", "reason": "so"}
    path = f"/v1/sessions/{SESSION}/approvals"
    wrong = paper.client.post(path, json=decide, headers={"X-API-Key": "approve"})
    assert wrong.status_code == 422 and "option belongs to" in wrong.json()["detail"]
    right = paper.client.post(path, json={**decide, "decision": "approve"}, headers={"X-API-Key": "bound-approve"})
    assert right.status_code == 202
    assert [type(each) for each in paper.published] == [OverrideAction, DecideApproval]
    assert paper.client.get("/v1/approvals").json()["approvals"][0]["approval_id"] == "q1"
    assert paper.client.get("/v1/inbox").json()["notifications"][0]["via"] == "inbox"


def test_the_same_idempotency_key_is_the_same_command() -> None:
    paper = Paper()
    for _ in range(2):
        paper.client.post(PAUSE, json={}, headers={"Idempotency-Key": "k"})
    first, again = paper.published
    assert first.id == again.id


def _entry(number: int) -> dict[str, Any]:
    return {"session_id": SESSION, "number": number, "who": "ann", "text": f"words {number}", "time": "2026-11-21"}


def test_a_chat_tells_what_was_missed_then_what_comes_and_nothing_twice() -> None:
    paper = Paper()
    paper.reports.said = [_entry(1), _entry(2)]
    with paper.client.websocket_connect(CHAT) as socket:
        socket.send_json({"after": 1})
        assert socket.receive_json()["number"] == 2
        socket.send_json({"say": "Why?", "to": "a", "id": "mine-1", "actor": "ann"})
        assert socket.receive_json() == {"accepted": "mine-1"}
        (command,) = paper.published
        assert isinstance(command, SayInChat) and (command.text, command.to, command.actor) == ("Why?", "a", "ann")
        paper.reports.said.append(_entry(3))
        paper.feed.frames += [{"type": ChatSaid.TYPE, "event": {}}, {"type": ChatSaid.TYPE, "event": {}}]
        assert socket.receive_json()["number"] == 3
        line = {"about": command.id, "verdict": "refused: nobody is called 'a'"}
        paper.feed.frames += [{"type": AuditLogged.TYPE, "event": {**line, "about": "another's"}},
                              {"type": AuditLogged.TYPE, "event": line}]  # fmt: skip
        assert socket.receive_json() == {"refused": "mine-1", "why": "nobody is called 'a'"}
        socket.send_json({"say": ""})
        assert socket.receive_json()["error"]["code"] == "invalid-message"
        socket.send_text("[")
        assert socket.receive_json()["error"]["code"] == "not-json"
        socket.send_json({"say": "still here"})
        assert "accepted" in socket.receive_json()
    assert paper.client.get(f"/v1/sessions/{SESSION}/chat?after=2").json()["entries"] == [_entry(3)]


@pytest.mark.parametrize(("greeting", "code"), [
    ({}, "key-missing"), ({"key": "nonsense"}, "key-unknown"), ({"key": "read"}, "scope-missing"),
    ({"key": "play", "after": -1}, "after-invalid"),
])  # fmt: skip
def test_a_chat_is_opened_by_a_key_of_the_right_scope_and_by_nothing_else(greeting: dict[str, Any], code: str) -> None:
    paper = Paper(closed=True)
    with paper.client.websocket_connect(CHAT) as socket:
        socket.send_json(greeting)
        assert socket.receive_json()["error"]["code"] == code
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_json()
    assert ended.value.code == 1008


def test_words_over_a_bound_key_are_signed_and_a_page_of_another_site_cannot_open_a_chat() -> None:
    paper = Paper(closed=True)
    with paper.client.websocket_connect(CHAT) as socket:
        socket.send_json({"key": "bound-play"})
        socket.send_json({"say": "hello", "actor": "mallory"})
        assert "accepted" in socket.receive_json()
    (command,), (signature,) = paper.published, paper.signed
    assert isinstance(command, SayInChat) and command.actor == "ben" and signature is not None
    foreign = Paper().client.websocket_connect(CHAT, headers={"Origin": "http://evil.example"})
    with pytest.raises((WebSocketDisconnect, WebSocketDenialResponse)), foreign:
        pass
