"""A plan through the command line and every service: in order, not twice, and told as one."""

from __future__ import annotations

import json
from pathlib import Path

from tests.running import Running

TRAINING = {
    "name": "planned", "seed": 3,
    "agents": [
        {"id": name, "adapter": "builtin", "config": {"strategy": name}} for name in ("tit-for-tat", "always-defect")
    ],
    "games": [{"game": "chicken", "rounds": 2}],
}  # fmt: skip
PLAN = {
    "name": "two and one",
    "steps": [
        {"id": "last", "training": "training.yaml", "after": ["first"]},
        {"id": "first", "training": "training.yaml", "seeds": [1, 2]},
    ],
}


def test_a_plan_is_run_in_order_and_found_again(running: Running, tmp_path: Path) -> None:
    (tmp_path / "training.yaml").write_text(json.dumps(TRAINING), encoding="utf-8")
    path = tmp_path / "plan.yaml"
    path.write_text(json.dumps({**PLAN, "name": tmp_path.name}), encoding="utf-8")
    done = running.json("plans", "run", str(path))
    assert [(one["step"], one["seed"], one["standing"]) for one in done["sessions"]] == [
        ("last", 3, "completed"), ("first", 1, "completed"), ("first", 2, "completed"),
    ]  # fmt: skip
    assert {(one["step"], one["agent_id"]): one["sessions"] for one in done["results"]} == {
        (step, agent): count
        for step, count in (("first", 2), ("last", 1))
        for agent in ("tit-for-tat", "always-defect")
    }
    times = {each["session_id"]: each for each in running.json("sessions")}
    last, *first = (times[one["session_id"]] for one in done["sessions"])
    assert all(last["started_at"] >= each["finished_at"] for each in first)
    assert running.json("plans", "run", str(path)) == done, "nothing is run twice"
    assert "Results" in running.run("plans", "status", str(path))
