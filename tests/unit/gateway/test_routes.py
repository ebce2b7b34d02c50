"""The gateway over doors of paper: what it answers, without a server behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Literal

import pytest
from fastapi.testclient import TestClient

from ethogram.client import Sign
from ethogram.events import (
    AcknowledgeAlert,
    AnswerTurn,
    Event,
    PauseSession,
    RegisterAgent,
    SettingsError,
    StartTraining,
    TransientError,
)
from ethogram.events.ids import is_uuid
from ethogram.objectives import OBJECTIVES, WINDOWS, Alert, Measure, standing
from ethogram.runtime.store.alerts import AlertNotFound
from ethogram.runtime.store.api_keys import SCOPES, Caller, KeyNotFound, KeyRefused, Scope, weigh
from ethogram.runtime.store.explorer import Found
from ethogram.runtime.store.reports import SessionNotFound
from ethogram.services.gateway.app import create_app, described
from ethogram.services.gateway.doors import Doors
from ethogram.services.gateway.guards import MAX_BODY_BYTES
from ethogram.services.gateway.operators import LetterRefused
from ethogram.services.gateway.routes.steering import STEERS
from ethogram.services.gateway.table import table_of

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SESSION = "0b9f2f4e-0000-4000-8000-000000000001"
SPOILT: dict[str, dict[str, Any]] = {
    "expired": {"expires_at": NOW}, "revoked": {"revoked_at": NOW}, "used-up": {"usage_limit": 5, "used": 5},
    "too-many": {"window_start": NOW, "window_used": 60},
}  # fmt: skip
"""Keys for everything that are good no more, by what is wrong with each."""
REFUSED = {
    "expired": (401, "key-expired"), "revoked": (401, "key-unknown"), "used-up": (403, "key-used-up"),
    "too-many": (429, "too-many-requests"),
}  # fmt: skip
TRAINING = {
    "name": "t",
    "agents": [{"id": "a", "adapter": "builtin"}, {"id": "b", "adapter": "builtin"}],
    "games": [{"game": "prisoners-dilemma", "rounds": 3}],
}


class PaperReports:
    """One session."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []

    def sessions(self, limit: int, cursor: str, state: str | None, name: str | None) -> dict[str, Any]:
        return {"sessions": [{"session_id": SESSION, "state": state or "running", "name": "t"}], "next": cursor or None}

    def find(self, wanted: str) -> str:
        if not SESSION.startswith(wanted):
            raise SessionNotFound("session-not-found", f"no session begins with {wanted!r}")
        return SESSION

    def whereabouts(self, session_id: str) -> Literal["here", "elsewhere", "nowhere"]:
        return "here" if session_id == SESSION else "nowhere"

    def progress(self, session_id: str) -> dict[str, Any]:
        return {"session_id": session_id, "state": "running", "name": "t", "resolved_turns": 2}

    def report(self, session_id: str) -> dict[str, Any]:
        return {"session_id": session_id, "agents": []}

    def page(self, session_id: str) -> str:
        return f"<!doctype html>{session_id}"

    def past(self, session_id: str, kinds: Collection[str], ids: Collection[str], limit: int | None) -> Iterator[bytes]:
        yield b'{"kinds":{"%s":1},"mark":"4.2","records":[' % "+".join([*kinds, *ids, str(limit)]).encode()
        yield b"]}"

    def champions(self, limit: int) -> list[dict[str, Any]]:
        return []

    def standings(self, limit: int) -> list[dict[str, Any]]:
        return [{"agent_id": "a", "adapter": "builtin", "sessions": 2, "mean": 0.5, "low": 0.4, "high": 0.6, "wins": 1}]

    def leaderboard(self, training: str) -> dict[str, Any]:
        return table_of([("s", {"a#1": 1, "b#1": 2})] if training == "%" else [])

    def ladder(self, limit: int) -> list[dict[str, Any]]:
        return [{"contestant": "a#1", "mu": 26, "sigma": 8, "ordinal": 2, "sessions": 1}][:limit]

    def titles(self) -> list[dict[str, Any]]:
        return [{"title": "cup", "contestant": "a#1"}]

    def title_history(self, title: str | None, limit: int) -> list[dict[str, Any]]:
        return [{"title": title or "cup", "kind": "taken"}][:limit]

    def seats(self) -> list[dict[str, Any]]:
        where = {"session_id": SESSION, "game_id": "g001", "turn": 1, "seat": 0, "agent_id": "me", "who": None}
        body = {"text": "your move", "options": [{"id": "C", "text": "cooperate", "leaning": "C"}], "history": ["", ""]}
        return [{**where, "until": NOW, "presented_id": "p", "answer": None, "body": body}]

    def dead_letters(self, limit: int) -> list[dict[str, Any]]:
        where = {"id": 3, "service": "judge", "topic": "t", "partition": 0, "offset": 5, "session_id": None}
        return [
            {
                **where,
                "stage": "decode",
                "code": "invalid",
                "message": "no",
                "status": "new",
                "redrives": 0,
                "created_at": NOW,
            }
        ]

    def known_agents(self, limit: int) -> list[dict[str, Any]]:
        return [{"agent_id": "a", "sessions": 1, "adapters": ["builtin"], "last_at": NOW}]

    def agent_history(self, agent_id: str, limit: int) -> list[dict[str, Any]]:
        return []

    def approvals(self, session_id: str | None, everything: bool) -> list[dict[str, Any]]:
        where = {"session_id": SESSION, "approval_id": "q1", "about": "start", "role": "referee", "policy": "p"}
        return [{**where, "until": NOW, "decision": None, "actor": None}]

    def inbox(self, limit: int) -> list[dict[str, Any]]:
        told = {"about": "e", "channel": "me", "via": "inbox", "purpose": "approval", "outcome": "delivered"}
        return [{"session_id": SESSION, **told, "subject": "s", "text": "t", "told_at": NOW}]

    def chat(self, session_id: str, after: int) -> list[dict[str, Any]]:
        return self.said[after:]


