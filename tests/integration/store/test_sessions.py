"""A session's row says where the session stands, however often and in whatever batches its events come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from ethogram.events import (
    AgentSwapped,
    CancelSession,
    Event,
    PauseSession,
    SessionFailed,
    SessionRejected,
    SettingsError,
    TournamentConcluded,
)
from ethogram.events.envelope import Record
from ethogram.runtime.store.pages import sessions_page
from ethogram.runtime.store.reports import agents_of
from ethogram.runtime.store.sessions import PROJECTED, keep_course
from ethogram.runtime.store.tables import sessions
from ethogram.topology import Bus, Driver, command_record
from tests.unit.games.stage import COUNCIL, DIRECTOR, PLAYERS, SESSION, cast, training

pytestmark = pytest.mark.stack

START = training(scenarios={"archetypes": ["loyalty"], "count": 3})


def row(connection: Connection) -> dict[str, Any]:
    return dict(connection.execute(select(sessions).where(sessions.c.session_id == SESSION)).mappings().one())


def life(*commands: Event) -> list[Record]:
    """What the director tells of a session; `commands` come right after its start."""
    log = Bus([DIRECTOR, PLAYERS, COUNCIL]).play(START, *commands)
    return [record for record in log if type(record.event) in PROJECTED]


def given(number: int, kind: Any) -> Any:
    return kind(session_id=SESSION, command_id=f"c{number}", actor="ann", reason="tea")


@pytest.mark.parametrize("batch", [1, 7, 1_000])
@pytest.mark.parametrize("times", [1, 2])
def test_a_session_that_was_played_out_is_completed(connection: Connection, batch: int, times: int) -> None:
    records = life()
    for start in range(0, len(records), batch):
        for _ in range(times):
            keep_course(connection, records[start : start + batch])
    found = row(connection)
    assert (found["state"], found["planned_turns"], found["resolved_turns"]) == ("completed", 26, 26)
    assert (found["name"], found["mode"], found["seed"]) == ("test", "auto", 7)
    assert found["training"]["agents"][0]["id"] == "a"
    assert found["started_at"].isoformat() == found["finished_at"].isoformat() == "2026-01-01T00:00:00+00:00"


@pytest.mark.parametrize("times", [1, 2])
def test_later_heats_add_turns_and_matches_once_and_standings_are_kept(connection: Connection, times: int) -> None:
    elimination = {"game": "prisoners-dilemma", "rounds": 3, "pairing": "single-elimination"}
    start = training(agents=cast("tit-for-tat", "always-defect", "grim-trigger"), games=[elimination, elimination])
    told = [record for record in Bus([DIRECTOR, PLAYERS, COUNCIL]).play(start) if type(record.event) in PROJECTED]
    for record in told:
        for _ in range(times):
            keep_course(connection, [record])
    found = row(connection)
    ids = [game["game_id"] for game in found["training"]["games"]]
    assert sorted(ids) == ["g001", "g002", "g01.002.001", "g02.002.001"]
    assert found["planned_turns"] == found["resolved_turns"] == len(ids) * 3
    kept = found["training"]["tournaments"]
    assert [kept[entry]["entry"] for entry in ("0", "1")] == [0, 1]
    assert kept["0"]["standings"] == [
        one.model_dump(mode="json") for record in told if isinstance(record.event, TournamentConcluded)
        and record.event.entry == 0 for one in record.event.standings
    ]  # fmt: skip


@pytest.mark.parametrize("times", [1, 2])
def test_a_swapped_agent_is_told_as_it_is_reached_now_and_as_it_was(connection: Connection, times: int) -> None:
    keep_course(connection, life()[:1])
    before, now = ({"id": "b", "adapter": "builtin", "config": {"strategy": name}} for name in ("x", "grim-trigger"))
    told = AgentSwapped.model_validate(
        {"session_id": SESSION, "command_id": "c", "agent": now, "before": before, "actor": "ann", "turns": 4}
    )
    for _ in range(times):
        keep_course(connection, [command_record(told)])
    kept = row(connection)["training"]
    first, second = agents_of(kept, {}, [])
    assert (first["agent_id"], first["swaps"]) == ("a", []) and len(kept["swaps"]) == 1
    assert second["config"] == {"strategy": "grim-trigger"}
    assert second["swaps"] == [
        {"adapter": "builtin", "config": {"strategy": "x"}, "until": 4, "actor": "ann", "reason": ""}
    ]


def states(connection: Connection, records: Sequence[Record]) -> list[str]:
    seen: list[str] = []
    for record in records:
        keep_course(connection, [record])
        state = row(connection)["state"]
        seen += [state] if seen[-1:] != [state] else []
    return seen


def test_pause_and_cancel_show_at_once_and_stay(connection: Connection) -> None:
    assert states(connection, life(given(1, PauseSession), given(2, CancelSession))) == [
        "running",
        "paused",
        "cancelled",
    ]
    found = row(connection)
    assert (found["reason"], found["resolved_turns"]) == ("tea", 0)
    assert found["finished_at"] is not None


def test_a_rejected_session_has_its_reason_and_may_be_admitted_later(connection: Connection) -> None:
    refused = Driver(DIRECTOR).feed(command_record(training(agents=cast("silent", "nonsense"))))
    assert isinstance(refused[0].event, SessionRejected)
    keep_course(connection, refused)
    assert row(connection)["state"] == "rejected"
    assert "nonsense" in row(connection)["reason"]
    keep_course(connection, life()[:1])
    assert (row(connection)["state"], row(connection)["reason"]) == ("running", None)
    keep_course(connection, refused)
    assert row(connection)["state"] == "running"


def test_a_failed_session_says_why(connection: Connection) -> None:
    failed = command_record(SessionFailed(session_id=SESSION, reason="other templates"))
    assert states(connection, [life()[0], failed]) == ["running", "failed"]
    assert row(connection)["reason"] == "other templates"


def test_pages_show_each_session_once_though_others_are_added(connection: Connection) -> None:
    told = [("p1", 3, "failed"), ("p2", 3, "running"), ("p3", 2, "failed"), ("p4", 1, "failed"), ("p5", 1, "failed")]

    def add(name: str, minute: int, state: str) -> None:
        began = datetime(2001, 1, 1, 0, minute, tzinfo=UTC)
        row = {"session_id": f"page-{name}", "name": f"Paged {name}", "state": state, "started_at": began}
        connection.execute(insert(sessions).values(row))

    for each in told:
        add(*each)
    seen, cursor = [], ""
    while True:
        page = sessions_page(connection, 2, cursor, name="paged")
        seen += [each["session_id"] for each in page["sessions"]]
        if page["next"] is None:
            break
        add(f"late-{len(seen)}", 59, "running")
        cursor = page["next"]
    assert seen == [f"page-p{number}" for number in range(1, 6)]
    failed = sessions_page(connection, 10, state="failed", name="paged")
    assert len(failed["sessions"]) == 4 and failed["next"] is None
    for wrong in ("x", "bm8gY3Vyc29y", "é"):
        with pytest.raises(SettingsError, match="cursor"):
            sessions_page(connection, 2, wrong)
