"""Rows of records that were set aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.postgresql import insert

from ethogram.events.envelope import Headers, Position
from ethogram.runtime.store.outbox import optional_bytes, pack_headers, unpack_headers
from ethogram.runtime.store.tables import dead_letters

WORDS = 2_000
"""Characters of a message that are kept."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One record that one service could not process."""

    service: str
    position: Position
    session_id: str | None
    event_id: str | None
    key: bytes | None
    value: bytes | None
    headers: Headers
    stage: str
    """decode, sequence, decide, perform or project."""
    code: str
    message: str
    foreseen: bool
    attempts: int = 1
    redrives: int = 0
    status: str = "new"
    """new, redriven or discarded."""
    id: int = 0
    created_at: str = ""
    reason: str | None = None
    """Why it was discarded."""


def add(connection: Connection, letters: Sequence[DeadLetter]) -> set[Position]:
    """Enter dead letters; the positions of those that were not there yet."""
    if not letters:
        return set()
    place = (dead_letters.c.topic, dead_letters.c.partition, dead_letters.c.offset)
    statement = insert(dead_letters).on_conflict_do_nothing().returning(*place)
    rows = connection.execute(statement, [_row(letter) for letter in letters])
    return {Position(*row) for row in rows}


def find(
    connection: Connection, *, service: str | None = None, session_id: str | None = None, status: str | None = None,
    code: str | None = None, limit: int = 100,
) -> list[DeadLetter]:  # fmt: skip
    """The latest dead letters, newest first."""
    query = select(dead_letters).order_by(dead_letters.c.id.desc()).limit(limit)
    asked = (("service", service), ("session_id", session_id), ("status", status), ("code", code))
    for column, wanted in asked:
        if wanted is not None:
            query = query.where(dead_letters.c[column] == wanted)
    return [_letter(row) for row in connection.execute(query).mappings()]


def listed(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """The newest dead letters as plain values, without their bytes."""
    kept = [column for column in dead_letters.c if column.name not in ("key", "value", "headers")]
    query = select(*kept).order_by(dead_letters.c.id.desc()).limit(limit)
    return [{str(key): value for key, value in row.items()} for row in connection.execute(query).mappings()]


def get(connection: Connection, letter_id: int, *, lock: bool = False) -> DeadLetter | None:
    """One dead letter."""
    query = select(dead_letters).where(dead_letters.c.id == letter_id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    return _letter(row) if row else None


def mark_redriven(connection: Connection, letter: DeadLetter) -> None:
    """Count one more redrive."""
    connection.execute(
        update(dead_letters)
        .where(dead_letters.c.id == letter.id)
        .values(status="redriven", redrives=letter.redrives + 1)
    )


def mark_discarded(connection: Connection, letter_id: int, reason: str) -> bool:
    """Set a dead letter aside for good; False if there is none or it was discarded before."""
    statement = (
        update(dead_letters)
        .where(dead_letters.c.id == letter_id, dead_letters.c.status != "discarded")
        .values(status="discarded", reason=storable(reason))
    )
    return connection.execute(statement).rowcount == 1


def alike(connection: Connection, letter: DeadLetter) -> int:
    """Dead letters of the same service and code."""
    query = select(func.count()).where(dead_letters.c.service == letter.service, dead_letters.c.code == letter.code)
    return int(connection.execute(query).scalar_one())


def storable(text: str, limit: int = WORDS) -> str:
    """`text` as PostgreSQL and JSON can keep it: without NUL or lone surrogates, and not too long."""
    shown = text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


def _row(letter: DeadLetter) -> dict[str, Any]:
    return {
        "service": letter.service, "topic": letter.position.topic, "partition": letter.position.partition,
        "offset": letter.position.offset, "session_id": letter.session_id, "event_id": letter.event_id,
        "key": letter.key, "value": letter.value, "headers": pack_headers(letter.headers), "stage": letter.stage,
        "code": letter.code, "message": storable(letter.message), "foreseen": letter.foreseen,
        "attempts": letter.attempts, "redrives": letter.redrives,
    }  # fmt: skip


def _letter(row: Any) -> DeadLetter:
    return DeadLetter(
        id=row["id"], service=row["service"], position=Position(row["topic"], row["partition"], row["offset"]),
        session_id=row["session_id"], event_id=row["event_id"], key=optional_bytes(row["key"]),
        value=optional_bytes(row["value"]), headers=unpack_headers(row["headers"]), stage=row["stage"],
        code=row["code"], message=row["message"], foreseen=row["foreseen"], attempts=row["attempts"],
        redrives=row["redrives"], status=row["status"], created_at=row["created_at"].isoformat(),
        reason=row["reason"],
    )  # fmt: skip