class PaperLetters:
    """Number 3, that may be sent back once."""

    sent = 0

    def whole(self, letter: int) -> dict[str, Any]:
        triage = {"severity": "low", "pattern": "schema", "cause": "c", "next_step": "n", "confidence": 1, "raised": []}
        (known,) = PaperReports().dead_letters(1)
        return {**known, "event_id": None, "reason": None, "key": None, "value": "<b>", "headers": {}, "triage": triage}

    def redrive(self, letter: int) -> None:
        self.sent += 1
        if self.sent > 1:
            raise LetterRefused("dead-letter-refused", "redriven already")

    def discard(self, letter: int, reason: str) -> None:
        assert reason.endswith(": why")


class PaperExplorer:
    """A database of one row."""

    kafka_ui = ""

    def tables(self) -> list[dict[str, Any]]:
        return [{"name": "t", "about": "", "columns": [{"name": "c", "type": "TEXT", "about": ""}]}]

    def ask(self, sql: str) -> Found:
        return Found(["c"], [[sql]], False, 1.0)

    def settings(self) -> list[dict[str, Any]]:
        return [{"name": "log_level", "value": "info", "origin": "default"}]


class PaperSpectator:
    """Sees what is put into it."""

    def __init__(self, frames: list[dict[str, Any]]) -> None:
        self._frames = frames

    async def take(self) -> dict[str, Any] | None:
        while not self._frames:
            await asyncio.sleep(0.01)
        return self._frames.pop(0)


