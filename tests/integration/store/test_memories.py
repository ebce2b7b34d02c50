"""What an agent remembers: its own judged sessions, the latest first, as much as fits; nobody else's, no dry runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from ethogram.events import AgentSpec, Training
from ethogram.events.character import MOST_MEMORY, memory_size
from ethogram.runtime.store.memories import memories, remembers, with_memories
from ethogram.runtime.store.tables import champions, decisions, inferences, scores, sessions, verdicts

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
ANN = {"id": "ann", "adapter": "python", "config": {"callable": "examples.agents:cautious"}}
OTHER = {**ANN, "config": {"callable": "examples.agents:opportunist"}}
CHARACTER = {"persona": "a miller", "goals": ["peace"], "remembers": 2}


def lived(
    connection: Connection, day: int, spec: dict[str, Any] = ANN, mode: str = "auto", said: str = "no harm"
) -> str:
    """One session of `ann`, who won it on even days."""
    session, time = f"s-{day}", BEGAN + timedelta(days=day)
    about = {"session_id": session, "agent_id": "ann"}
    connection.execute(
        insert(sessions).values(
            session_id=session, name=f"day {day}", state="completed", mode=mode, training={"agents": [spec]},
            started_at=time, finished_at=time,
        )
    )  # fmt: skip
    told: dict[str, Any] = {**about, "event_id": session}
    connection.execute(insert(scores).values(**told, total=day / 10, rank=1, body={}))
    connection.execute(insert(verdicts).values(**told, verdict="approve", body={}, issued_at=time))
    found = [
        {"name": name, "strength": strength} for name, strength in (("a", 0.1), ("b", 0.9), ("c", 0.8), ("d", 0.7))
    ]
    body = {"summary": "keeps its word", "principles": found}
    connection.execute(insert(inferences).values(**told, acts=9, closing=True, body=body, inferred_at=time))
    if day % 2 == 0:
        connection.execute(insert(champions).values(**told, total=1, margin=1, crowned_at=time))
    for turn in range(5):
        words = {"outcome": "chosen", "option": "C", "reasoning": f"{said} {turn}", "claims": []}
        at = {"game_id": "g", "turn": turn, "seat": 0, "decided_at": time + timedelta(seconds=turn)}
        connection.execute(insert(decisions).values(**about, **words, **at, event_id=f"{session}/{turn}"))
    return session


def test_the_latest_sessions_of_the_same_agent_are_remembered(connection: Connection) -> None:
    lived(connection, 1), lived(connection, 2), lived(connection, 3)
    lived(connection, 4, mode="dry-run"), lived(connection, 5, OTHER)
    first, second = memories(connection, AgentSpec.model_validate(ANN), 2)
    assert (first.session_id, first.champion, second.session_id, second.champion) == ("s-3", False, "s-2", True)
    assert (first.training, first.verdict, first.total, first.summary) == ("day 3", "approve", 0.3, "keeps its word")
    assert first.preferences == {"b": 0.9, "c": 0.8, "d": 0.7}
    assert first.said == ("no harm 2", "no harm 3", "no harm 4")


def test_memory_has_a_limit_and_the_oldest_go_first(connection: Connection) -> None:
    for day in range(1, 9):
        lived(connection, day, said="x" * 10_000)
    kept = memories(connection, AgentSpec.model_validate(ANN), 20)
    assert 0 < len(kept) < 8 and kept[0].session_id == "s-8" and memory_size(kept) <= MOST_MEMORY


def test_a_training_is_told_what_its_agents_remember_and_what_it_brings_stays(connection: Connection) -> None:
    lived(connection, 1)
    brought = {**CHARACTER, "memory": [{"session_id": "elsewhere"}]}
    agents = [{**ANN, "character": CHARACTER}, {**OTHER, "id": "bob", "character": brought}, {**ANN, "id": "carl"}]
    training = Training.model_validate(
        {"name": "t", "agents": agents, "games": [{"game": "prisoners-dilemma", "rounds": 1}]}
    )
    assert remembers(training) and not remembers(training.model_copy(update={"agents": training.agents[1:]}))
    ann, bob, carl = with_memories(connection, training).agents
    assert ann.character is not None and [each.session_id for each in ann.character.memory] == ["s-1"]
    assert bob == training.agents[1] and carl == training.agents[2]
