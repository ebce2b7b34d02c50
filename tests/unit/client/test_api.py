"""The HTTP clients against a gateway of paper: what they send, what they try again, what they raise."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

import ethogram
from ethogram import AsyncClient, Client
from ethogram.client.api import calls

SESSION = "0b9f2f4e-0000-4000-8000-000000000001"
Answer = Callable[[httpx2.Request], httpx2.Response]


def _problem(status: int, code: str, **headers: str) -> httpx2.Response:
    body = {"status": status, "code": code, "detail": f"because of {code}", "request_id": "r1"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.Response(status, json=body, headers=named)


class Paper:
    """Answers one request after the other from a list, and remembers what it was asked."""

    def __init__(self, *answers: httpx2.Response | Exception) -> None:
        self._answers = list(answers)
        self.asked: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def _client(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(calls, "FIRST_WAIT_S", 0.001)
    client = Client("etho_sk_x", "http://gateway")
    client._http = httpx2.Client(
        base_url="http://gateway", headers=calls.default_headers("etho_sk_x"), transport=httpx2.MockTransport(paper)
    )
    return client


def _standing(state: str, resolved: int = 0) -> httpx2.Response:
    body = {"session_id": SESSION, "state": state, "reason": None, "resolved_turns": resolved, "planned_turns": 10}
    return httpx2.Response(200, json=body)


def test_a_start_carries_the_key_and_is_the_same_start_when_it_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    started = httpx2.Response(202, json={"session_id": SESSION})
    paper = Paper(httpx2.ConnectError("away"), _problem(503, "kafka-unreachable"), started)
    assert _client(paper, monkeypatch).start_training("mine", 6, archetypes=["loyalty"], seed=4) == SESSION
    assert len({request.headers["idempotency-key"] for request in paper.asked}) == 1
    assert paper.asked[-1].headers["x-api-key"] == "etho_sk_x"
    assert json.loads(paper.asked[-1].content) == {
        "name": "mine alone", "seed": 4, "scenarios": {"count": 6, "archetypes": ["loyalty"]},
        "agents": [{"id": "mine", "adapter": "registered", "config": {"name": "mine"}}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, "AuthenticationError"), (403, "PermissionDeniedError"), (404, "ResourceNotFoundError"),
     (422, "InvalidRequestError"), (500, "APIError")],
)  # fmt: skip
def test_a_refusal_is_an_error_of_its_kind_with_code_and_request_id(
    monkeypatch: pytest.MonkeyPatch, status: int, kind: str
) -> None:
    with pytest.raises(ethogram.APIError, match="because of c1") as caught:
        _client(Paper(_problem(status, "c1")), monkeypatch).get_report(SESSION)
    assert type(caught.value).__name__ == kind
    assert (caught.value.status, caught.value.code, caught.value.request_id) == (status, "c1", "r1")


def test_too_many_requests_wait_as_long_as_they_are_told_and_no_longer_than_four_tries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rested: list[float] = []
    monkeypatch.setattr("ethogram.client.api.sync.time.sleep", rested.append)
    paper = Paper(*(_problem(429, "too-many-requests", Retry_After="7") for _ in range(4)))
    with pytest.raises(ethogram.RateLimitError) as caught:
        _client(paper, monkeypatch).status(SESSION)
    assert rested == [7.0, 7.0, 7.0] and caught.value.retry_after == 7


def test_an_intervention_whose_fate_is_unknown_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = Paper(httpx2.ReadError("cut"))
    with pytest.raises(ethogram.ServiceUnavailableError, match="ethogram up"):
        _client(paper, monkeypatch).pause(SESSION, "look")
    assert len(paper.asked) == 1


def test_what_is_asked_of_a_session_goes_to_its_path_with_what_belongs_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = Paper(*(httpx2.Response(202, json={"session_id": SESSION}) for _ in range(2)))
    client = _client(paper, monkeypatch)
    client.approve(SESSION, "a1", "looks right", decision="modify", option="C")
    client.steer(SESSION, "overrule", reason="unfair", actor="eve", agent_id="tft", verdict="approve")
    assert [(request.url.path, json.loads(request.content)) for request in paper.asked] == [
        (f"/v1/sessions/{SESSION}/approvals", {
            "actor": "client", "reason": "looks right", "approval_id": "a1", "decision": "modify", "option": "C"}),
        (f"/v1/sessions/{SESSION}/overrule", {
            "actor": "eve", "reason": "unfair", "agent_id": "tft", "verdict": "approve"}),
    ]  # fmt: skip


def test_waiting_tells_progress_and_ends_with_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[float, int, int]] = []
    paper = Paper(_problem(404, "session-not-found"), _standing("running", 4), _standing("completed", 10))
    ended = _client(paper, monkeypatch).wait_for_completion(SESSION, 0.001, lambda *now: told.append(now))
    assert ended["state"] == "completed" and told == [(0.4, 4, 10), (1.0, 10, 10)]


def test_waiting_for_a_rejected_session_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ethogram.TrainingError, match="rejected") as caught:
        _client(Paper(_standing("rejected")), monkeypatch).wait_for_completion(SESSION, 0.001)
    assert caught.value.session_id == SESSION and caught.value.state == "rejected"


def test_waiting_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = Paper(*(_standing("running") for _ in range(1_000)))
    with pytest.raises(TimeoutError, match="had not ended"):
        _client(paper, monkeypatch).wait_for_completion(SESSION, 0.001, timeout=0.05)


def _stream(*frames: tuple[str, str]) -> httpx2.Response:
    text = "".join(f"id: {mark}\ndata: {json.dumps({'type': kind})}\n\n" for mark, kind in frames)
    return httpx2.Response(200, text=": hello\n\n" + text, headers={"content-type": "text/event-stream"})


def test_a_broken_stream_is_taken_up_where_it_broke_and_ends_with_the_last_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rest = _stream(("3", "ethogram.session.completed.v1"))
    paper = Paper(_stream(("1", "a"), ("2", "b")), httpx2.ConnectError("away"), rest)
    seen = [frame["type"] for frame in _client(paper, monkeypatch).watch(SESSION)]
    assert seen == ["a", "b", "ethogram.session.completed.v1"]
    assert [request.headers.get("last-event-id") for request in paper.asked] == [None, "2", "2"]


def test_the_asynchronous_client_does_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "FIRST_WAIT_S", 0.001)
    paper = Paper(
        _problem(503, "database-unreachable"), _standing("running", 1), _standing("completed", 10),
        _stream(("1", "a")), _stream(("2", "ethogram.session.completed.v1")),
    )  # fmt: skip

    async def use() -> tuple[dict[str, Any], list[str]]:
        async with AsyncClient(base_url="http://gateway") as client:
            client._http = httpx2.AsyncClient(base_url="http://gateway", transport=httpx2.MockTransport(paper))
            ended = await client.wait_for_completion(SESSION, 0.001)
            return ended, [frame["type"] async for frame in client.watch(SESSION)]

    ended, seen = asyncio.run(use())
    assert ended["state"] == "completed" and seen == ["a", "ethogram.session.completed.v1"]


def test_without_archetypes_an_agent_faces_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = Paper(httpx2.Response(202, json={"session_id": SESSION}))
    _client(paper, monkeypatch).start_training("mine", 20)
    assert len(json.loads(paper.asked[0].content)["scenarios"]["archetypes"]) == 10


def test_all_sessions_come_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [({"sessions": [{"session_id": "a"}, {"session_id": "b"}], "next": "c1"}),
             ({"sessions": [{"session_id": "c"}], "next": None})]  # fmt: skip
    paper = Paper(*(httpx2.Response(200, json=page) for page in pages))
    found = _client(paper, monkeypatch).all_sessions(state="failed")
    assert [each["session_id"] for each in found] == ["a", "b", "c"]
    assert [dict(each.url.params) for each in paper.asked] == [
        {"limit": "100", "state": "failed"}, {"limit": "100", "state": "failed", "cursor": "c1"}
    ]  # fmt: skip