class PaperPerformance:
    """One objective, one alert, one figure."""

    def objectives(self) -> list[dict[str, Any]]:
        nothing = {window: Measure() for window in WINDOWS}
        kept = standing(OBJECTIVES[0], nothing)
        return [
            {"name": "api-availability", "about": kept.objective.about, "target": 0.999, "good_share": kept.good_share,
             "budget_left": kept.budget_left, "burn": {"1h": kept.burn("1h")}, "count": {"1h": 0}, "bad": {"1h": 0}}
        ]  # fmt: skip

    def alerts(self, limit: int) -> list[dict[str, Any]]:
        return [self.alert(1)]

    def alert(self, alert_id: int) -> dict[str, Any]:
        if alert_id != 1:
            raise AlertNotFound("alert-not-found", f"no alert {alert_id} goes on")
        alert = Alert("ServiceDown", "judge", "page", "judge is away", NOW, NOW, NOW, 1)
        return {**asdict(alert), "state": alert.state, "runbook": alert.runbook}

    def figures(self, hours: float) -> dict[str, Any]:
        measure = {"count": 1, "bad": 0, "mean": 0.1, "p50": 0.1, "p95": 0.1, "p99": 0.1}
        figure = {
            "service": "judge",
            "figure": "settle",
            "windows": {"5m": measure},
            "history": [{"at": NOW, **measure}],
        }
        return {"hours": hours, "width_s": 60, "figures": [figure], "regressions": []}


