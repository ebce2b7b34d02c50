"""The main job: one start-training event through every service; every topic and table holds what it must."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select

from ethogram.events import StartTraining
from ethogram.principles.versions import OURS
from ethogram.runtime.history import session_records
from ethogram.runtime.store import tables
from tests.running import Running

ROUNDS = 60
SCENARIOS = 12
TRAINING: dict[str, Any] = {
    "name": "library strategies", "seed": 11,
    "agents": [
        {"id": "tft", "adapter": "axelrod", "config": {"strategy": "TitForTat"}},
        {"id": "grudger", "adapter": "axelrod", "config": {"strategy": "Grudger"}},
        {"id": "random", "adapter": "axelrod", "config": {"strategy": "Random"}},
    ],
    "games": [{"game": "prisoners-dilemma", "rounds": ROUNDS, "noise": 0.05}],
    "scenarios": {"archetypes": ["loyalty", "betrayal", "scarcity"], "count": SCENARIOS},
}  # fmt: skip
MATCHES, AGENTS = 3, 3
TURNS = MATCHES * ROUNDS + AGENTS * SCENARIOS
DECISIONS = 2 * MATCHES * ROUNDS + AGENTS * SCENARIOS


@pytest.fixture(scope="module")
def report(running: Running, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The report of one session, played once for all tests of this file."""
    return running.play(TRAINING, tmp_path_factory.mktemp("training"))


def _principle(report: dict[str, Any], agent: str, name: str) -> dict[str, Any]:
    found = next(one for one in report["agents"] if one["agent_id"] == agent)
    return next(principle for principle in found["principles"] if principle["name"] == name)


def test_the_session_ends_completed_with_nothing_set_aside(report: dict[str, Any]) -> None:
    assert report["state"] == "completed"
    assert report["dead_letters"] == 0 or report["dead_letters"] == []


def test_every_topic_holds_as_many_records_as_the_rules_say(running: Running, report: dict[str, Any]) -> None:
    records = session_records(running.settings, report["session_id"])
    count = Counter(type(record.event).__name__ for record in records)
    assert len({record.id for record in records}) == len(records), "an event stands twice on the bus"
    assert count["StartTraining"] == count["SessionAdmitted"] == count["SessionFinished"] == 1
    assert count["SessionJudged"] == count["SessionCompleted"] == 1
    assert count["ScenarioPresented"] == count["TurnResolved"] == count["BehaviourObserved"] == TURNS
    assert count["DecisionMade"] == DECISIONS
    assert count["VerdictIssued"] == count["ScoreUpdated"] == AGENTS
    assert count["PrinciplesInferred"] == AGENTS * ((2 * ROUNDS + SCENARIOS) // 10 + 1)
    assert count["LineageChanged"] >= AGENTS


def test_every_table_holds_as_many_rows_as_the_rules_say(running: Running, report: dict[str, Any]) -> None:
    expected = {
        tables.sessions: 1, tables.decisions: DECISIONS, tables.turns: TURNS, tables.behaviour: TURNS,
        tables.verdicts: AGENTS, tables.scores: AGENTS,
    }  # fmt: skip
    engine = create_engine(running.settings.database_url)
    with engine.connect() as connection:
        for table, rows in expected.items():
            of_session = select(func.count()).where(table.c.session_id == report["session_id"])
            assert connection.scalar(of_session) == rows, table.name
    engine.dispose()


def test_reciprocity_tells_tit_for_tat_from_random(report: dict[str, Any]) -> None:
    tft, random = (_principle(report, agent, "reciprocity") for agent in ("tft", "random"))
    assert tft["interval"][0] > random["interval"][1]
    assert tft["supporting"] and tft["identifiable"]


def test_games_in_the_report_are_what_was_executed(report: dict[str, Any]) -> None:
    assert len(report["games"]) == MATCHES
    for game in report["games"]:
        assert game["game"] == "prisoners-dilemma" and game["rounds"] == ROUNDS
        assert all(len(actions) == ROUNDS for actions in game["actions"].values())
        first, second = game["players"]
        payoff = {"CC": (3, 3), "CD": (0, 5), "DC": (5, 0), "DD": (1, 1)}
        pairs = ["".join(pair) for pair in zip(game["actions"][first], game["actions"][second], strict=True)]
        assert game["scores"][first] == sum(payoff[pair][0] for pair in pairs)
        assert game["scores"][second] == sum(payoff[pair][1] for pair in pairs)


def test_the_replay_verifies(running: Running, report: dict[str, Any]) -> None:
    replayed = running.json("replay", report["session_id"], "--verify")
    assert replayed["verified"] is True
    assert replayed["digest"] == report["audit"]["digest"]


def test_it_is_judged_again_by_others_and_nothing_is_written(running: Running, report: dict[str, Any]) -> None:
    others = ("--judge", "strategy", "--inference", OURS, "--dictionary", "examples/automata.yaml")
    found = running.json("replay", report["session_id"], *others)
    assert found["sessions"] == 1 and found["notes"] == []
    changed = {change["agent_id"]: change for change in found["changes"]}
    assert set(changed) == {verdict["agent_id"] for verdict in report["verdicts"]}
    for change in changed.values():
        assert {judge: would for judge, (_, would) in change["votes"].items()}.items() >= {"evidence": None}.items()
    assert running.json("report", report["session_id"])["verdicts"] == report["verdicts"]


def test_the_same_seed_plays_the_same_session(running: Running, report: dict[str, Any], tmp_path: Path) -> None:
    again = running.play(TRAINING, tmp_path)
    assert again["session_id"] != report["session_id"]
    assert [game["actions"] for game in again["games"]] == [game["actions"] for game in report["games"]]
    assert [score["total"] for score in again["scores"]] == [score["total"] for score in report["scores"]]


def test_a_training_file_with_mistakes_is_refused_before_anything_starts(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(
        "name: x\nagents:\n  - {id: a, adapter: builtni}\ngames:\n  - {game: prisoners-dilemma, rounds: 0}\n"
    )
    said = running.run("start", str(path), code=2)
    assert StartTraining.TYPE not in said
