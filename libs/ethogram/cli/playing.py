"""Take a seat: see what a session asks of people, and answer."""

from __future__ import annotations

import getpass
import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ethogram.cli.failures import CommandFailed, ExitCode
from ethogram.cli.options import Actor, AsJson, Session
from ethogram.cli.output import console, safe, show_json, table
from ethogram.cli.reach import connection, reachable, session_named

if TYPE_CHECKING:
    from ethogram.runtime.settings import Settings

PANEL = "Sessions"
LOOK_EVERY_S = 0.3
WAIT_S = 20.0
"""How long an answer may take to become a decision."""

Row = dict[str, Any]


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command(rich_help_panel=PANEL)(play)


def play(
    session: Session,
    seat: Annotated[str | None, typer.Option("--seat", metavar="AGENT", help="Whose seat; without it any.")] = None,
    option: Annotated[str | None, typer.Option("--option", help="Answer the oldest question with this option.")] = None,
    reasoning: Annotated[str | None, typer.Option("--reasoning", help="Why; it is judged as words only.")] = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Sit on a human seat: answer what the session asks, turn by turn, until it ends.

    With --option one question is answered and the command ends; with --json and without --option they are listed.
    """
    settings = reachable()
    session_id = session_named(session, settings)
    who = actor or getpass.getuser()
    if option is not None:
        told = _answer(_oldest(session_id, seat, settings), option, reasoning, who, settings)
        show_json(told) if as_json else console().print(safe(f"decided: {told['outcome']} {told['option'] or ''}"))
    elif as_json or not sys.stdin.isatty():
        _list(_open(session_id, seat, settings), as_json)
    else:
        _sit(session_id, seat, who, settings)


def _open(session_id: str, seat: str | None, settings: Settings) -> list[Row]:
    from ethogram.runtime.store.seats import waiting_seats

    with connection(settings) as opened:
        return [row for row in waiting_seats(opened, session_id) if seat in (None, row["agent_id"])]


def _oldest(session_id: str, seat: str | None, settings: Settings) -> Row:
    rows = _open(session_id, seat, settings)
    if not rows:
        raise CommandFailed(ExitCode.USAGE, "nothing waits for a person there; look: ethogram play SESSION --json")
    return rows[0]


def _list(rows: list[Row], as_json: bool) -> None:
    if as_json:
        show_json({"waiting": rows})
        return
    shown = table("Waiting for people", "seat", "game", "turn>", "options", "until")
    for row in rows:
        options = ", ".join(option["id"] for option in row["body"]["options"])
        shown.add_row(*map(safe, (row["agent_id"], row["game_id"], row["turn"], options, row["until"])))
    console().print(shown)


def _sit(session_id: str, seat: str | None, who: str, settings: Settings) -> None:
    """Ask for one turn after the other."""
    while not _ended(session_id, settings):
        rows = _open(session_id, seat, settings)
        if not rows:
            time.sleep(LOOK_EVERY_S)
            continue
        _show(rows[0])
        offered = [option["id"] for option in rows[0]["body"]["options"]]
        chosen = typer.prompt(f"{rows[0]['agent_id']}, your choice ({', '.join(offered)})")
        if chosen in offered:
            _answer(rows[0], chosen, None, who, settings)
    console().print(safe("the session has ended", "dim"))


def _show(row: Row) -> None:
    body, screen = row["body"], console()
    screen.print(safe(f"\n{row['game_id']}, turn {row['turn']}; until {row['until']}", "bold"))
    screen.print(safe(body["text"]))
    if body.get("history"):
        screen.print(safe("so far: " + " / ".join(actions or "nothing" for actions in body["history"]), "dim"))
    for option in body["options"]:
        screen.print(safe(f"  {option['id']}: {option['text']}"))


def _ended(session_id: str, settings: Settings) -> bool:
    from ethogram.runtime.store.reports import ENDED, session_progress

    with connection(settings) as opened:
        return session_progress(opened, session_id)["state"] in ENDED


def _answer(row: Row, option: str, reasoning: str | None, who: str, settings: Settings) -> Row:
    """Publish an answer and wait for the decision that comes of it."""
    from ethogram.client import new_command_id, publish
    from ethogram.events import AnswerTurn

    offered = [one["id"] for one in row["body"]["options"]]
    if option not in offered:
        raise CommandFailed(ExitCode.USAGE, f"option {option!r} is not on offer; valid: {', '.join(offered)}")
    if row["who"] not in (None, who):
        raise CommandFailed(ExitCode.USAGE, f"the seat waits for {row['who']!r}; say --actor if that is you")
    where = {key: row[key] for key in ("session_id", "game_id", "turn", "seat")}
    said = {"option": option, "reasoning": reasoning, "actor": who, "command_id": new_command_id()}
    publish(AnswerTurn.model_validate({**where, **said}), settings.kafka_bootstrap_servers)
    return _decided(where, settings)


def _decided(where: Row, settings: Settings) -> Row:
    from ethogram.runtime.store.decisions import find_decision

    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        with connection(settings) as opened:
            found = find_decision(opened, **where)
        if found is not None:
            return found
        time.sleep(LOOK_EVERY_S)
    raise CommandFailed(ExitCode.FAILED, f"no decision came of it within {WAIT_S:g} s; why: ethogram dlq list")
