"""A log of recorded games goes through the topics as a finished session: the ethogram of `infer`, and auditable."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ethogram.events import Chance
from ethogram.runtime.history import session_records
from tests.running import Running

SUBJECTS = {"P 1": "tit-for-tat", "P 2": "random", "P 3": "always-defect"}
GAMES, ROUNDS = 12, 15
CHOICES = len(SUBJECTS) * GAMES * ROUNDS
SAME = ("acts", "claims", "contradictions", "entropy", "games_to_certainty", "hypotheses", "labels", "patterns",
        "prediction", "relations", "strategy", "summary", "switches")  # fmt: skip
EVIDENCE = {"supporting", "contradicting"}
PLACES = {"game", "last_game", "turn", "last_turn"}
"""Games have the log's names in the one report and ids of the session in the other."""


def rows() -> list[dict[str, Any]]:
    """Three subjects with games against chance."""
    chance = Chance(5, "import")
    told = []
    for subject, strategy in SUBJECTS.items():
        for game in range(1, GAMES + 1):
            before = "C"
            for turn in range(1, ROUNDS + 1):
                own = {"tit-for-tat": before, "random": chance.choice("CD"), "always-defect": "D"}[strategy]
                before = chance.choice("CD")
                told.append({"id": subject, "game": game, "round": turn, "choice": own, "theirs": before,
                             "payoff": turn, "treatment": "low" if game < 6 else "high"})  # fmt: skip
    return told


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The log, and the options that both commands take."""
    path = tmp_path_factory.mktemp("log") / "games.jsonl"
    path.write_text("\n".join(map(json.dumps, rows())))
    return [str(path), "--map", "subject=id,other_choice=theirs"]


@pytest.fixture(scope="module")
def report(running: Running, log: list[str]) -> dict[str, Any]:
    """The report of the imported session."""
    imported = running.json("import", *log, "--wait")
    assert imported["state"] == "completed"
    found: dict[str, Any] = running.json("report", imported["session_id"])
    return found


def test_an_import_finds_what_infer_finds(running: Running, log: list[str], report: dict[str, Any]) -> None:
    read = running.json("infer", *log)
    assert [agent["config"]["subject"] for agent in report["agents"]] == list(SUBJECTS)
    for imported, inferred in zip(report["agents"], read["agents"], strict=True):
        for name in SAME:
            assert _unplaced(imported[name]) == _unplaced(inferred[name]), name
        assert [_without(one) for one in imported["principles"]] == [_without(one) for one in inferred["principles"]]
        assert _unplaced(imported["lineage"]["tree"]) == _unplaced(inferred["lineage"]["tree"])
        assert len(imported["personalities"]) == len(inferred["personalities"])


def test_the_report_holds_the_log(report: dict[str, Any]) -> None:
    assert report["state"] == "completed" and report["dead_letters"] in (0, [])
    assert report["resolved_turns"] == report["planned_turns"] == CHOICES
    assert len(report["games"]) == len(SUBJECTS) * GAMES
    told = "".join(row["choice"] for row in rows())
    assert "".join(game["actions"][player] for game in report["games"] for player in game["players"]) == told
    assert "".join(line for game in report["games"] for line in game["others"].values()) == "".join(
        row["theirs"] for row in rows()
    )
    assert report["games"][0]["condition"] == "treatment=low"
    assert report["games"][0]["scores"] == {"P-1": sum(range(1, ROUNDS + 1))}


def test_its_topics_hold_one_turn_per_choice_and_no_decision(running: Running, report: dict[str, Any]) -> None:
    records = session_records(running.settings, report["session_id"])
    count = Counter(type(record.event).__name__ for record in records)
    assert count["ImportGames"] == count["SessionAdmitted"] == count["SessionCompleted"] == 1
    assert count["TurnResolved"] == count["BehaviourObserved"] == CHOICES
    assert count["ScenarioPresented"] == count["DecisionMade"] == 0
    turns = {record.id for record in records}
    cited = {one for agent in report["agents"] for each in agent["principles"] for one in each["supporting"]}
    assert cited and cited <= turns


def test_replay_and_audit_work_on_it(running: Running, report: dict[str, Any]) -> None:
    replayed = running.json("replay", report["session_id"], "--verify")
    assert replayed["verified"] is True and replayed["digest"] == report["audit"]["digest"]
    assert report["audit"]["closing"] is True
    running.run("audit", "verify", report["session_id"])


def test_a_file_that_cannot_be_imported_starts_nothing(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("subject,game,round,choice\na,1,1,C\n")
    running.run("import", str(path), code=2)


def _without(principle: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in principle.items() if name not in EVIDENCE}


def _unplaced(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _unplaced(part) for name, part in value.items() if name not in PLACES}
    return [_unplaced(part) for part in value] if isinstance(value, list) else value
