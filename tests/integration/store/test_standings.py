"""After a day there is no row of a dry run; all others stay. Mean scores come with intervals."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, insert, select

from ethogram.runtime.store.dry_runs import remove_dry_runs
from ethogram.runtime.store.standings import list_champions, standings
from ethogram.runtime.store.tables import champions, metadata, scores, sessions, state, verdicts
from ethogram.runtime.store.verdicts import keep_revisions
from tests.integration.store.test_ladder import overruled

BEGAN = "2026-01-01T00:00:00+00:00"
AGENTS = [{"id": name, "adapter": "builtin", "config": {"strategy": name}} for name in ("grim-trigger", "tit-for-tat")]


def judged(connection: Connection, session: str, mode: str, state_: str = "completed") -> None:
    """A session with two agents, the first of which did better."""
    about: dict[str, Any] = {"session_id": session, "name": "standings", "state": state_, "mode": mode}
    connection.execute(insert(sessions).values(**about, training={"agents": AGENTS}, started_at=BEGAN))
    for place, agent in enumerate(AGENTS, 1):
        told = {"event_id": f"{session}{place}", "session_id": session, "agent_id": agent["id"], "body": {}}
        connection.execute(insert(scores).values(**told, total=1 / place, rank=place))
        connection.execute(insert(verdicts).values(**told, verdict="approve", issued_at=BEGAN))
    connection.execute(insert(state).values(service="judge", key=session, version=1, body=b"", seen={}, sent={}))


def rows(connection: Connection, session: str) -> int:
    tables = [table for table in metadata.sorted_tables if "session_id" in table.c]
    found = [connection.execute(select(table).where(table.c.session_id == session)).all() for table in tables]
    kept = connection.execute(select(state).where(state.c.key == session)).all()
    return sum(map(len, found)) + len(kept)


def test_a_dry_run_is_gone_after_a_day_and_only_then(connection: Connection) -> None:
    judged(connection, "s-auto", "auto")
    judged(connection, "s-dry", "dry-run")
    remove_dry_runs(connection, "2026-01-02T00:00:00Z")
    assert rows(connection, "s-dry") == 6
    remove_dry_runs(connection, "2026-01-02T00:00:01Z")
    assert (rows(connection, "s-dry"), rows(connection, "s-auto")) == (0, 6)


def test_scores_are_told_per_name_and_adapter_with_an_interval_where_there_is_one(connection: Connection) -> None:
    for place, (total, adapter, status) in enumerate(
        [
            (0.5, "one-a", "completed"),
            (0.7, "one-a", "completed"),
            (0.1, "one-b", "completed"),
            (0.9, "one-a", "cancelled"),
        ]
    ):
        session_id = f"one-{place}"
        connection.execute(insert(sessions).values(
            session_id=session_id, name="t", state=status, mode="auto", started_at=func.now(),
            training={"agents": [{"id": "one", "adapter": adapter}]},
        ))  # fmt: skip
        connection.execute(insert(scores).values(
            event_id=session_id, session_id=session_id, agent_id="one", total=total, rank=place + 1, body={}
        ))  # fmt: skip
    told = {each["adapter"]: each for each in standings(connection) if each["agent_id"] == "one"}
    assert told["one-a"] == {
        "agent_id": "one", "adapter": "one-a", "sessions": 2, "mean": 0.6, "low": 0.404, "high": 0.796, "wins": 1,
    }  # fmt: skip
    assert told["one-b"] == told["one-b"] | {"sessions": 1, "low": None, "high": None, "wins": 0}


def test_where_people_overruled_the_council_their_outcome_counts(connection: Connection) -> None:
    told: list[tuple[str, str | None]] = [("over-1", "b"), ("over-2", None), ("over-3", "a")]
    for session_id, champion in told:
        connection.execute(insert(sessions).values(
            session_id=session_id, name="o", state="completed", mode="auto", started_at=func.now(),
            training={"agents": [{"id": each, "adapter": "over"} for each in "ab"]},
        ))  # fmt: skip
        for rank, agent in enumerate("ab", 1):
            connection.execute(insert(scores).values(
                event_id=session_id + agent, session_id=session_id, agent_id=agent, total=1 - rank / 4,
                rank=rank, body={},
            ))  # fmt: skip
        connection.execute(insert(champions).values(
            event_id=session_id, session_id=session_id, agent_id="a", total=0.75, margin=0.25, runner_up="b",
            crowned_at="2100-01-01T00:00:00+00:00",
        ))  # fmt: skip
        if session_id != "over-3":
            keep_revisions(connection, [overruled(session_id, champion)])
    crowned = {each["session_id"]: each for each in list_champions(connection, 2)}
    assert set(crowned) == {"over-1", "over-3"}, "nobody is champion where a person has rejected everybody"
    shown = {name: (each["agent_id"], each["total"], each["overruled"]) for name, each in crowned.items()}
    assert shown == {"over-1": ("b", 0.9, True), "over-3": ("a", 0.75, False)}
    found = {each["agent_id"]: each for each in standings(connection, 500) if each["adapter"] == "over"}
    means = {"a": round((0.2 + 0.2 + 0.75) / 3, 5), "b": round((0.9 + 0.2 + 0.5) / 3, 5)}
    assert {name: each["mean"] for name, each in found.items()} == means
    assert found["b"]["wins"] == 1
