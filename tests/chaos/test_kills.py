"""Kill each service once in the middle of a session: nothing is lost, nothing is doubled, the replay verifies."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest

from ethogram.devserver.supervisor import SERVICES
from ethogram.runtime.history import session_records
from tests.running import Running

ROUNDS = 60
TRAINING: dict[str, Any] = {
    "name": "under fire", "seed": 5,
    "agents": [
        {"id": "tft", "adapter": "builtin", "config": {"strategy": "tit-for-tat"}},
        {"id": "grim", "adapter": "builtin", "config": {"strategy": "grim-trigger"}},
        {"id": "random", "adapter": "builtin", "config": {"strategy": "random"}},
        {"id": "mine", "adapter": "python", "config": {"callable": "examples.agents:cautious"}},
    ],
    "games": [{"game": "prisoners-dilemma", "rounds": ROUNDS, "noise": 0.05}],
    "scenarios": {"archetypes": ["loyalty", "betrayal", "scarcity"], "count": 6},
}  # fmt: skip
TURNS = 6 * ROUNDS + 4 * 6
VICTIMS = SERVICES


def _start(running: Running, folder: Path, training: dict[str, Any]) -> str:
    path = folder / f"{uuid4().hex}.json"
    path.write_bytes(orjson.dumps(training))
    return str(running.json("start", str(path))["session_id"])


def _await_end(running: Running, session: str, timeout_s: float = 120) -> str:
    deadline = time.monotonic() + timeout_s
    while True:
        state = next(one["state"] for one in running.json("sessions") if one["session_id"] == session)
        if state not in ("running", "paused"):
            return str(state)
        assert time.monotonic() < deadline, f"{session} is still {state}"
        time.sleep(0.5)


def _pid(running: Running, service: str) -> int | None:
    return running.stack.status()["services"][service]["pid"]


@pytest.fixture(scope="module")
def undisturbed(running: Running, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The same session without a kill."""
    return running.play(TRAINING, tmp_path_factory.mktemp("calm"))


@pytest.mark.parametrize("victim", VICTIMS)
def test_a_killed_service_comes_back_and_the_session_ends_as_if_nothing_had_happened(
    running: Running, undisturbed: dict[str, Any], tmp_path: Path, victim: str
) -> None:
    session = _start(running, tmp_path, TRAINING)
    time.sleep(0.6)  # in the middle: the session takes several seconds
    before = _pid(running, victim)
    assert before is not None
    os.kill(before, signal.SIGKILL)
    assert _await_end(running, session) == "completed"
    records = session_records(running.settings, session)
    count = Counter(type(record.event).__name__ for record in {record.id: record for record in records}.values())
    assert count["ScenarioPresented"] == count["TurnResolved"] == count["BehaviourObserved"] == TURNS
    assert count["DecisionMade"] == 2 * 6 * ROUNDS + 4 * 6
    report = running.json("report", session)
    assert report["dead_letters"] in (0, [])
    for part in ("games", "verdicts", "scores"):
        assert _without_ids(report[part]) == _without_ids(undisturbed[part]), part
    assert running.json("replay", session, "--verify")["verified"] is True
    assert _pid(running, victim) not in (None, before)


def _without_ids(value: Any) -> Any:
    """Ids derive from the session's id; everything else must be the same in both sessions."""
    if isinstance(value, dict):
        return {
            name: _without_ids(item) for name, item in value.items() if not name.endswith("_id") or name == "agent_id"
        }
    if isinstance(value, list):
        return [_without_ids(item) for item in value if not (isinstance(item, str) and item.count("-") == 4)]
    return value
