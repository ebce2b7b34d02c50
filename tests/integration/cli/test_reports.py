"""The read side on a real PostgreSQL: rows of services become lists, progress and reports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, insert

from ethogram.audit import events_digest
from ethogram.events import AgentId, PrinciplesInferred, ScoreUpdated, SessionId, VerdictIssued, Vote
from ethogram.events.principles import Prediction, Principle, Strategy
from ethogram.reporting import COLUMNS
from ethogram.runtime.store import exports, reports, tables
from ethogram.runtime.store.standings import list_champions

START = datetime(2026, 1, 1, tzinfo=UTC)
AGENTS = ("a", "b")


def _session(connection: Connection, session_id: str, *, started: datetime = START, state: str = "completed") -> None:
    rules = {"game_id": "g001", "game": "prisoners-dilemma", "players": list(AGENTS), "rounds": 3, "noise": 0.05}
    training = {
        "agents": [{"id": agent, "adapter": "builtin", "config": {"strategy": "x"}} for agent in AGENTS],
        "games": [rules],
    }
    connection.execute(insert(tables.sessions).values(
        session_id=session_id, name="t", state=state, mode="auto", seed=7, training=training, planned_turns=3,
        resolved_turns=2, started_at=started,
    ))  # fmt: skip


def _turn(connection: Connection, session_id: str, number: int, executed: str, payoffs: tuple[float, float]) -> None:
    actions = [
        {"seat": seat, "agent_id": agent, "decision_id": f"{number}{agent}", "outcome": "chosen", "claims": [],
         "intended": executed[seat], "executed": executed[seat], "payoff": payoffs[seat]}
        for seat, agent in enumerate(AGENTS)
    ]  # fmt: skip
    connection.execute(insert(tables.turns).values(
        event_id=str(uuid4()), session_id=session_id, game_id="g001", turn=number, number=number, kind="game",
        actions=actions, resolved_at=START,
    ))  # fmt: skip


def _conclusions(session_id: str, agent: str, rank: int) -> tuple[PrinciplesInferred, VerdictIssued, ScoreUpdated]:
    session, one = SessionId(session_id), AgentId(agent)
    principle = Principle(
        name="reciprocity", strength=0.91234, interval=(0.8, 0.97), observations=9, identifiable=True, why=""
    )
    inferred = PrinciplesInferred(
        session_id=session, agent_id=one, acts=2, closing=True, principles=(principle,), strategy=Strategy(nearest="x"),
        prediction=Prediction(), summary="s",
    )  # fmt: skip
    verdict = VerdictIssued(
        session_id=session, agent_id=one, verdict="approve", constitution="d",
        votes=(Vote(judge="fairness", vote="approve", reasons=("fair",)),),
    )  # fmt: skip
    score = ScoreUpdated(session_id=session, agent_id=one, metrics={"m": 0.5}, weights={"m": 1}, total=0.5, rank=rank)
    return inferred, verdict, score


def _conclude(connection: Connection, session_id: str) -> list[Any]:
    said = [_conclusions(session_id, agent, rank) for rank, agent in enumerate(AGENTS, 1)]
    for inferred, verdict, score in said:
        known = {"session_id": session_id, "agent_id": inferred.agent_id}
        body = inferred.model_dump(mode="json", exclude_none=True)
        early = {"event_id": str(uuid4()), "acts": 1, "closing": False, "body": {"summary": "early"}}
        late = {"event_id": inferred.id, "acts": 2, "closing": True, "body": body}
        for row in (early, late):
            connection.execute(insert(tables.inferences).values(**known, **row, inferred_at=START))
        connection.execute(insert(tables.verdicts).values(
            **known, event_id=verdict.id, verdict="approve", issued_at=START, body=verdict.model_dump(mode="json")
        ))  # fmt: skip
        connection.execute(insert(tables.scores).values(
            **known, event_id=score.id, total=score.total, rank=score.rank, body=score.model_dump(mode="json")
        ))  # fmt: skip
    return [event for one in said for event in one]


def test_a_report_shows_what_was_executed_and_what_each_player_earned(connection: Connection) -> None:
    session_id = str(uuid4())
    _session(connection, session_id)
    _turn(connection, session_id, 2, "DC", (5, 0))
    _turn(connection, session_id, 1, "CC", (3, 3))
    (game,) = reports.session_report(connection, session_id)["games"]
    assert game["actions"] == {"a": "CD", "b": "CC"} and game["scores"] == {"a": 8, "b": 3}
    assert (game["rounds"], game["played"], game["players"]) == (3, 2, ["a", "b"])


def test_a_report_of_a_session_that_has_just_begun_is_whole_and_empty(connection: Connection) -> None:
    session_id = str(uuid4())
    _session(connection, session_id, state="running")
    report = reports.session_report(connection, session_id)
    assert report["verdicts"] == report["scores"] == report["scenarios"] == [] and report["champion"] is None
    assert report["audit"]["digest"] == "" and report["audit"]["closing"] is False
    agent = report["agents"][0]
    assert agent["agent_id"] == "a" and agent["principles"] == [] and agent["strategy"]["nearest"] is None


def test_the_closing_inference_counts_and_the_digest_is_the_one_of_a_replay(connection: Connection) -> None:
    session_id = str(uuid4())
    _session(connection, session_id)
    concluded = _conclude(connection, session_id)
    report = reports.session_report(connection, session_id)
    assert report["agents"][0]["summary"] == "s" and report["agents"][0]["closing"] is True
    assert report["audit"]["digest"] == events_digest(concluded).digest
    assert [score["rank"] for score in report["scores"]] == [1, 2]


def test_latest_is_the_session_that_started_last(connection: Connection) -> None:
    first, last = str(uuid4()), str(uuid4())
    _session(connection, first, started=START + timedelta(days=20_000))
    _session(connection, last, started=START + timedelta(days=20_001))
    assert reports.find_session(connection, "latest") == last
    assert [one["session_id"] for one in reports.list_sessions(connection, 2)] == [last, first]


def test_a_beginning_names_a_session_only_if_it_is_unique(connection: Connection) -> None:
    stem = f"{uuid4().hex[:8]}-0000-4000-8000-00000000000"
    for digit in "12":
        _session(connection, stem + digit)
    assert reports.find_session(connection, stem + "1") == stem + "1"
    with pytest.raises(reports.SessionNotFound, match="2 sessions"):
        reports.find_session(connection, stem)
    for nobody in ("zz", "%", "_"):
        with pytest.raises(reports.SessionNotFound, match="no session begins"):
            reports.find_session(connection, nobody)


def test_a_champion_is_listed_with_its_session(connection: Connection) -> None:
    session_id = str(uuid4())
    _session(connection, session_id)
    connection.execute(insert(tables.champions).values(
        event_id=str(uuid4()), session_id=session_id, agent_id="a", total=0.8, margin=0.1, runner_up="b",
        crowned_at=START + timedelta(days=20_000),
    ))  # fmt: skip
    newest = list_champions(connection, 1)[0]
    assert (newest["agent_id"], newest["session_id"], newest["session"]) == ("a", session_id, "t")
    assert newest["crowned_at"].endswith("Z")


def test_acts_and_evidence_of_a_session_travel(connection: Connection) -> None:
    session_id = str(uuid4())
    _session(connection, session_id)
    for number, executed in enumerate(("CD", "DD", "CC"), 1):
        _turn(connection, session_id, number, executed, (0, 5))
    connection.execute(insert(tables.decisions).values(
        event_id="2a", session_id=session_id, game_id="g001", turn=2, seat=0, agent_id="a", outcome="chosen",
        option="D", reasoning="<b>twice</b>", claims=["honesty", "loyalty"], latency_ms=3.5, decided_at=START,
    ))  # fmt: skip
    acts = list(exports.acts_of(connection, session_id))
    assert [(act["agent_id"], act["executed"], act["others"]) for act in acts] == [
        ("a", "C", "D"), ("b", "D", "C"), ("a", "D", "D"), ("b", "D", "D"), ("a", "C", "C"), ("b", "C", "C"),
    ]  # fmt: skip
    assert acts[2] == acts[2] | {"reasoning": "<b>twice</b>", "claims": "honesty;loyalty", "latency_ms": 3.5}
    assert set(acts[0]) == set(COLUMNS) and acts[0]["decided_at"] == "2026-01-01T00:00:00.000Z"
    cited = [{"event_id": "2a", "game_id": "g001", "turn": 2, "agent_id": "a", "outcome": "chosen", "option": "D",
              "reasoning": "<b>twice</b>"}]  # fmt: skip
    told = {"verdicts": [{"agent_id": "a", "votes": [{"evidence": ["2a", "unknown"]}]}], "agents": []}
    assert exports.cited_decisions(connection, told, ["a"]) == cited
    assert exports.cited_decisions(connection, told, ["b"]) == []


def test_dead_letters_count_in_the_result_of_their_session_and_in_no_other(connection: Connection) -> None:
    mine, other = str(uuid4()), str(uuid4())
    for session_id in (mine, other):
        _session(connection, session_id)
    for offset, status in enumerate(("new", "redriven", "discarded")):
        connection.execute(insert(tables.dead_letters).values(
            service="judge", topic=mine, partition=0, offset=offset, session_id=mine, headers=b"", stage="decide",
            code="schema", message="m", foreseen=True, status=status,
        ))  # fmt: skip
    for told in (reports.session_report, reports.session_progress):
        assert (told(connection, mine)["dead_letters"], told(connection, other)["dead_letters"]) == (3, 0)