class PaperFeed:
    """Three frames, then the end."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.quiet = False
        """Whether it says nothing more after its three frames, instead of ending."""

    @contextmanager
    def live(self, session_id: str) -> Iterator[PaperSpectator]:
        yield PaperSpectator(self.frames)

    async def follow(self, session_id: str, last_event_id: str | None) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        for number in range(int(last_event_id or 0), 3):
            yield str(number + 1), {"type": "ethogram.turn.resolved.v1", "event": {"text": f"</script> {number}"}}
        while self.quiet:
            await asyncio.sleep(0.01)


class PaperKeys:
    """One key per scope, named after it, and none that is counted."""

    def __init__(self, required: bool) -> None:
        self.required = required
        self.made: list[dict[str, Any]] = []
        self.revoked: set[str] = set()

    def admit(self, key: str, scope: Scope) -> Caller:
        bound = {"bound-play": "play", "bound-approve": "approve"}
        row = {
            "key_id": key, "owner": "ann", "person": "ben" if key in bound else None, "tenant": "default",
            "scopes": [bound.get(key, key)], "per_minute": 60,
            "usage_limit": None, "used": 0, "window_start": None, "window_used": 0, "expires_at": None,
            "revoked_at": None, **({"scopes": ["admin"], **SPOILT[key]} if key in SPOILT else {}),
        }  # fmt: skip
        return weigh(row if key in {*SCOPES, *SPOILT, *bound} else None, scope, NOW)

    def look(self, key: str) -> None:
        if key in self.revoked:
            raise KeyRefused(401, "key-unknown", "this key is unknown or revoked")

    def create(self, owner: str, **wish: Any) -> tuple[str, dict[str, Any]]:
        made = {"key_id": "k1", "owner": owner, "used": 0, "created_at": NOW, "revoked_at": None, **wish}
        self.made.append(made)
        return "etho_sk_new", made

    def listed(self) -> list[dict[str, Any]]:
        return self.made

    def revoke(self, key_id: str) -> dict[str, Any]:
        raise KeyNotFound("key-not-found", f"no key {key_id}")


class PaperAgents:
    """One agent, known as `mine`."""

    def registered(self) -> list[dict[str, Any]]:
        return [{"name": "mine", "adapter": "builtin", "config": {}, "about": "", "actor": "ann", "registered_at": NOW}]

    def problems(self, adapter: str, config: Mapping[str, Any]) -> list[str]:
        return [] if adapter == "builtin" else [f"framework: unknown adapter {adapter!r}"]

    def resolved(self, training: StartTraining) -> StartTraining:
        for agent in training.agents:
            if agent.adapter == "registered" and agent.config["name"] != "mine":
                raise SettingsError("agent-unknown", f"agents[0].config.name: {agent.config['name']!r}")
        agents = [agent.model_copy(update={"adapter": "builtin", "config": {}}) for agent in training.agents]
        return training.model_copy(update={"agents": tuple(agents)})


class Paper:
    """The app with everything that it published."""

    def __init__(self, *, closed: bool = False) -> None:
        self.published: list[Event] = []
        self.signed: list[str | None] = []
        self.reports, self.feed = PaperReports(), PaperFeed()
        self.trouble: Exception | None = None
        self.keys = PaperKeys(closed)
        doors = Doors(
            self.publish, self.reports, self.feed, self.keys, PaperAgents(), PaperPerformance(), PaperLetters(),
            PaperExplorer(),
            {"kafka": self.check},
        )  # fmt: skip
        self.app = create_app(doors)
        self.client = TestClient(self.app, base_url="http://127.0.0.1:8700", raise_server_exceptions=False)

    def publish(self, command: Event, sign: Sign | None = None) -> None:
        self.check()
        self.published.append(command)
        self.signed.append(sign(command) if sign else None)

    def check(self) -> None:
        if self.trouble:
            raise self.trouble


@pytest.fixture
def paper() -> Iterator[Paper]:
    yield Paper()


def test_a_start_is_accepted_only_after_it_was_published(paper: Paper) -> None:
    answer = paper.client.post("/v1/sessions", json=TRAINING)
    assert answer.status_code == 202
    session_id = answer.json()["session_id"]
    assert is_uuid(session_id) and answer.headers["location"] == f"/v1/sessions/{session_id}"
    (command,) = paper.published
    assert isinstance(command, StartTraining) and command.session_id == session_id and command.games[0].rounds == 3


def test_a_broker_that_is_away_is_503_with_retry_after_and_nothing_is_promised(paper: Paper) -> None:
    paper.trouble = TransientError("kafka-unreachable", "no Kafka broker answers")
    answer = paper.client.post("/v1/sessions", json=TRAINING)
    assert answer.status_code == 503 and answer.headers["retry-after"] == "5"
    assert answer.json()["code"] == "kafka-unreachable"


def test_the_same_idempotency_key_is_the_same_session(paper: Paper) -> None:
    first, again = (
        paper.client.post("/v1/sessions", json=TRAINING, headers={"Idempotency-Key": "k"}).json() for _ in range(2)
    )
    assert first["session_id"] == again["session_id"]
    other = paper.client.post("/v1/sessions", json=TRAINING, headers={"Idempotency-Key": "l"}).json()
    assert other["session_id"] != first["session_id"]


def test_a_training_with_mistakes_is_refused_with_a_pointer_to_each(paper: Paper) -> None:
    answer = paper.client.post(
        "/v1/sessions", json={**TRAINING, "games": [{"game": "Chess!", "rounds": 0}], "extra": 1}
    )
    assert answer.status_code == 422 and answer.headers["content-type"] == "application/problem+json"
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert {"/games/0/game", "/games/0/rounds", "/extra"} <= pointers
    assert not paper.published


def test_an_intervention_names_its_session_actor_and_reason(paper: Paper) -> None:
    answer = paper.client.post(f"/v1/sessions/{SESSION[:6]}/pause", json={"actor": "ann", "reason": "look"})
    assert answer.status_code == 202
    (command,) = paper.published
    assert isinstance(command, PauseSession) and command.session_id == SESSION
    assert (command.actor, command.reason) == ("ann", "look") and command.command_id
    assert paper.client.post(f"/v1/sessions/{SESSION}/explode", json={}).status_code in (404, 405)


@pytest.mark.parametrize(
    "path", ["/v1/sessions/0b9f2f4e", f"/v1/sessions/{SESSION}/report", f"/api/training/status/{SESSION}",
             f"/api/reports/{SESSION}"],
)  # fmt: skip
def test_a_session_is_found_by_its_id_and_by_the_beginning_of_it(paper: Paper, path: str) -> None:
    assert paper.client.get(path).json()["session_id"] == SESSION


def test_an_unknown_session_is_a_404_that_says_so(paper: Paper) -> None:
    answer = paper.client.get("/v1/sessions/nope/report")
    assert answer.status_code == 404 and answer.json()["code"] == "session-not-found"


def test_the_stream_resumes_after_the_last_event_id(paper: Paper) -> None:
    whole = paper.client.get(f"/v1/sessions/{SESSION}/stream").text
    assert whole.count("data: ") == 3 and "id: 3" in whole
    rest = paper.client.get(f"/v1/sessions/{SESSION}/stream", headers={"Last-Event-ID": "2"}).text
    assert rest.count("data: ") == 1 and "id: 3" in rest and "id: 2" not in rest


def test_an_unforeseen_error_shows_an_id_and_no_trace(paper: Paper) -> None:
    paper.trouble = ZeroDivisionError("secret detail")
    answer = paper.client.post("/v1/sessions", json=TRAINING)
    assert answer.status_code == 500 and answer.json()["request_id"]
    assert "secret" not in answer.text and "Traceback" not in answer.text


def test_readiness_names_what_is_missing_and_liveness_does_not_care(paper: Paper) -> None:
    assert paper.client.get("/readyz").json() == {"service": "gateway", "ready": True, "reasons": {}}
    paper.trouble = TransientError("kafka-unreachable", "away")
    answer = paper.client.get("/readyz")
    assert answer.status_code == 503 and "kafka" in answer.json()["reasons"]
    assert paper.client.get("/healthz").status_code == 200


def test_metrics_count_answers_by_route_never_by_id(paper: Paper) -> None:
    paper.client.get(f"/v1/sessions/{SESSION}")
    text = paper.client.get("/metrics").text
    assert 'ethogram_http_requests_total{method="GET",route="/v1/sessions/{session}",status="200"} 1.0' in text
    assert SESSION not in text


def test_the_page_is_served_with_a_policy_that_lets_no_foreign_script_in(paper: Paper) -> None:
    page = paper.client.get("/")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
    assert '<script type="module" src="/web/app.js">' in page.text and "style=" not in page.text
    assert paper.client.get("/web/app.js").headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:8700"}, 202),
    ],
)  # fmt: skip
def test_pages_of_other_sites_cannot_start_anything(paper: Paper, headers: dict[str, str], status: int) -> None:
    assert paper.client.post("/v1/sessions", json=TRAINING, headers=headers).status_code == status


def test_a_body_over_the_limit_is_refused_even_without_a_length(paper: Paper) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(3 * MAX_BODY_BYTES // 65_536):
            yield b" " * 65_536

    answer = paper.client.post("/v1/sessions", content=endless(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413 and answer.json()["code"] == "body-too-large"


def test_the_openapi_document_is_served(paper: Paper) -> None:
    served = paper.client.get("/v1/openapi.json").json()
    assert served == described() and "post" in served["paths"]["/v1/sessions"]
    refused = served["paths"]["/v1/sessions/{session}"]["get"]["responses"]
    assert {"200", "401", "403", "404", "422", "429", "503"} <= set(refused)
    assert refused["404"]["content"]["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
    ids = [each["operationId"] for methods in served["paths"].values() for each in methods.values()]
    assert len(ids) == len(set(ids))


OPEN = {"/", "/healthz", "/readyz", "/metrics", "/v1/openapi.json", "/openapi.json"}
"""What needs no key: the page's own files, and what operators and orchestrators ask."""
STEERED: dict[str, dict[str, Any]] = {
    "swap": {"agent_id": "a", "adapter": "builtin"}, "inject": {"game_id": "g001", "text": "hear me"},
    "chat": {"text": "hear me"}, "override": {"game_id": "g001", "seat": 0, "option": "C", "reason": "so"},
    "overrule": {"agent_id": "a", "verdict": "approve", "reason": "so"},
    "approvals": {"approval_id": "q1", "decision": "approve", "reason": "so"},
    "grant": {"agent_id": "a", "skill": "calculator", "reason": "so"},
    "revoke": {"agent_id": "a", "skill": "calculator", "reason": "so"},
}  # fmt: skip
NEEDED: dict[tuple[str, str], str] = {
    ("POST", "/v1/sessions"): "play", ("POST", "/api/training/start"): "play",
    ("GET", "/v1/sessions"): "read", ("GET", "/api/training/sessions"): "read",
    ("GET", "/v1/sessions/{session}"): "read", ("GET", "/api/training/status/{session}"): "read",
    ("GET", "/v1/sessions/{session}/report"): "read", ("GET", "/api/reports/{session}"): "read",
    ("GET", "/v1/sessions/{session}/report.html"): "read", ("GET", "/v1/sessions/{session}/stream"): "read",
    ("GET", "/v1/sessions/{session}/records"): "read",
    ("GET", "/v1/dead-letters/{letter}"): "admin", ("POST", "/v1/dead-letters/{letter}/redrive"): "admin",
    ("POST", "/v1/dead-letters/{letter}/discard"): "admin", ("GET", "/v1/configuration"): "admin",
    ("GET", "/v1/database/tables"): "admin", ("POST", "/v1/database/questions"): "admin",
    ("GET", "/v1/links"): "read", ("GET", "/v1/agents/known"): "read", ("GET", "/v1/agents/{agent}/history"): "read",
    ("GET", "/v1/ladder"): "read", ("GET", "/v1/leaderboard"): "read", ("GET", "/v1/titles"): "read",
    ("GET", "/v1/titles/history"): "read",
    **{("POST", f"/v1/sessions/{{session}}/{what}"): scope for what, (_, scope) in STEERS.items()},
    ("GET", "/v1/sessions/{session}/chat"): "read", ("GET", "/v1/approvals"): "read", ("GET", "/v1/inbox"): "read",
    ("GET", "/v1/champions"): "read", ("GET", "/v1/standings"): "read", ("GET", "/v1/dead-letters"): "read",
    ("GET", "/v1/slo"): "read", ("GET", "/v1/alerts"): "read", ("GET", "/v1/performance"): "read",
    ("POST", "/v1/alerts/{alert}/acknowledge"): "approve",
    ("GET", "/v1/seats"): "read", ("POST", "/v1/seats/answers"): "play",
    ("POST", "/v1/agents"): "play", ("POST", "/api/agents/register"): "play",
    ("GET", "/v1/agents"): "read", ("GET", "/api/agents"): "read",
    ("POST", "/v1/keys"): "admin", ("GET", "/v1/keys"): "admin", ("DELETE", "/v1/keys/{key_id}"): "admin",
    ("POST", "/api/keys"): "admin", ("GET", "/api/keys"): "admin", ("DELETE", "/api/keys/{key_id}"): "admin",
}  # fmt: skip


