"""Look at sessions: list, watch, report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ethogram.cli.options import AsJson, Limit, Session
from ethogram.cli.output import console, safe, short, show_json, table
from ethogram.cli.reach import connection, reachable, session_named
from ethogram.cli.training import PANEL, watch_from_beginning


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    for command in (sessions, watch, report):
        app.command(rich_help_panel=PANEL)(command)


def sessions(as_json: AsJson = False, limit: Limit = 20) -> None:
    """List sessions, newest first."""
    from ethogram.cli.ethogram_view import state_text
    from ethogram.runtime.store.reports import list_sessions

    with connection() as opened:
        found = list_sessions(opened, limit)
    if as_json:
        show_json(found)
        return
    rows = table("", "session", "name", "state", "turns>", "started")
    for each in found:
        turns = f"{each['resolved_turns']}/{each['planned_turns'] or '?'}"
        rows.add_row(
            short(each["session_id"]), safe(each["name"]), state_text(each["state"]), turns, safe(each["started_at"])
        )
    console().print(rows if found else "no session yet; start one: ethogram start examples/training/quickstart.yaml")


def watch(session: Session = "latest", as_json: AsJson = False) -> None:
    """Watch a session live until it has ended. With --json: every record of it, one per line."""
    settings = reachable()
    session_id = session_named(session, settings)
    scene = watch_from_beginning(session_id, settings, as_lines=as_json)
    if not as_json:
        console().print(safe(f"{scene.state}: ethogram report {short(session_id)}"))


def report(
    session: Session = "latest",
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write it as one page; - prints it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the ethogram of every agent of a session, the verdicts, the scores, the champion.

    `ethogram report latest --html report.html` writes them with plots, evidence and method into one file.
    """
    from ethogram.cli.ethogram_view import report_view
    from ethogram.cli.exporting import write_page
    from ethogram.runtime.store.reports import find_session, session_report

    with connection() as opened:
        found = session_report(opened, find_session(opened, session))
        size = write_page(opened, found, html) if html else None
    if size is not None:
        if str(html) != "-":
            _say_written(html, size, as_json)
    elif as_json:
        show_json(found)
    else:
        console().print(report_view(found))


def _say_written(target: Path | None, size: int, as_json: bool) -> None:
    if as_json:
        show_json({"path": str(target), "bytes": size})
    else:
        console().print(safe(f"{target}: {size / 1000:.0f} kB; open it in any browser"))
