"""Every command against a running stack, as a user would type it, and the gateway beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.running import Running

TRAINING: dict[str, Any] = {
    "name": "commands [red]", "seed": 3,
    "agents": [
        {"id": "tft", "adapter": "builtin", "config": {"strategy": "tit-for-tat"}},
        {"id": "alld", "adapter": "builtin", "config": {"strategy": "always-defect"}},
    ],
    "games": [{"game": "prisoners-dilemma", "rounds": 30}],
    "scenarios": {"archetypes": ["loyalty"], "count": 3},
}  # fmt: skip
TURNS = 30 + 2 * 3


@pytest.fixture(scope="module")
def played(running: Running, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The report of one session."""
    return running.play(TRAINING, tmp_path_factory.mktemp("training"))


@pytest.fixture
def http(running: Running) -> Any:
    with httpx2.Client(base_url=running.stack.status()["api"]["url"], timeout=30) as client:
        yield client


def test_a_report_has_the_names_that_others_rely_on(played: dict[str, Any]) -> None:
    wanted = {
        "session_id",
        "state",
        "games",
        "scenarios",
        "agents",
        "verdicts",
        "scores",
        "champion",
        "dead_letters",
        "audit",
    }
    assert wanted <= set(played) and played["state"] == "completed"
    (game,) = played["games"]
    assert game["actions"]["alld"] == "D" * 30 and game["actions"]["tft"] == "C" + "D" * 29
    assert game["scores"] == {"tft": 29, "alld": 5 + 29}
    assert len(played["scenarios"]) == 6
    assert {"agent_id", "principles", "strategy", "labels", "entropy", "prediction", "summary"} <= set(
        played["agents"][0]
    )


def test_the_report_for_people_shows_principles_votes_and_scores(running: Running, played: dict[str, Any]) -> None:
    shown = running.run("report", played["session_id"])
    assert "commands [red]" in shown and "●" in shown and "constitution" in shown and "tft" in shown


def test_a_session_is_found_by_its_beginning_and_as_the_latest(running: Running, played: dict[str, Any]) -> None:
    assert running.json("report", played["session_id"][:8])["session_id"] == played["session_id"]
    assert running.json("report", "latest")["state"] == "completed"
    running.run("report", "no-such-session", code=2)


def test_the_list_of_sessions_has_state_name_and_times(running: Running, played: dict[str, Any]) -> None:
    found = next(one for one in running.json("sessions") if one["session_id"] == played["session_id"])
    assert (found["state"], found["name"], found["resolved_turns"]) == ("completed", TRAINING["name"], TURNS)
    assert found["started_at"] <= found["finished_at"]
    assert played["session_id"][:8] in running.run("sessions")


def test_watching_a_finished_session_tells_all_of_it_and_ends(running: Running, played: dict[str, Any]) -> None:
    lines = [json.loads(line) for line in running.run("watch", played["session_id"], "--json").splitlines()]
    assert sum(line["type"] == "ethogram.turn.resolved.v1" for line in lines) == TURNS
    assert "completed" in running.run("watch", played["session_id"])


def test_a_replay_proves_the_session(running: Running, played: dict[str, Any]) -> None:
    found = running.json("replay", played["session_id"], "--verify")
    assert found["verified"] and found["digest"] == played["audit"]["digest"] and found["log"]["status"] == "verified"
    assert "verified" in running.run("replay", played["session_id"], "--verify")


def test_the_stack_says_where_everything_is(running: Running) -> None:
    known = running.json("status")
    assert known["kafka"]["bootstrap_servers"] == running.bootstrap and known["postgres"]["url"] and known["api"]["url"]
    assert {part["health"] for part in known["services"].values()} == {"ready"}
    assert running.json("doctor")["ok"] is True


@pytest.mark.parametrize(
    "command", ["topics list", "topics apply", "topics describe ethogram.turn.resolved.v1", "dlq list", "agents list",
                "champions", "schemas check", "sessions", "status", "doctor"],
)  # fmt: skip
def test_what_prints_prints_for_people_and_for_programs(running: Running, command: str) -> None:
    assert running.run(*command.split()).strip()
    running.json(*command.split())


def test_a_start_over_http_is_followed_over_http_to_its_end(running: Running, http: httpx2.Client) -> None:
    started = http.post("/v1/sessions", json=TRAINING)
    assert started.status_code == 202
    links = started.json()["links"]
    types = []
    with http.stream("GET", links["stream"]) as stream:
        for line in stream.iter_lines():
            if line.startswith("data: "):
                types.append(json.loads(line.removeprefix("data: "))["type"])
            if types and types[-1] == "ethogram.session.completed.v1":
                break
    assert types.count("ethogram.turn.resolved.v1") == TURNS and types.count("ethogram.verdict.issued.v1") == 2
    report = http.get(links["report"]).json()
    assert report == running.json("report", report["session_id"]) or report["audit"]["closing"] is False
    assert report["state"] == "completed"


def test_a_wrong_strategy_is_refused_over_http_by_the_directors_words(running: Running, http: httpx2.Client) -> None:
    agents = [{**TRAINING["agents"][0], "config": {"strategy": "tit-for-tax"}}, TRAINING["agents"][1]]
    started = http.post("/v1/sessions", json={**TRAINING, "agents": agents}).json()
    running.run("watch", started["session_id"], timeout=60)
    report = http.get(started["links"]["report"]).json()
    assert report["state"] == "rejected" and "tit-for-tax" in report["reason"]


def test_health_is_answered_and_the_page_is_there(http: httpx2.Client) -> None:
    assert http.get("/readyz").json()["ready"] is True
    assert "text/html" in http.get("/").headers["content-type"]
    assert "ethogram_http_requests_total" in http.get("/metrics").text


def test_the_demo_shows_everything_and_leaves_a_report(running: Running, tmp_path: Path) -> None:
    file = tmp_path / "training.yaml"
    file.write_text(json.dumps(TRAINING))
    shown = running.run("demo", str(file))
    for words in ("tft", "The council", "Scores", "ethogram replay", "kcat", "#/session/"):
        assert words in shown
    written = list((running.home / "reports").glob("*.json"))
    assert written and json.loads(written[0].read_text())["state"] == "completed"
    assert running.stack.status()["state"] == "running"