def _documented(paper: Paper) -> set[tuple[str, str]]:
    paths = paper.client.get("/v1/openapi.json").json()["paths"]
    return {(method.upper(), path) for path, methods in paths.items() for method in methods}


def test_every_endpoint_says_which_scope_it_needs(paper: Paper) -> None:
    assert {(method, path) for method, path in _documented(paper) if path not in OPEN} == set(NEEDED)


@pytest.mark.parametrize(("method", "path"), sorted(NEEDED))
def test_only_a_good_key_of_the_right_scope_opens_an_endpoint(method: str, path: str) -> None:
    """The matrix: every endpoint with every scope, without a key, and with keys that are good no more."""
    paper, needed = Paper(closed=True), NEEDED[method, path]
    assert _answer(paper, method, path, "").headers["www-authenticate"] == "Bearer"
    for key, (status, code) in {"": (401, "key-missing"), "nonsense": (401, "key-unknown"), **REFUSED}.items():
        answer = _answer(paper, method, path, key)
        assert (answer.status_code, answer.json()["code"]) == (status, code), key
        assert ("retry-after" in answer.headers) == (status == 429)
        assert answer.headers.get("ratelimit-remaining") == ("0" if status == 429 else None)
    for key in set(SCOPES) - {needed, "admin"}:
        answer = _answer(paper, method, path, key)
        assert answer.status_code == 403 and needed in answer.json()["detail"], key
    assert not paper.published
    for key in {needed, "admin"}:
        answer = _answer(paper, method, path, key)
        assert answer.status_code in (200, 201, 202) or answer.json()["code"] == "key-not-found", key
        assert answer.headers["ratelimit-remaining"] == "59"


