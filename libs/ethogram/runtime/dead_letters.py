"""Dead letters for people: list them, look at one, send them back after the cause is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import sleep
from typing import Any

from sqlalchemy import Connection, Engine

from ethogram.audit import Circumstances, Triage, triage
from ethogram.events.errors import EthogramError
from ethogram.runtime.crashpoints import CrashPoint, reached
from ethogram.runtime.failures import REDRIVE_HEADER, RedriveId
from ethogram.runtime.producer import Outlet, open_outlet, relay
from ethogram.runtime.store import dead_letters as rows
from ethogram.runtime.store import outbox, tasks
from ethogram.runtime.store.dead_letters import DeadLetter
from ethogram.runtime.store.outbox import Message
from ethogram.runtime.store.tenants import REDRIVER

MAX_REDRIVES = 3
SHOWN_BYTES = 4_000
"""Of a value; all of it stands on ethogram.dead-letters.v1."""


@dataclass
class Redriven:
    """What became of the dead letters that were asked for."""

    sent: list[int] = field(default_factory=list)
    reopened: list[int] = field(default_factory=list)
    """Failed effects: their tasks are open again, nothing is sent."""
    refused: dict[int, str] = field(default_factory=dict)
    """Why not, by id."""


def listed(
    engine: Engine, *, service: str | None = None, session_id: str | None = None, status: str | None = None,
    code: str | None = None, limit: int = 100,
) -> list[DeadLetter]:  # fmt: skip
    """The latest dead letters, newest first."""
    with engine.connect() as connection:
        return rows.find(connection, service=service, session_id=session_id, status=status, code=code, limit=limit)


def show(engine: Engine, letter_id: int) -> DeadLetter:
    """One dead letter; EthogramError if there is none."""
    with engine.connect() as connection:
        letter = rows.get(connection, letter_id)
    if letter is None:
        raise EthogramError(
            "dead-letter-not-found", f"there is no dead letter {letter_id}; `ethogram dlq list` has them"
        )
    return letter


def told(letter: DeadLetter, *, whole: bool = False) -> dict[str, Any]:
    """A dead letter as plain values; `whole`: with its key, headers and the beginning of its bytes."""
    position = letter.position
    shown = {
        "id": letter.id, "service": letter.service, "topic": position.topic, "partition": position.partition,
        "offset": position.offset, "session_id": letter.session_id, "event_id": letter.event_id, "stage": letter.stage,
        "code": letter.code, "message": letter.message, "foreseen": letter.foreseen, "attempts": letter.attempts,
        "status": letter.status, "redrives": letter.redrives, "reason": letter.reason, "created_at": letter.created_at,
    }  # fmt: skip
    if not whole:
        return shown
    headers = {name: value.decode(errors="replace") for name, value in letter.headers}
    return {**shown, "key": _text(letter.key), "headers": headers, "value": _text(letter.value)}


def _text(value: bytes | None) -> str | None:
    if value is None:
        return None
    cut = f" … ({len(value)} bytes)" if len(value) > SHOWN_BYTES else ""
    return value[:SHOWN_BYTES].decode(errors="replace") + cut


Advise = Callable[[Circumstances, Triage], Triage]
"""What else somebody thinks of a dead letter, given what the rules think."""


def explained(
    engine: Engine, letters: Iterable[DeadLetter], advise: Advise = lambda about, said: said
) -> list[tuple[DeadLetter, Triage]]:
    """Dead letters with what to think of them."""
    with engine.connect() as connection:
        found = [(letter, _circumstances(connection, letter)) for letter in letters]
    return [(letter, advise(about, triage(about))) for letter, about in found]


def discard(engine: Engine, letter_ids: Iterable[int], reason: str) -> dict[int, str]:
    """Set dead letters aside for good; why not, by id, where that could not be done."""
    with engine.begin() as connection:
        return {
            letter_id: "there is none of this number, or it was discarded before"
            for letter_id in letter_ids
            if not rows.mark_discarded(connection, letter_id, reason)
        }


def redrive(engine: Engine, bootstrap: str, letter_ids: Iterable[int], *, per_second: float | None = None) -> Redriven:
    """Send dead letters to the service that refused them, with their original bytes; each at most three times.

    The record goes back to its topic with one more header; the service that it is meant for lets it in once, all
    others know it already. What waits unsent from a redrive that was interrupted goes out too. With `per_second`
    each is sent before the next is taken up.
    """
    return redrive_through(engine, open_outlet(REDRIVER, bootstrap, REDRIVER), letter_ids, per_second=per_second)


def redrive_through(
    engine: Engine, outlet: Outlet, letter_ids: Iterable[int], *, per_second: float | None = None
) -> Redriven:
    """The same, through an outlet that is open already."""
    done = Redriven()
    for letter_id in letter_ids:
        if per_second and (done.sent or done.reopened):
            relay(engine, outlet, REDRIVER)
            sleep(1 / per_second)
        with engine.begin() as connection:
            _redrive_one(connection, letter_id, done)
    reached(CrashPoint.REDRIVEN)
    relay(engine, outlet, REDRIVER)
    return done


def _redrive_one(connection: Connection, letter_id: int, done: Redriven) -> None:
    letter = rows.get(connection, letter_id, lock=True)
    refusal = _refusal(letter, letter_id)
    if letter is None or refusal:
        done.refused[letter_id] = refusal
        return
    rows.mark_redriven(connection, letter)
    if letter.stage == "perform" and letter.event_id:
        tasks.reopen(connection, letter.service, letter.event_id)
        done.reopened.append(letter_id)
        return
    outbox.add(connection, REDRIVER, [_again(letter)])
    done.sent.append(letter_id)


def _refusal(letter: DeadLetter | None, letter_id: int) -> str:
    if letter is None:
        return f"there is no dead letter {letter_id}"
    if letter.redrives >= MAX_REDRIVES:
        return f"redriven {letter.redrives} times already; at most {MAX_REDRIVES} are allowed"
    if letter.status == "discarded":
        return "it was discarded"
    return ""


def _circumstances(connection: Connection, letter: DeadLetter) -> Circumstances:
    return Circumstances(
        stage=letter.stage, code=letter.code, message=letter.message, foreseen=letter.foreseen,
        redrives=letter.redrives, alike=rows.alike(connection, letter),
    )  # fmt: skip


def _again(letter: DeadLetter) -> Message:
    number = RedriveId(letter.service, letter.id, letter.redrives + 1)
    kept = tuple(pair for pair in letter.headers if pair[0] != REDRIVE_HEADER)
    headers = (*kept, (REDRIVE_HEADER, str(number).encode()))
    return Message(letter.position.topic, letter.key, letter.value, headers)
