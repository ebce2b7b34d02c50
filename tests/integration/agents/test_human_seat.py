"""A person's seat: the first valid answer counts, a wrong one is refused in words, a deadline is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select

from ethogram.agents import Answer, NoAnswer, Request
from ethogram.agents.human import Human
from ethogram.events import AgentId, AnswerTurn, EventId, GameId, InvalidRecord, ScenarioPresented, SessionId
from ethogram.events.envelope import Record
from ethogram.runtime.store.engine import connect
from ethogram.runtime.store.seats import keep_answers, keep_waiting
from ethogram.runtime.store.tables import seats_waiting
from ethogram.testing.agents import GAME, round_of
from ethogram.topology import NotYet


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = connect(database_url, "tests", connections=2)
    yield engine
    engine.dispose()


class Seat:
    """One seat of one turn of a session of its own."""

    def __init__(self, engine: Engine, database_url: str, age_s: float = 0, own: Any = None, **config: Any) -> None:
        self.engine, self.config = engine, config
        self.session_id = SessionId(str(uuid4()))
        self.adapter = Human(SimpleNamespace(database_url=database_url))
        since = datetime.now(UTC) - timedelta(seconds=age_s)
        seats = [{"seat": 0, "agent_id": "maria", "adapter": "human", "config": config, **(own or {})}]
        event = ScenarioPresented.model_validate(
            {"session_id": self.session_id, "game_id": "g001", "turn": 1, "turns": 3, "kind": "game", "seed": "1",
             "text": "Choose.", "options": GAME, "history": ("", ""), "seats": seats}
        )  # fmt: skip
        with engine.begin() as connection:
            keep_waiting(connection, [self._record(event, since.isoformat())] * 2)

    def say(self, option: str, actor: str = "maria", **more: Any) -> None:
        given = {"session_id": self.session_id, "game_id": "g001", "turn": 1, "seat": 0, "option": option}
        event = AnswerTurn.model_validate({**given, "actor": actor, "command_id": str(uuid4()), **more})
        with self.engine.begin() as connection:
            keep_answers(connection, [self._record(event, "2026-11-21T10:00:00Z")])

    def outcome(self) -> Any:
        request = Request(self.session_id, GameId("g001"), 0, AgentId("maria"), self.config, round_of("", ""))
        try:
            return asyncio.run(self.adapter.answer(request))
        except (NoAnswer, NotYet) as reason:
            return reason

    @staticmethod
    def _record(event: Any, time: str) -> Record:
        return Record(event=event, id=EventId(event.id), source="/t", time=time, correlation=event.session_id)


def test_it_waits_until_somebody_answers_and_the_first_answer_counts(engine: Engine, database_url: str) -> None:
    seat = Seat(engine, database_url)
    assert isinstance(waiting := seat.outcome(), NotYet) and 0 < waiting.wait_s <= 15
    seat.say("D", reasoning="so", confidence=0.5)
    assert seat.outcome() == Answer(option="D", reasoning="so", confidence=0.5)
    with pytest.raises(InvalidRecord, match="answered already"):
        seat.say("C")
    assert seat.outcome().option == "D"


def test_what_does_not_count_is_refused_in_words(engine: Engine, database_url: str) -> None:
    seat = Seat(engine, database_url, who="maria")
    with pytest.raises(InvalidRecord, match="waits for 'maria', not for 'eve'"):
        seat.say("D", actor="eve")
    with pytest.raises(InvalidRecord, match="'E' is not on offer; valid: C, D"):
        seat.say("E")
    with pytest.raises(InvalidRecord, match="waits for no person"):
        seat.say("C", turn=2)
    assert isinstance(seat.outcome(), NotYet)


def test_a_person_reads_what_its_seat_alone_sees_and_speaks_with_its_choice(engine: Engine, database_url: str) -> None:
    view = {"stage": "accuse", "round": 1, "rounds": 2, "order": [0], "contenders": [], "book": []}
    seat = Seat(engine, database_url, own={"text": "You are player 0.", "options": GAME[:1], "view": view})
    with engine.connect() as connection:
        row = SimpleNamespace(**session_row(connection, seat.session_id))
        assert [each["id"] for each in row.body["options"]] == ["C"], "not what others may do"
        assert row.body["text"] == "Choose.\nYou are player 0." and row.body["view"]["stage"] == "accuse"
    with pytest.raises(InvalidRecord, match="valid: C"):
        seat.say("D")
    seat.say("C", speech={"aloud": "I saw it.", "cites": ["e1"], "whispers": [{"to": "bob", "text": "you too"}]})
    said = seat.outcome().speech
    assert (said.aloud, said.cites, said.whispers[0].text) == ("I saw it.", ("e1",), "you too")


def session_row(connection: Any, session_id: SessionId) -> dict[str, Any]:
    row = connection.execute(select(seats_waiting).where(seats_waiting.c.session_id == session_id)).mappings().one()
    return dict(row)


def test_the_deadline_is_the_seats_own(engine: Engine, database_url: str) -> None:
    late = Seat(engine, database_url, age_s=61, deadline_s=60).outcome()
    assert isinstance(late, NoAnswer) and late.outcome == "timed-out"
    assert isinstance(Seat(engine, database_url, age_s=61, deadline_s=62.5).outcome(), NotYet)
