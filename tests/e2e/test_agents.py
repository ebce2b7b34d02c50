"""Agents from the command line: tried out, registered, and named by a training."""

from __future__ import annotations

import json
import time
from pathlib import Path

from tests.running import Running


def _training(folder: Path, *agents: dict[str, object]) -> Path:
    path = folder / "agents.yaml"
    games = [{"game": "prisoners-dilemma", "rounds": 2}]
    path.write_text(json.dumps({"name": "named", "agents": agents, "games": games}), encoding="utf-8")
    return path


def test_an_agent_is_tried_registered_and_played_by_its_name(running: Running, tmp_path: Path) -> None:
    mine = {"id": "mine", "adapter": "python", "config": {"callable": "examples.agents:cautious"}}
    file = _training(tmp_path, mine, {"id": "bad", "adapter": "python", "config": {"callable": "examples.agents:no"}})
    tried = running.json("agents", "test", f"{file}#mine")
    assert tried["parse_rate"] == 1 and tried["answers"][0] == "C" and tried["latency_ms"]["median"] > 0
    kept = running.json("agents", "register", "e2e-cautious", f"{file}#mine", "--about", "forgives once")
    assert kept["adapter"] == "python" and kept["about"] == "forgives once"
    running.run("agents", "register", "no spaces", f"{file}#mine", code=2)
    assert "e2e-cautious" in [row["name"] for row in running.json("agents", "list")["registered"]]
    named = {"id": "one", "adapter": "registered", "config": {"name": "e2e-cautious"}}
    both = _training(tmp_path, named, {"id": "two", "adapter": "builtin", "config": {"strategy": "TFT"}})
    report = running.play(json.loads(both.read_text()), tmp_path)
    assert report["state"] == "completed", report["reason"]
    unknown = _training(tmp_path, {**named, "config": {"name": "nobody"}}, mine)
    running.run("start", str(unknown), code=2)


def test_a_person_plays_from_the_command_line_and_holds_nobody_up(running: Running, tmp_path: Path) -> None:
    maria = {"id": "maria", "adapter": "human", "config": {"deadline_s": 600}}
    bot = {"id": "bot", "adapter": "builtin", "config": {"strategy": "TFT"}}
    file = _training(tmp_path, maria, bot)
    session = running.json("start", str(file))["session_id"]
    other = running.play(json.loads(_training(tmp_path, {**bot, "id": "x"}, {**bot, "id": "y"}).read_text()), tmp_path)
    assert other["state"] == "completed", "a seat that waits holds up no other session"
    for turn in (1, 2):
        deadline = time.monotonic() + 60
        while not (waiting := running.json("play", session)["waiting"]):
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert (waiting[0]["agent_id"], waiting[0]["turn"]) == ("maria", turn)
        told = running.json("play", session, "--seat", "maria", "--option", "D", "--reasoning", "because")
        assert (told["outcome"], told["option"], told["reasoning"]) == ("chosen", "D", "because")
    running.run("watch", session)
    assert running.json("report", session)["state"] == "completed"
