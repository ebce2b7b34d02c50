"""Kill every service once in the middle of sessions: nothing is lost, nothing is doubled, the replay verifies."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from ethogram.devserver.supervisor import SERVICES
from ethogram.events import LadderMoved
from ethogram.runtime.history import session_records, topic_records
from ethogram.topology import catalogue
from tests.running import Running

ROUNDS = 120
SESSIONS = 2
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
BETWEEN_KILLS_S = 0.25


def _pids(running: Running) -> dict[str, int | None]:
    return {name: one["pid"] for name, one in running.stack.status()["services"].items()}


@pytest.fixture(scope="module")
def undisturbed(running: Running, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The same session without a kill."""
    return running.play(TRAINING, tmp_path_factory.mktemp("calm"))


@pytest.fixture(scope="module")
def struck(running: Running, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """Sessions that were going on while each service was killed once, and came to their end."""
    folder = tmp_path_factory.mktemp("fire")
    sessions = tuple(running.start(TRAINING, folder) for _ in range(SESSIONS))
    for session in sessions:
        running.await_state(session, "running")
    before = _pids(running)
    for victim in SERVICES:
        pid = before[victim]
        assert pid is not None, f"{victim} does not run"
        assert all(running.state(session) == "running" for session in sessions), f"too late to kill {victim}"
        os.kill(pid, signal.SIGKILL)
        time.sleep(BETWEEN_KILLS_S)
    for session in sessions:
        assert running.await_state(session, "completed", "failed", "cancelled") == "completed"
    assert all(pid not in (None, before[name]) for name, pid in _pids(running).items())
    return sessions


@pytest.mark.parametrize("number", range(SESSIONS))
def test_services_that_were_killed_come_back_and_a_session_ends_as_if_nothing_had_happened(
    running: Running, undisturbed: Mapping[str, Any], struck: tuple[str, ...], number: int
) -> None:
    session = struck[number]
    records = session_records(running.settings, session)
    count = Counter(type(record.event).__name__ for record in {record.id: record for record in records}.values())
    assert count["ScenarioPresented"] == count["TurnResolved"] == count["BehaviourObserved"] == TURNS
    assert count["DecisionMade"] == 2 * 6 * ROUNDS + 4 * 6
    report = running.json("report", session)
    assert report["dead_letters"] in (0, [])
    for part in ("games", "verdicts", "scores"):
        assert _without_ids(report[part]) == _without_ids(undisturbed[part]), part
    assert running.json("replay", session, "--verify")["verified"] is True


def test_the_ladder_has_moved_once_for_each_of_them(running: Running, struck: tuple[str, ...]) -> None:
    topic = catalogue().topic_of(LadderMoved)
    deadline = time.monotonic() + 60
    while True:  # it moves once a session is completed
        moved = [record.event for record in topic_records(running.settings, topic)]
        mine = [one.of_session for one in moved if isinstance(one, LadderMoved) and one.of_session in struck]
        if len(mine) >= len(struck):
            break
        assert time.monotonic() < deadline, f"the ladder has moved for {mine} of {struck}"
        time.sleep(0.2)
    assert sorted(mine) == sorted(struck)
    assert running.json("ladder", "--verify")["verified"] is True


def _without_ids(value: Any) -> Any:
    """Ids derive from the session's id; everything else must be the same in both sessions."""
    if isinstance(value, dict):
        return {
            name: _without_ids(item) for name, item in value.items() if not name.endswith("_id") or name == "agent_id"
        }
    if isinstance(value, list):
        return [_without_ids(item) for item in value if not (isinstance(item, str) and item.count("-") == 4)]
    return value
