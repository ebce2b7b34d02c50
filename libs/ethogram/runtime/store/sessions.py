"""Sessions: one row each, moved on by what the director tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    bindparam,
    case,
    func,
    literal,
    not_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from ethogram.events import (
    DEFAULT_TENANT,
    AgentSwapped,
    Event,
    SessionAdmitted,
    SessionCompleted,
    SessionFailed,
    SessionFinished,
    SessionPaused,
    SessionRejected,
    SessionResumed,
    TournamentConcluded,
    TournamentPaired,
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
    matches = sum(rules.turns or rules.rounds for rules in event.games)
    row = {
        "session_id": event.session_id,
        "name": event.name,
        "state": "running",
        "mode": event.mode,
        "seed": event.seed,
        "training": event.model_dump(mode="json", exclude_none=True),
        "reason": None,
        "planned_turns": alone + recorded + matches,
        "started_at": _time(record),
        "finished_at": None,
        "tenant": event.tenant or DEFAULT_TENANT,
    }
    fresh = insert(sessions).values(row)
    # A row is there already if the same id was refused before, or if the event comes again.
    return fresh.on_conflict_do_update(
        index_elements=["session_id"], set_=dict(row), where=sessions.c.state == "rejected"
    )


def _rejected(record: Record, event: SessionRejected) -> Executable:
    time = _time(record)
    row = {
        "session_id": event.session_id, "name": "", "state": "rejected", "reason": event.reason,
        "tenant": event.tenant or DEFAULT_TENANT,
    }  # fmt: skip
    return insert(sessions).values(**row, started_at=time, finished_at=time).on_conflict_do_nothing()


def _paused(record: Record, event: SessionPaused) -> Executable:
    return _moved(event, ("running",), state="paused", reason=event.reason or None)


def _resumed(record: Record, event: SessionResumed) -> Executable:
    return _moved(event, ("paused",), state="running", reason=None)


def _finished(record: Record, event: SessionFinished) -> Executable:
    """Play is over. Cancelled shows at once; a session that was played to its end runs on until it is judged."""
    if event.cancelled:
        return _moved(event, LIVE, state="cancelled", reason=event.reason, finished_at=_time(record))
    return _moved(event, LIVE, state="running", planned_turns=event.turns)  # an arena may end sooner than it could


def _completed(record: Record, event: SessionCompleted) -> Executable:
    if event.cancelled:
        return _moved(event, ("cancelled",), finished_at=_time(record))
    return _moved(event, LIVE, state="completed", finished_at=_time(record))


def _failed(record: Record, event: SessionFailed) -> Executable:
    return _moved(event, LIVE, state="failed", reason=event.reason, finished_at=_time(record))


def _paired(record: Record, event: TournamentPaired) -> Executable:
    """More turns than were known before; the matches of the new heat join those that were admitted, once."""
    games = event.model_dump(mode="json", exclude_none=True, include={"games"})["games"]
    known = sessions.c.training["games"]
    joined = _with(games=known.op("||", return_type=JSONB)(literal(games, JSONB)))
    return (
        update(sessions)
        .where(sessions.c.session_id == event.session_id)
        .where(not_(known.contains([{"game_id": games[0]["game_id"]}])))
        .values(planned_turns=sessions.c.planned_turns + event.turns, training=joined)
    )


def _concluded(record: Record, event: TournamentConcluded) -> Executable:
    """The final standings of an entry of the games, under its number."""
    body = event.model_dump(mode="json", exclude_none=True, exclude={"session_id"})
    known = func.coalesce(sessions.c.training["tournaments"], literal({}, JSONB), type_=JSONB)
    joined = _with(tournaments=known.op("||", return_type=JSONB)(literal({str(event.entry): body}, JSONB)))
    return update(sessions).where(sessions.c.session_id == event.session_id).values(training=joined)


def _swapped(record: Record, event: AgentSwapped) -> Executable:
    """How an agent is reached now; how it was before stands under `swaps`, once per command."""
    told = event.model_dump(mode="json", exclude_none=True, exclude={"session_id"})
    spec = func.jsonb_array_elements(sessions.c.training["agents"], type_=JSONB).table_valued("value").alias("spec")
    value = type_coerce(spec.c.value, JSONB)
    now = case((value["id"].astext == event.agent.id, literal(told["agent"], JSONB)), else_=value)
    agents = select(func.jsonb_agg(now, type_=JSONB)).select_from(spec).correlate(sessions).scalar_subquery()
    known = func.coalesce(sessions.c.training["swaps"], literal([], JSONB), type_=JSONB)
    joined = _with(agents=agents, swaps=known.op("||", return_type=JSONB)(literal([told], JSONB)))
    return (
        update(sessions)
        .where(sessions.c.session_id == event.session_id)
        .where(not_(known.contains([{"command_id": event.command_id}])))
        .values(training=joined)
    )


def _with(**parts: Any) -> ColumnElement[Any]:
    """The admission with some of its parts changed."""
    pairs = [one for name, value in parts.items() for one in (literal(name), value)]
    return sessions.c.training.op("||", return_type=JSONB)(func.jsonb_build_object(*pairs, type_=JSONB))


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
    AgentSwapped: _swapped,
    TournamentPaired: _paired,
    TournamentConcluded: _concluded,
}
"""What each event does to the row."""

PROJECTED: tuple[type[Event], ...] = (*STATEMENTS, TurnResolved)
"""Events that this projection follows."""
