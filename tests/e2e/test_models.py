"""Sessions with language models, end to end: what is repeated is not asked again, budgets hold, keys stay secret."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, TopicPartition
from sqlalchemy import create_engine, inspect, text

from tests.running import MODEL_KEY, SECRET, Running

ANSWER = '{"option": "%s", "confidence": 0.5, "reasoning": "so", "claims": ["honesty"]}'


class Model(BaseHTTPRequestHandler):
    """Speaks the chat format, and chooses by the number of the turn."""

    asked: ClassVar[list[str]] = []
    told: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.asked.append(self.headers.get("authorization", ""))
        self.told.append(request["messages"][0]["content"] + request["messages"][1]["content"])
        turn = json.loads(request["messages"][1]["content"].split("<data>")[1].split("</data>")[0])
        offered = [option["id"] for option in turn["options"]]
        message = {"role": "assistant", "content": ANSWER % offered[turn["turn"] % len(offered)]}
        body = json.dumps({
            "id": "c", "object": "chat.completion", "created": 1, "model": "local-1",
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
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
    Model.asked, Model.told = [], []
    server = ThreadingHTTPServer(("127.0.0.1", running.model_port), Model)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.model_port}/v1"
    server.shutdown()
    server.server_close()


def _training(url: str, character: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    config = {"model": "local-1", "base_url": url, "key": MODEL_KEY}
    return {
        "name": "models", "seed": 11, "games": [{"game": "prisoners-dilemma", "rounds": 10}],
        "agents": [
            {"id": "llm", "adapter": "openai-compatible", "config": config, "character": character},
            {"id": "tft", "adapter": "builtin", "config": {"strategy": "TFT"}},
        ],
        **more,
    }  # fmt: skip


def test_the_same_training_again_asks_no_model_and_the_key_stands_nowhere(
    running: Running, model: str, tmp_path: Path
) -> None:
    before = _ends(running)
    first = running.play(_training(model), tmp_path)
    asked = len(Model.asked)
    assert asked >= 10 and set(Model.asked) == {f"Bearer {SECRET}"}
    again = running.play(_training(model), tmp_path)
    assert len(Model.asked) - asked <= 0.2 * 10, "at least 80 % of the calls are saved"
    miller = {"persona": "a miller", "remembers": 1}
    spent = running.play(_training(model, miller, seed=12, budget={"tokens": 500}), tmp_path)
    assert all("You are: a miller" in told and again["session_id"] in told for told in Model.told[asked:])
    assert spent["state"] == "cancelled" and "600 of 500 tokens" in spent["reason"]
    assert {first["state"], again["state"]} == {"completed"}
    running.run("replay", again["session_id"], "--verify")
    told, named = _since(running, before), MODEL_KEY.encode()
    reports = json.dumps([first, again, spent]).encode()
    assert not any(SECRET.encode() in said for said in (told, reports, _files(running.home)))
    assert not _rows_with(running, SECRET)
    assert named in told and _rows_with(running, MODEL_KEY), "the search looks there"


Place = tuple[str, int]
"""Topic and partition."""


def _ends(running: Running) -> dict[Place, int]:
    """Where every partition of ours ends now."""
    consumer = Consumer({"bootstrap.servers": running.bootstrap, "group.id": f"look-{uuid4()}"})
    known = consumer.list_topics(timeout=10).topics
    places = [(name, number) for name in known if name.startswith("ethogram") for number in known[name].partitions]
    ends = {place: consumer.get_watermark_offsets(TopicPartition(*place), 10)[1] for place in places}
    consumer.close()
    return ends


def _since(running: Running, before: dict[Place, int]) -> bytes:
    """Keys, values and headers of every record that came after `before`, on any topic."""
    consumer = Consumer({"bootstrap.servers": running.bootstrap, "group.id": f"look-{uuid4()}"})
    waiting = {place: end for place, end in _ends(running).items() if end > before.get(place, 0)}
    consumer.assign([TopicPartition(*place, before.get(place, 0)) for place in waiting])
    said = bytearray()
    while waiting:
        for message in consumer.consume(1_000, 0.2):
            place = (str(message.topic()), int(message.partition() or 0))
            if int(message.offset() or 0) + 1 >= waiting.get(place, 0):
                waiting.pop(place, None)
            said += (message.key() or b"") + (message.value() or b"") + repr(message.headers()).encode()
    consumer.close()
    return bytes(said)


def _rows_with(running: Running, words: str) -> int:
    """Rows of any table that hold these words, as text or as bytes; the database looks, nothing is fetched."""
    engine = create_engine(running.settings.database_url)
    found = 0
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            rows = f'(SELECT CAST(t AS text) AS told FROM "{table}" AS t) AS rows'
            looked = text(f"SELECT count(*) FROM {rows} WHERE strpos(told, :words) > 0 OR strpos(told, :bytes) > 0")
            found += int(connection.scalar(looked, {"words": words, "bytes": words.encode().hex()}))
    engine.dispose()
    return found


def _files(home: Path) -> bytes:
    """Logs, caches and whatever else lies in the home, but for the servers' own data."""
    return b"".join(
        path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and not path.is_symlink() and not {"kafka", "postgres", "jars"} & set(path.parts)
    )
