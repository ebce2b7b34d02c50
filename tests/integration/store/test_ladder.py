"""The ladder in PostgreSQL: once per session, whatever comes twice, at once, or from a process thought dead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from ethogram.council.climbing import disputed
from ethogram.council.reclimbing import climb_again
from ethogram.events import LADDER, Event, OutcomeRevised, SessionPlaced, TitleChallenged, TitleDefended, TitleTaken
from ethogram.events.envelope import Position, Raw, Record, decode, encode
from ethogram.runtime.health import Health
from ethogram.runtime.retry import Patience
from ethogram.runtime.settle import Settled, Settler
from ethogram.runtime.store.ladder import (
    keep_ladder,
    placed_games,
    rated_contestants,
    title_history,
    titles_held,
)
from ethogram.runtime.store.outbox import Message
from ethogram.runtime.store.verdicts import keep_revisions
from ethogram.services.judge.service import judge
from ethogram.topology import Driver, Service, catalogue, command_record
from tests.unit.council.sequential import Operation, order
from tests.unit.council.test_ladder import placed, recorded

TITLES = (TitleTaken, TitleDefended, TitleChallenged)
SESSIONS = [placed(number, *("abc" if number % 3 else "cab"), title="cup" if number % 4 else "shield")
            for number in range(24)]  # fmt: skip


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A pool of connections."""
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def bench() -> Service[Any]:
    """The judge under a name of its own, so that this ladder is nobody else's; rows are another test's concern."""
    return replace(judge, name=f"judge-{uuid4()}", projects={})


def raws(sessions: Sequence[SessionPlaced]) -> list[Raw]:
    made = [recorded(event, offset) for offset, event in enumerate(sessions)]
    return [Raw(each.position, *encode(each)) for each in made if each.position]


def events(messages: Sequence[Message]) -> list[Event]:
    found = []
    for number, message in enumerate(messages):
        raw = Raw(Position(message.topic, 0, number), message.key, message.value, message.headers)
        found.append(decode(raw, catalogue().topics[message.topic].types).event)
    return found


def said(engine: Engine, service: str) -> list[Event]:
    """What is in the outbox of a service, in order."""
    from ethogram.runtime.store import outbox

    with engine.connect() as connection:
        return events([each.message for each in outbox.waiting(connection, service, 0, 10_000)])


def test_two_processes_that_settle_the_same_sessions_at_once_move_the_ladder_once(
    engine: Engine, bench: Service[Any]
) -> None:
    """A process that was thought dead goes on beside its successor: batches overlap and are tried again on conflict."""
    everything = raws(SESSIONS)

    def process(size: int) -> None:
        settler, patience = Settler(bench, engine), Patience(bench.name, Health(bench.name))
        for start in range(0, len(everything), size):
            batch = everything[start : start + size]
            patience.insist(lambda batch=batch: settler.settle(batch))  # type: ignore[misc]

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(process, (1, 4, 7)))
    told = said(engine, bench.name)
    assert disputed([*SESSIONS, *told]) is None
    answers = {event.of_session: event for event in told if isinstance(event, TITLES)}
    history = [Operation(each, 0.0, 1.0, answers.get(each.session_id)) for each in SESSIONS]
    assert order(history) is not None and len(answers) == len(SESSIONS)


class _Killed(BaseException):
    """Stands for kill -9: nothing after it happens."""


