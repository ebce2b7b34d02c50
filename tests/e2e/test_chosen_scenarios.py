"""Adaptive choice through every service: each scenario waits for what was inferred from the one before, and says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ethogram.events import ScenarioPresented
from ethogram.runtime.history import session_records
from tests.running import Running

pytestmark = pytest.mark.stack

COUNT = 4
TRAINING: dict[str, Any] = {
    "name": "chosen scenarios", "seed": 3,
    "agents": [
        {"id": "tft", "adapter": "builtin", "config": {"strategy": "tit-for-tat"}},
        {"id": "mine", "adapter": "python", "config": {"callable": "examples.agents:cautious"}},
    ],
    "scenarios": {
        "archetypes": ["loyalty", "betrayal"], "count": COUNT, "choice": "adaptive", "depth": 2, "check": True,
        "wait_s": 120,
    },
}  # fmt: skip


def test_what_comes_next_rests_on_what_was_inferred_and_replays(running: Running, tmp_path: Path) -> None:
    report = running.play(TRAINING, tmp_path)
    assert (report["state"], report["dead_letters"]) == ("completed", 0)
    for agent in report["agents"]:
        mine = [each for each in report["scenarios"] if each["agent_id"] == agent["agent_id"]]
        assert [each["depth"] for each in mine].count(0) == COUNT
        assert {each["state"] for each in mine} == {"COMPLETED"}
        assert agent["reliability"]["first"]["n"] == len(mine)
        assert sum(agent["hypotheses"].values()) == pytest.approx(1, abs=1e-3)
    events = [record.event for record in session_records(running.settings, report["session_id"])]
    chosen = [each.chosen for each in events if isinstance(each, ScenarioPresented) and each.chosen]
    assert len(chosen) == 2 * COUNT and all(each.by == "adaptive" and each.in_time for each in chosen)
    assert sum(each.basis is None for each in chosen) == 2, "the first of each agent rests on nothing yet"
    running.run("replay", report["session_id"], "--verify")
