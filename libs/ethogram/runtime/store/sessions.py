"""Sessions: one row each, moved on by what the director tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, func, update
from sqlalchemy.dialects.postgresql import insert

from ethogram.events import (
    Event,
    SessionAdmitted,
    SessionCompleted,
    SessionFailed,
    SessionFinished,
    SessionPaused,
    SessionRejected,
    SessionResumed,
    TurnResolved,
)
from ethogram.events.envelope import Record
from ethogram.runtime.store.tables import sessions

LIVE = ("running", "paused")
"""States that a session can still leave."""


def keep_course(connection: Connection, records: Sequence[Record]) -> None:
    """Move sessions on. One function for all these events: a batch gives them in order, and the order matters."""
    for record in records:
        say = STATEMENTS.get(type(record.event))
        if say:
            connection.execute(say(record, record.event))
    counts = _turns(records)
    if counts:
        connection.execute(COUNT, [{"of": session, "number": number} for session, number in counts.items()])


COUNT = (
    update(sessions)
    .where(sessions.c.session_id == bindparam("of"))
    .values(resolved_turns=func.greatest(sessions.c.resolved_turns, bindparam("number")))
)
"""The highest number seen, so that a turn counts once however often it comes."""


def _turns(records: Sequence[Record]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for record in records:
        event = record.event
        if isinstance(event, TurnResolved):
            counts[event.session_id] = max(event.number, counts.get(event.session_id, 0))
    return counts


def _admitted(record: Record, event: SessionAdmitted) -> Executable:
    alone = event.scenarios.count * len(event.agents) if event.scenarios else 0
    recorded = event.recording.choices if event.recording else 0
    row = {
        "session_id": event.session_id,
        "name": event.name,
        "state": "running",
        "mode": event.mode,
        "seed": event.seed,
        "training": event.model_dump(mode="json", exclude_none=True),
        "reason": None,
        "planned_turns": alone + recorded + sum(rules.rounds for rules in event.games),
        "started_at": _time(record),
        "finished_at": None,
    }
    fresh = insert(sessions).values(row)
    # A row is there already if the same id was refused before, or if the event comes again.
    return fresh.on_conflict_do_update(
        index_elements=["session_id"], set_=dict(row), where=sessions.c.state == "rejected"
    )


def _rejected(record: Record, event: SessionRejected) -> Executable:
    time = _time(record)
    row = {"session_id": event.session_id, "name": "", "state": "rejected", "reason": event.reason}
    return insert(sessions).values(**row, started_at=time, finished_at=time).on_conflict_do_nothing()


def _paused(record: Record, event: SessionPaused) -> Executable:
    return _moved(event, ("running",), state="paused", reason=event.reason or None)


def _resumed(record: Record, event: SessionResumed) -> Executable:
    return _moved(event, ("paused",), state="running", reason=None)


def _finished(record: Record, event: SessionFinished) -> Executable:
    """Play is over. Cancelled shows at once; a session that was played to its end runs on until it is judged."""
    if event.cancelled:
        return _moved(event, LIVE, state="cancelled", reason=event.reason, finished_at=_time(record))
    return _moved(event, LIVE, state="running")


def _completed(record: Record, event: SessionCompleted) -> Executable:
    if event.cancelled:
        return _moved(event, ("cancelled",), finished_at=_time(record))
    return _moved(event, LIVE, state="completed", finished_at=_time(record))


def _failed(record: Record, event: SessionFailed) -> Executable:
    return _moved(event, LIVE, state="failed", reason=event.reason, finished_at=_time(record))


def _moved(event: Event, before: Sequence[str], **values: Any) -> Executable:
    return (
        update(sessions).where(sessions.c.session_id == event.session_id, sessions.c.state.in_(before)).values(**values)
    )


def _time(record: Record) -> datetime:
    return datetime.fromisoformat(record.time)


STATEMENTS: Mapping[type[Event], Callable[[Record, Any], Executable]] = {
    SessionAdmitted: _admitted,
    SessionRejected: _rejected,
    SessionPaused: _paused,
    SessionResumed: _resumed,
    SessionFinished: _finished,
    SessionCompleted: _completed,
    SessionFailed: _failed,
}
"""What each event does to the row."""

PROJECTED: tuple[type[Event], ...] = (*STATEMENTS, TurnResolved)
"""Events that this projection follows."""
