"""Sessions that count, end to end: models judge and are asked once, ratings and titles follow from the topics alone."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import pytest

from ethogram.events import LadderMoved, SessionPlaced, TitleChallenged, TitleDefended, TitleTaken
from ethogram.runtime.history import topic_records
from ethogram.topology import catalogue
from tests.running import MODEL_KEY, Running
from tests.unit.council.sequential import Operation, order

VOTE = '{"vote": "approve-with-conditions", "reasons": ["watch it"], "evidence": [], "articles": []}'
TITLES = (TitleTaken, TitleDefended, TitleChallenged)


class Model(BaseHTTPRequestHandler):
    """Speaks the chat format: one model votes, another refuses."""

    asked: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.asked.append(request["model"])
        said = {"refusal": "no"} if request["model"] == "shy" else {"content": VOTE}
        body = json.dumps({
            "id": "c", "object": "chat.completion", "created": 1, "model": request["model"],
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", **said}}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
        }).encode()  # fmt: skip
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def model(running: Running) -> Iterator[str]:
    Model.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", running.model_port), Model)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.model_port}/v1"
    server.shutdown()
    server.server_close()


def training(name: str, seed: int, **more: Any) -> dict[str, Any]:
    agents = [{"id": each, "adapter": "builtin", "config": {"strategy": each}} for each in ("tit-for-tat", "uniform")]
    games = [{"game": "prisoners-dilemma", "rounds": 20}]
    return {"name": name, "seed": seed, "agents": agents, "games": games, **more}


def placed(running: Running, title: str) -> list[SessionPlaced]:
    """The sessions of this title that count, in the order of the ladder."""
    records = topic_records(running.settings, catalogue().topic_of(SessionPlaced))
    events = [record.event for record in records]
    return [event for event in events if isinstance(event, SessionPlaced) and event.title == title]


def numbers(running: Running, sessions: list[SessionPlaced]) -> set[int]:
    """Where on the ladder these sessions are."""
    ids = {event.session_id for event in sessions}
    records = topic_records(running.settings, catalogue().topic_of(LadderMoved))
    return {record.event.number for record in records
            if isinstance(record.event, LadderMoved) and record.event.of_session in ids}  # fmt: skip


def test_models_that_judge_are_asked_once_and_a_replay_asks_nobody(
    running: Running, model: str, tmp_path: Path
) -> None:
    config = {"base_url": model, "key": MODEL_KEY}
    judges = [{"id": name, "judge": "openai-compatible", "config": {"model": name, **config}}
              for name in ("keen", "shy")]  # fmt: skip
    report = running.play(training("judged by models", 3, judges=judges), tmp_path)
    votes = {vote["judge"]: vote for verdict in report["verdicts"] for vote in verdict["votes"]}
    assert (votes["keen"]["vote"], votes["shy"]["vote"]) == ("approve-with-conditions", "abstain")
    assert votes["shy"]["absent"] == "refused" and votes["shy"]["adviser"] and "adviser" not in votes["fairness"]
    asked = list(Model.asked)
    assert sorted(asked) == ["keen"] * 4 + ["shy"] * 2, "two rounds for who votes, one for who refuses, two agents"
    running.run("replay", report["session_id"], "--verify")
    assert Model.asked == asked


def test_sessions_at_once_make_one_ladder_and_one_history_of_the_title(running: Running, tmp_path: Path) -> None:
    title = f"cup {uuid4().hex[:8]}"
    started = [running.start(training(title, seed), tmp_path) for seed in (1, 2, 3)]
    dry = running.start(training(title, 4, mode="dry-run"), tmp_path)
    for session in (*started, dry):
        running.await_state(session, "completed")
    deadline = time.monotonic() + 60
    while len(mine := placed(running, title)) < 3:
        assert time.monotonic() < deadline, f"{len(mine)} of 3 sessions are placed"
        time.sleep(0.2)
    while len(moved := numbers(running, mine)) < 3:
        assert time.monotonic() < deadline, f"the ladder has moved {len(moved)} of 3 times"
        time.sleep(0.2)
    said = [record.event for record in topic_records(running.settings, catalogue().topic_of(TitleTaken))]
    assert sorted(event.session_id for event in mine) == sorted(started), "each once, and no dry run"
    answers = {event.of_session: event for event in said if isinstance(event, TITLES)}
    assert order([Operation(event, 0.0, 1.0, answers.get(event.session_id)) for event in mine]) is not None
    assert running.json("ladder", "--verify")["verified"]
    held = [each for each in running.json("titles") if each["title"] == title]
    history = running.json("titles", "--history", "--title", title)
    assert len(held) == 1 and held[0]["contestant"] == history[0]["after"]["contestant"]
    assert len(history) == sum(event.champion is not None for event in mine)
    assert {each["contestant"] for each in running.json("ladder")} >= {each["contestant"] for each in held}
    table = running.json("leaderboard", "--training", title)
    assert table["games"] == 3 and {each["contestant"] for each in table["standings"]} >= {held[0]["contestant"]}
