"""An agent from session to session, in the order of time, with what the council said where it has spoken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Connection, insert

from ethogram.runtime.store.agent_history import history_of, known_agents
from ethogram.runtime.store.tables import inferences, scores, sessions, verdicts

pytestmark = pytest.mark.stack

BEGAN = datetime(2090, 1, 1, tzinfo=UTC)
"""After every session that other tests have left."""


def played(connection: Connection, agent: str, day: int, *, mode: str = "auto", judged: bool = True) -> str:
    session, at = str(uuid4()), BEGAN + timedelta(days=day)
    training = {"agents": [{"id": agent, "adapter": "builtin" if day % 2 else "python"}]}
    connection.execute(insert(sessions).values(session_id=session, name=f"day {day}", state="completed", mode=mode,
                                               training=training, started_at=at))  # fmt: skip
    for closing, strength in ((False, 0.1), (True, 0.9)):
        one = {"name": "fairness", "strength": strength, "interval": [0.0, 1.0], "identifiable": True, "why": "…"}
        body = {
            "summary": "it plays",
            "principles": [one],
            "strategy": {"nearest": "grim-trigger"},
            "labels": {"nice": 0.5},
        }
        connection.execute(insert(inferences).values(event_id=str(uuid4()), session_id=session, agent_id=agent, acts=9,
                                                     closing=closing, body=body, inferred_at=at))  # fmt: skip
    if judged:
        connection.execute(insert(verdicts).values(event_id=str(uuid4()), session_id=session, agent_id=agent,
                                                   verdict="approve", body={}, issued_at=at))  # fmt: skip
        connection.execute(insert(scores).values(event_id=str(uuid4()), session_id=session, agent_id=agent, total=0.7,
                                                 rank=1, body={}))  # fmt: skip
    return session


def test_an_agent_is_told_from_session_to_session(connection: Connection) -> None:
    agent = f"agent-{uuid4()}"
    told = [played(connection, agent, day, judged=day != 2) for day in (1, 2, 3)]
    played(connection, agent, 4, mode="dry-run")
    history = history_of(connection, agent)
    assert [one["session_id"] for one in history] == told
    assert [(one["verdict"], one["total"], one["rank"]) for one in history[:2]] == [
        ("approve", 0.7, 1),
        (None, None, None),
    ]
    principle = {"name": "fairness", "strength": 0.9, "interval": [0.0, 1.0], "identifiable": True}
    assert history[0]["principles"] == [principle] and history[0]["nearest"] == "grim-trigger"
    assert [one["session_id"] for one in history_of(connection, agent, 1)] == told[2:]
    (known,) = [one for one in known_agents(connection) if one["agent_id"] == agent]
    assert known["sessions"] == 3 and known["adapters"] == ["builtin", "python"]
    assert known["last_at"] == "2090-01-04T00:00:00.000Z"