def _answer(paper: Paper, method: str, path: str, key: str) -> Any:
    at = path.replace("{session}", SESSION).replace("{key_id}", "k1").replace("{alert}", "1")
    at = at.replace("{letter}", "3").replace("{agent}", "a")
    body: dict[str, Any] | None = None
    if method == "POST":
        body = TRAINING if "sessions" in path or "training" in path else {"user_id": "ann"}
    if "letters" in path and body:
        body = {"reason": "why"} if "discard" in path else {}
    if "questions" in path and body:
        body = {"sql": "SELECT 1"}
    if "agents" in path and body:
        body = {"agent_id": "mine", "framework": "builtin"}
    if "seats" in path and body:
        body = {"session_id": SESSION, "game_id": "g001", "turn": 1, "seat": 0, "option": "C"}
    if "{alert}" in path:
        body = {"actor": "ann", "reason": "on it"}
    if (what := path.rpartition("/")[2]) in STEERS and body:
        body = {"actor": "ann", **STEERED.get(what, {})}
    return paper.client.request(method, at, json=body, headers={"Authorization": f"Bearer {key}"} if key else {})


def test_a_wrong_key_is_refused_even_where_none_is_needed(paper: Paper) -> None:
    assert paper.client.get("/v1/sessions").status_code == 200
    assert paper.client.get("/v1/sessions", headers={"X-API-Key": "nonsense"}).status_code == 401


