"""The chat of a session on the command line: say something, read what was said."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ethogram.cli.options import Actor, AsJson, Session
from ethogram.cli.output import console, safe, show_json
from ethogram.cli.reach import connection, session_named
from ethogram.cli.steering import PANEL, intervene


def register(app: typer.Typer) -> None:
    """Add the command of this room."""
    app.command(rich_help_panel=PANEL)(chat)


def chat(
    session: Session,
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]", help="What to say; without it what was said.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="An agent: it is told with its next turn.")] = None,
    after: Annotated[int, typer.Option("--after", min=0, help="Show what was said after this number.")] = 0,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Speak in the chat of a session, or read it.

    An agent that is spoken to answers with the reasons of its next turn.
    """
    from ethogram.events import SayInChat

    if text is not None:
        intervene(SayInChat, session, "", actor, as_json, **({"text": text} | ({"to": to} if to else {})))
        return
    found = _said(session, after)
    if as_json:
        show_json(found)
        return
    for entry in found:
        to_whom = f" to {entry['to']}" if entry.get("to") else ""
        console().print(safe(f"{entry['number']}  {entry['who']}{to_whom}: {entry['text']}"))
    if not found:
        console().print("nothing was said")


def _said(session: str, after: int) -> list[dict[str, Any]]:
    from ethogram.runtime.store.chat import entries

    found: list[dict[str, Any]] = []
    with connection() as opened:
        session_id = session_named(session)
        while page := entries(opened, session_id, found[-1]["number"] if found else after):
            found += page
    return found
