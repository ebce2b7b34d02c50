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
    from ethogram.events import AnswerTurn
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
    aloud: Annotated[str, typer.Option("--aloud", help="In the arena: say this to all.")] = "",
    whisper: Annotated[
        list[str] | None, typer.Option("--whisper", metavar="AGENT:TEXT", help="In the arena: tell one agent alone.")
    ] = None,
    work: Annotated[str, typer.Option("--work", help="In the arena: the contribution in words.")] = "",
    cite: Annotated[
        list[str] | None, typer.Option("--cite", metavar="EVENT", help="In the arena: an event that shows it.")
    ] = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Sit on a human seat: answer what the session asks, turn by turn, until it ends.

    With --option one question is answered and the command ends; with --json and without --option they are listed.
    """
    settings = reachable()
    session_id = session_named(session, settings)
    who = actor or getpass.getuser()
    speech = _speech(aloud, whisper or [], work, cite or [])
    if speech and option is None:
        raise CommandFailed(ExitCode.USAGE, "say with which --option the words go")
    if option is not None:
        told = _answer(_oldest(session_id, seat, settings), option, who, settings, reasoning, speech)
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
            _answer(rows[0], chosen, who, settings, speech=_spoken(rows[0]))
    console().print(safe("the session has ended", "dim"))


def _spoken(row: Row) -> Row | None:
    """What the person says with a choice in the arena; nothing elsewhere."""
    if "view" not in row["body"]:
        return None
    aloud = typer.prompt("said aloud, to all (may stay empty)", default="", show_default=False)
    cites: list[str] = []
    if row["body"]["view"]["stage"] == "accuse":
        told = typer.prompt("events that you cite (none: all that you saw)", default="", show_default=False)
        cites = told.replace(",", " ").split()
    return _speech(aloud, [], "", cites)


def _speech(aloud: str, whispers: list[str], work: str, cites: list[str]) -> Row | None:
    """Words in the form of an answer, nothing where there are none."""
    for each in whispers:
        if not all(each.partition(":")[::2]):
            raise CommandFailed(ExitCode.USAGE, f"--whisper {each!r} lacks its agent or words; write AGENT:TEXT")
    parted = [dict(zip(("to", "text"), each.split(":", 1), strict=True)) for each in whispers]
    said = {"aloud": aloud, "whispers": parted, "work": work, "cites": cites}
    return said if any(said.values()) else None


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


def _answer(
    row: Row, option: str, who: str, settings: Settings, reasoning: str | None = None, speech: Row | None = None
) -> Row:
    """Publish an answer and wait for the decision that comes of it."""
    from ethogram.client import new_command_id, publish

    offered = [one["id"] for one in row["body"]["options"]]
    if option not in offered:
        raise CommandFailed(ExitCode.USAGE, f"option {option!r} is not on offer; valid: {', '.join(offered)}")
    if row["who"] not in (None, who):
        raise CommandFailed(ExitCode.USAGE, f"the seat waits for {row['who']!r}; say --actor if that is you")
    if speech and "view" not in row["body"]:
        raise CommandFailed(ExitCode.USAGE, "words are heard in the arena alone; elsewhere there is --reasoning")
    where = {key: row[key] for key in ("session_id", "game_id", "turn", "seat")}
    said = {"option": option, "reasoning": reasoning, "speech": speech, "actor": who, "command_id": new_command_id()}
    publish(_command({**where, **said}), settings.kafka_bootstrap_servers)
    return _decided(where, settings)


def _command(said: Row) -> AnswerTurn:
    from pydantic import ValidationError

    from ethogram.events import AnswerTurn
    from ethogram.events.explanation import explain

    try:
        return AnswerTurn.model_validate(said)
    except ValidationError as error:
        raise CommandFailed(ExitCode.USAGE, explain(error, AnswerTurn)) from None


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