def test_a_new_key_is_shown_once_with_what_it_is_good_for(paper: Paper) -> None:
    wish = {"user_id": "ann", "scopes": ["read"], "usage_limit": 10, "expires_in_days": 1}
    made = paper.client.post("/api/keys", json=wish)
    assert made.status_code == 201 and made.json()["api_key"] == "etho_sk_new" and made.json()["expires_at"]
    assert "api_key" not in paper.client.get("/v1/keys").json()["keys"][0]
    assert paper.client.post("/v1/keys", json={**wish, "scopes": ["root"]}).status_code == 422
    assert paper.client.delete("/v1/keys/none").status_code == 404


def test_an_agent_is_registered_under_its_owners_name_unless_its_adapter_refuses_it(paper: Paper) -> None:
    wish = {"agent_id": "mine", "framework": "builtin", "config": {"strategy": "random"}}
    answer = paper.client.post("/api/agents/register", json=wish, headers={"X-API-Key": "play"})
    (command,) = paper.published
    assert isinstance(command, RegisterAgent) and answer.status_code == 202
    assert (command.name, command.adapter, command.actor) == ("mine", "builtin", "ann")
    refused = paper.client.post("/v1/agents", json={**wish, "framework": "chess"})
    assert refused.status_code == 422 and "chess" in refused.json()["detail"] and len(paper.published) == 1


def test_a_training_may_name_registered_agents(paper: Paper) -> None:
    def named(name: str) -> dict[str, Any]:
        agent = {"id": "a", "adapter": "registered", "config": {"name": name}}
        return {**TRAINING, "agents": [agent, TRAINING["agents"][1]]}

    assert paper.client.post("/v1/sessions", json=named("mine")).status_code == 202
    (command,) = paper.published
    assert isinstance(command, StartTraining) and command.agents[0].adapter == "builtin"
    refused = paper.client.post("/v1/sessions", json=named("nobody"))
    assert refused.status_code == 422 and refused.json()["code"] == "agent-unknown"


