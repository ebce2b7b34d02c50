"""Members of a group join and leave while games run: partitions are shared, nothing is lost, nothing is doubled."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text

from tests.members import Member, await_shared
from tests.running import Running

AGENTS = ("tit-for-tat", "grim-trigger", "random", "alternator")
ROUNDS = 40
TURNS = 6 * ROUNDS
TRAINING: dict[str, Any] = {
    "name": "in company", "seed": 11,
    "agents": [{"id": name, "adapter": "builtin", "config": {"strategy": name}} for name in AGENTS],
    "games": [{"game": "prisoners-dilemma", "rounds": ROUNDS, "noise": 0.05}],
}  # fmt: skip
SHARED = ("inference-worker", "judge")
COUNTED = """SELECT (SELECT count(*) FROM turns WHERE session_id = :session),
    (SELECT count(*) FROM behaviour WHERE session_id = :session),
    (SELECT count(DISTINCT agent_id) FROM inferences WHERE session_id = :session AND closing),
    (SELECT count(*) FROM verdicts WHERE session_id = :session),
    (SELECT count(*) FROM dead_letters WHERE session_id = :session)"""


def test_two_workers_and_two_judges_share_the_games_and_come_and_go_without_a_loss(
    running: Running, tmp_path: Path
) -> None:
    calm = running.start(TRAINING, tmp_path)
    seconds = [Member(running, service, "1") for service in SHARED]
    sessions: list[str] = []
    try:
        for member in seconds:
            member.join()
        assert running.await_state(calm, "completed", "failed") == "completed"
        sessions += [running.start(TRAINING, tmp_path) for _ in range(2)]  # while the groups take them in
        for service in SHARED:
            await_shared(running.bootstrap, service, 2)
        sessions += [running.start(TRAINING, tmp_path) for _ in range(2)]
        seconds[0].leave(signal.SIGKILL)
        seconds[1].leave()
        for member in seconds:
            member.join()  # as who they were: their partitions were kept for them
        sessions += [running.start(TRAINING, tmp_path) for _ in range(2)]
        for service in SHARED:
            await_shared(running.bootstrap, service, 2)
    finally:
        for member in seconds:
            member.leave(signal.SIGKILL)
    engine = create_engine(running.settings.database_url)
    for session in sessions:  # those left behind are taken over when the members' time is up
        assert running.await_state(session, "completed", "failed") == "completed"
        assert _counted(engine, session) == (TURNS, TURNS, len(AGENTS), len(AGENTS), 0)
        assert _scores(engine, session) == _scores(engine, calm)
    engine.dispose()
    assert running.json("replay", sessions[-1], "--verify")["verified"] is True


def _counted(engine: Engine, session: str) -> tuple[int, ...]:
    with engine.connect() as connection:
        return tuple(connection.execute(text(COUNTED), {"session": session}).one())


def _scores(engine: Engine, session: str) -> list[tuple[Any, ...]]:
    query = "SELECT agent_id, total, rank FROM scores WHERE session_id = :session ORDER BY agent_id"
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), {"session": session})]
