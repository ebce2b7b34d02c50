"""Dead letters: records that a service could not process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ethogram.cli.failures import ExitCode
from ethogram.cli.options import AsJson, Limit
from ethogram.cli.output import console, safe, short, show_json, table
from ethogram.cli.reach import database, reachable, session_named

if TYPE_CHECKING:
    from ethogram.runtime.store.dead_letters import DeadLetter

dlq = typer.Typer(help="Dead letters: records that a service could not process.", no_args_is_help=True)
Ids = Annotated[list[int] | None, typer.Argument(metavar="ID...", help="Numbers from `ethogram dlq list`.")]
SHOWN_BYTES = 4_000
"""Of a value; all of it stands on ethogram.dead-letters.v1."""


@dlq.command("list")
def list_letters(
    service: Annotated[str | None, typer.Option(help="Only of this service.")] = None,
    session: Annotated[str | None, typer.Option(help="Only of this session.")] = None,
    status: Annotated[str | None, typer.Option(help="Only new, redriven or discarded ones.")] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List dead letters, newest first."""
    from ethogram.runtime.dead_letters import listed

    settings = reachable()
    session_id = session_named(session, settings) if session else None
    with database(settings) as engine:
        found = listed(engine, service=service, session_id=session_id, status=status, limit=limit)
    if as_json:
        show_json([_letter(letter) for letter in found])
        return
    rows = table("", "id>", "service", "from", "session", "stage", "what is wrong", "status")
    for letter in found:
        place = (
            f"{letter.position.topic.removeprefix('ethogram.')} {letter.position.partition}/{letter.position.offset}"
        )
        rows.add_row(str(letter.id), letter.service, safe(place), safe(short(letter.session_id or "–")), letter.stage,
                     safe(f"{letter.code}: {letter.message}"), letter.status)  # fmt: skip
    console().print(rows if found else "no dead letters")


@dlq.command("show")
def show_letter(
    letter_id: Annotated[int, typer.Argument(metavar="ID", help="Number from `ethogram dlq list`.")],
    as_json: AsJson = False,
) -> None:
    """Everything about one dead letter: origin, error, headers, original bytes."""
    from ethogram.runtime.dead_letters import show

    with database() as engine:
        letter = _letter(show(engine, letter_id), whole=True)
    if as_json:
        show_json(letter)
        return
    rows = table(f"Dead letter {letter_id}", "", "")
    for name, value in letter.items():
        text = "\n".join(f"{key}: {item}" for key, item in value.items()) if isinstance(value, dict) else value
        rows.add_row(safe(name, "dim"), safe(text))
    console().print(rows)


@dlq.command("redrive")
def redrive_letters(
    letter_ids: Ids = None,
    every: Annotated[bool, typer.Option("--all", help="All that are new.")] = False,
    as_json: AsJson = False,
) -> None:
    """Send dead letters back to the service that refused them, each at most three times; the cause should be gone."""
    from dataclasses import asdict

    from ethogram.runtime.dead_letters import listed, redrive

    if bool(letter_ids) == every:
        raise typer.BadParameter("give numbers of dead letters, or --all")
    settings = reachable()
    with database(settings) as engine:
        wanted = letter_ids or [letter.id for letter in listed(engine, status="new", limit=10_000)]
        done = redrive(engine, settings.kafka_bootstrap_servers, wanted)
    if as_json:
        show_json({**asdict(done), "refused": {str(name): why for name, why in done.refused.items()}})
    else:
        screen = console()
        screen.print(
            f"sent back {len(done.sent)}, tasks opened again {len(done.reopened)}, refused {len(done.refused)}"
        )
        for name, why in done.refused.items():
            screen.print(safe(f"{name}: {why}", "yellow"))
    if done.refused:
        raise typer.Exit(ExitCode.FAILED)


def _letter(letter: DeadLetter, *, whole: bool = False) -> dict[str, Any]:
    position = letter.position
    shown = {
        "id": letter.id, "service": letter.service, "topic": position.topic, "partition": position.partition,
        "offset": position.offset, "session_id": letter.session_id, "event_id": letter.event_id, "stage": letter.stage,
        "code": letter.code, "message": letter.message, "foreseen": letter.foreseen, "attempts": letter.attempts,
        "status": letter.status, "redrives": letter.redrives, "created_at": letter.created_at,
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