def test_questions_to_people_are_listed_and_answered(paper: Paper) -> None:
    (asked,) = paper.client.get("/v1/seats").json()["seats"]
    assert (asked["text"], asked["options"]) == ("your move", [{"id": "C", "text": "cooperate"}])
    where = {name: asked[name] for name in ("session_id", "game_id", "turn", "seat")}
    answer = paper.client.post("/v1/seats/answers", json={**where, "option": "C", "actor": "ann"})
    assert answer.status_code == 202 and answer.json()["command_id"]
    (command,) = paper.published
    assert isinstance(command, AnswerTurn) and (command.option, command.actor) == ("C", "ann")
    assert paper.client.post("/v1/seats/answers", json=where).status_code == 422
    said = {**where, "option": "C", "actor": "bob"}
    assert paper.client.post("/v1/seats/answers", json=said, headers={"X-API-Key": "play"}).status_code == 202
    assert paper.published[-1].model_dump()["actor"] == "ann"  # whose key it is


def test_a_report_is_a_file_to_be_saved(paper: Paper) -> None:
    answer = paper.client.get("/v1/sessions/0b9f2f/report.html")
    assert answer.text == f"<!doctype html>{SESSION}" and answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-disposition"] == 'attachment; filename="ethogram-0b9f2f4e.html"'


def test_standings_and_dead_letters_are_listed(paper: Paper) -> None:
    assert paper.client.get("/v1/standings").json()["standings"][0]["mean"] == 0.5
    table = paper.client.get("/v1/leaderboard").json()
    assert [each["contestant"] for each in table["standings"]] == ["a#1", "b#1"] and table["fragility"] is None
    assert paper.client.get("/v1/leaderboard?training=none").json() == {"standings": [], "games": 0, "fragility": None}
    assert paper.client.get("/v1/ladder").json()["ratings"][0]["mu"] == 26
    assert paper.client.get("/v1/titles").json()["titles"][0]["contestant"] == "a#1"
    assert paper.client.get("/v1/titles/history?title=shield").json()["history"][0]["title"] == "shield"
    (letter,) = paper.client.get("/v1/dead-letters?limit=5").json()["dead_letters"]
    assert (letter["id"], letter["code"]) == (3, "invalid")


def test_the_past_comes_at_once_and_says_where_the_stream_goes_on(paper: Paper) -> None:
    told = paper.client.get(f"/v1/sessions/{SESSION}/records?kind=a&kind=b&id=c&limit=9").json()
    assert told == {"kinds": {"a+b+c+9": 1}, "mark": "4.2", "records": []}
    assert paper.client.get("/v1/sessions/nope/records").status_code == 404


def test_how_well_it_runs_is_read_and_an_alert_acknowledged(paper: Paper) -> None:
    client = paper.client
    assert client.get("/v1/slo").json()["objectives"][0]["budget_left"] == 1
    assert client.get("/v1/performance", params={"hours": 2}).json()["figures"][0]["windows"]["5m"]["p95"] == 0.1
    assert client.get("/v1/alerts").json()["alerts"][0]["runbook"] == "docs/how-to/runbook.md#servicedown"
    wish = {"actor": "bob", "reason": "on it"}
    answer = client.post("/v1/alerts/1/acknowledge", json=wish, headers={"X-API-Key": "bound-approve"})
    (command,), (signature,) = paper.published, paper.signed
    assert answer.status_code == 202 and isinstance(command, AcknowledgeAlert) and signature is not None
    assert (command.alert_id, command.actor, command.reason) == (1, "ben", "on it")
    assert client.post("/v1/alerts/2/acknowledge", json=wish).json()["code"] == "alert-not-found"
    assert client.post("/v1/alerts/1/acknowledge", json={"who": "bob"}).status_code == 422


def test_a_dead_letter_is_sent_back_as_often_as_it_may_be(paper: Paper) -> None:
    assert paper.client.post("/v1/dead-letters/3/redrive").json()["triage"]["pattern"] == "schema"
    refused = paper.client.post("/v1/dead-letters/3/redrive")
    assert (refused.status_code, refused.json()["code"]) == (422, "dead-letter-refused")
    assert paper.client.post("/v1/dead-letters/3/discard", json={"actor": "ann"}).status_code == 422
