"""Seats that wait for a person: what is asked, and what was answered first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, select, update

from ethogram.events import AnswerTurn, EventId, InvalidRecord, ScenarioPresented, Seat, derive
from ethogram.events.envelope import Record
from ethogram.runtime.store import tasks
from ethogram.runtime.store.rows import insert_new
from ethogram.runtime.store.tables import decisions, seats_waiting, sessions

HUMAN = "human"
"""Adapter whose seats wait here."""
RUNNER = "agent-runner"
DEADLINE_S = 86_400.0
LIVE = ("running", "paused")
ANSWERED = {"option", "confidence", "reasoning", "claims", "speech"}
"""What of a command is the answer itself."""


class Asked(NamedTuple):
    """Where a question stands."""

    until: datetime
    answer: dict[str, Any] | None


def keep_waiting(connection: Connection, records: Sequence[Record]) -> None:
    """Enter the seats of presented turns that a person sits on."""
    rows = [
        _row(record, record.event, number)
        for record in records
        if isinstance(record.event, ScenarioPresented)
        for number, seat in enumerate(record.event.seats)
        if seat.adapter == HUMAN
    ]
    insert_new(connection, seats_waiting, rows)


def keep_answers(connection: Connection, records: Sequence[Record]) -> None:
    """Enter answers, the first per seat; InvalidRecord says why one does not count."""
    for record in records:
        if isinstance(record.event, AnswerTurn):
            _keep_answer(connection, record.event)


def question(connection: Connection, session_id: str, game_id: str, turn: int, seat: int) -> Asked:
    """Where the question to a seat stands."""
    key = seats_waiting.c.presented_id == _presented(session_id, game_id, turn), seats_waiting.c.seat == seat
    row = connection.execute(select(seats_waiting.c.until, seats_waiting.c.answer).where(*key)).one()
    return Asked(row.until, row.answer)


def waiting_seats(connection: Connection, session_id: str | None = None) -> list[dict[str, Any]]:
    """Questions that still wait, the oldest first."""
    here = seats_waiting.c
    query = (
        select(seats_waiting)
        .join(sessions, and_(sessions.c.session_id == here.session_id, sessions.c.state.in_(LIVE)))
        .outerjoin(decisions, and_(
            decisions.c.session_id == here.session_id, decisions.c.game_id == here.game_id,
            decisions.c.turn == here.turn, decisions.c.seat == here.seat,
        ))
        .where(decisions.c.event_id.is_(None), here.answer.is_(None), here.until > func.now())
        .order_by(here.until, here.presented_id, here.seat)
    )  # fmt: skip
    if session_id is not None:
        query = query.where(here.session_id == session_id)
    return [{str(key): value for key, value in row.items()} for row in connection.execute(query).mappings()]


def _keep_answer(connection: Connection, event: AnswerTurn) -> None:
    where = f"game {event.game_id!r}, turn {event.turn}, seat {event.seat} of session {event.session_id}"
    key = (
        seats_waiting.c.presented_id == _presented(event.session_id, event.game_id, event.turn),
        seats_waiting.c.seat == event.seat,
    )
    row = connection.execute(select(seats_waiting).where(*key).with_for_update()).one_or_none()
    if row is None:
        raise InvalidRecord("not-asked", f"{where} waits for no person")
    if row.who is not None and row.who != event.actor:
        raise InvalidRecord("not-yours", f"{where} waits for {row.who!r}, not for {event.actor!r}")
    valid = [option["id"] for option in row.body["options"]]
    if event.option not in valid:
        raise InvalidRecord("option", f"{where}: option {event.option!r} is not on offer; valid: {', '.join(valid)}")
    if row.answer is not None and row.command_id != event.command_id:
        raise InvalidRecord("answered", f"{where} was answered already")
    said = event.model_dump(mode="json", include=ANSWERED, exclude_none=True)
    connection.execute(update(seats_waiting).where(*key).values(answer=said, command_id=event.command_id))
    tasks.hasten(connection, RUNNER, [(row.presented_id, str(event.seat))])


def _row(record: Record, event: ScenarioPresented, number: int) -> dict[str, Any]:
    seat = event.seats[number]
    deadline_s = seat.config.get("deadline_s", DEADLINE_S)
    since = datetime.fromisoformat(record.time)
    return {
        "presented_id": record.id, "seat": seat.seat, "session_id": event.session_id, "game_id": event.game_id,
        "turn": event.turn, "agent_id": seat.agent_id, "who": seat.config.get("who"), "body": _shown(event, seat),
        "until": since + timedelta(seconds=float(deadline_s) if isinstance(deadline_s, int | float) else DEADLINE_S),
    }  # fmt: skip


def _shown(event: ScenarioPresented, seat: Seat) -> dict[str, Any]:
    """The turn as this seat alone sees it."""
    common = event.model_dump(mode="json", exclude_none=True, exclude={"seats", "messages"})
    own = seat.model_dump(mode="json", exclude_none=True, include={"options", "history", "view"})
    return {**common, **own, "text": f"{event.text}\n{seat.text}" if seat.text else event.text}


def _presented(session_id: str, game_id: str, turn: int) -> EventId:
    return EventId(derive(ScenarioPresented.IDS, session_id, game_id, turn))