@pytest.mark.parametrize("stage", ["_decide", "_project", "_enqueue"])
def test_a_process_that_dies_before_it_commits_leaves_no_trace(
    engine: Engine, bench: Service[Any], stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = [raws(SESSIONS)[:9], raws(SESSIONS)[9:]]
    Settler(bench, engine).settle(batches[0])
    dying = Settler(bench, engine)
    real = getattr(dying, stage)

    def dies(*given: Any, **named: Any) -> Settled:
        real(*given, **named)
        raise _Killed

    monkeypatch.setattr(dying, stage, dies)
    with pytest.raises(_Killed):
        dying.settle(batches[1])
    with engine.connect() as connection:
        numbered = text("SELECT count(*) FROM inbox WHERE service = :name AND numbered")
        assert connection.scalar(numbered, {"name": bench.name}) == 0, "no number tells of these: their rows stay"
    successor = Settler(bench, engine)
    for batch in (batches[0], batches[1], batches[1]):
        successor.settle(batch)
    assert disputed([*SESSIONS, *said(engine, bench.name)]) is None


def test_rows_are_the_latest_whatever_comes_late_or_twice(connection: Connection) -> None:
    connection.execute(text("TRUNCATE placements, ratings, titles, title_events"))
    driver = Driver(judge)
    inputs = [recorded(event, offset) for offset, event in enumerate(SESSIONS)]
    made = [each for record in inputs for each in driver.feed(record)]
    for batch in (made, made[: len(made) // 2], [*reversed(made)]):
        keep_ladder(connection, [*inputs, *batch])
    ladder = driver.kept[LADDER].state.ladder
    assert ladder is not None
    rows = rated_contestants(connection, "default")
    shown = {row["contestant"]: (row["mu"], row["sigma"], row["sessions"]) for row in rows}
    assert shown == {name: (one.mu, one.sigma, one.sessions) for name, one in ladder.ratings.items()}
    held = {row.pop("title"): row for row in titles_held(connection, "default")}
    nobody = {"overruled": False, "revised": None}
    assert held == {title: {**one.model_dump(mode="json"), **nobody} for title, one in ladder.titles.items()}
    numbers = [row["number"] for row in title_history(connection, "default")]
    assert numbers == list(range(len(SESSIONS), 0, -1))
    assert {row["title"] for row in title_history(connection, "default", "shield")} == {"shield"}
    assert len(placed_games(connection, "default")) == 24 and len(placed_games(connection, "default", "shield")) == 6
    assert dict(placed_games(connection, "default"))[SESSIONS[1].session_id] == {"a": 1, "b": 2, "c": 3}


def test_what_people_overruled_counts_in_the_table_of_strengths_and_marks_the_title(connection: Connection) -> None:
    connection.execute(text("TRUNCATE placements, ratings, titles, title_events, revisions"))
    session = placed(1, "a", "b")
    record = recorded(session, 0)
    keep_ladder(connection, [record, *Driver(judge).feed(record)])
    (held,) = titles_held(connection, "default")
    assert (held["contestant"], held["overruled"]) == ("a", False)
    keep_revisions(connection, [overruled(session.session_id, champion="b")])
    assert dict(placed_games(connection, "default")) == {session.session_id: {"a": 2, "b": 1}}
    assert [row["overruled"] for row in titles_held(connection, "default")] == [True]
    keep_revisions(connection, [overruled(session.session_id, champion="a", number=2)])
    assert dict(placed_games(connection, "default")) == {session.session_id: {"a": 1, "b": 2}}
    assert [row["overruled"] for row in titles_held(connection, "default")] == [False]


def overruled(session_id: str, champion: str | None, number: int = 1) -> Record:
    """A person has rejected everybody but the champion of two agents."""
    cards = [
        {"agent_id": each, "verdict": "approve" if each == champion else "reject", "council": "approve", "metrics": {},
         "total": 0.9 if each == champion else 0.2, "rank": 1 if each == champion else 2, "council_total": 0.5,
         "council_rank": 1}
        for each in sorted("ab", key=lambda name: name != champion)
    ]  # fmt: skip
    told = {"session_id": session_id, "number": number, "command_id": f"c{number}", "actor": "ben", "cards": cards,
            "champion": champion, "runner_up": None, "margin": 0.7, "council_champion": "a"}  # fmt: skip
    return command_record(OutcomeRevised.model_validate(told), source="/ethogram/judge")


def test_what_people_overruled_stands_beside_the_ladder_and_never_in_its_place(connection: Connection) -> None:
    connection.execute(text("TRUNCATE placements, ratings, titles, title_events, revisions"))
    sessions = [placed(number, "a", "b") for number in (901, 902)]
    driver = Driver(judge)
    inputs = [recorded(event, offset) for offset, event in enumerate(sessions)]
    keep_ladder(connection, [*inputs, *(each for record in inputs for each in driver.feed(record))])
    before, held = rated_contestants(connection, "default"), titles_held(connection, "default")
    assert all(row["revised"] is None for row in (*before, *held))
    turned = placed(901, "b", "a")
    told = {"session_id": turned.session_id, "number": 1, "command_id": "c", "actor": "ben", "cards": (),
            "placements": turned.placements, "placed_champion": turned.champion}  # fmt: skip
    keep_revisions(connection, [command_record(OutcomeRevised.model_validate(told), source="/ethogram/judge")])
    after, (now,) = rated_contestants(connection, "default"), titles_held(connection, "default")
    assert [row | {"revised": None} for row in after] == before, "what the council said stays said"
    would = climb_again([turned, sessions[1]])
    shown = {row["contestant"]: (row["revised"]["mu"], row["revised"]["sessions"]) for row in after}
    assert shown == {name: (one.mu, one.sessions) for name, one in would.ratings.items()}
    assert (now["contestant"], now["defences"]) == ("a", 1)
    assert now["revised"] == would.titles["cup"].model_dump(mode="json") and now["revised"]["defences"] == 0
