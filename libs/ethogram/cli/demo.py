"""The demo: everything once, from nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ethogram.cli.output import console, safe, short

if TYPE_CHECKING:
    from ethogram.runtime.settings import Settings

QUICKSTART = Path("examples/training/quickstart.yaml")
File = Annotated[Path, typer.Argument(metavar="[FILE]", help="A training file.", show_default=True)]


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command(rich_help_panel="Stack")(demo)


def demo(file: File = QUICKSTART) -> None:
    """Bring the stack up, play a training live, show what was found out about every agent.

    A stack that runs is used; one that is started here goes on afterwards (`ethogram down` ends it).
    """
    from ethogram.cli.ethogram_view import report_view
    from ethogram.cli.stack import bring_up
    from ethogram.cli.training import command_from, fail_unless_played, play
    from ethogram.devserver import connected
    from ethogram.runtime.settings import load

    command = command_from(file)
    settings = load()
    stack = bring_up(settings)
    try:
        reached = connected(settings)
        scene = play([command], reached)
        fail_unless_played(scene)
        report = _report(reached, scene.session_id)
        screen = console()
        screen.print(report_view(report))
        screen.print(_pointers(reached, scene.session_id, _written(reached, report)))
        stack.keep()
    finally:
        stack.stop()


def _report(settings: Settings, session_id: str) -> dict[str, Any]:
    from ethogram.cli.reach import connection
    from ethogram.runtime.store.reports import session_report

    with connection(settings) as opened:
        return session_report(opened, session_id)


def _written(settings: Settings, report: dict[str, Any]) -> Path:
    import orjson

    path = settings.home / "reports" / f"{report['session_id']}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    return path


def _pointers(settings: Settings, session_id: str, path: Path) -> Any:
    from rich.table import Table

    page = f"http://{settings.api_host}:{settings.api_port}/#/session/{session_id}"
    name, servers = short(session_id), settings.kafka_bootstrap_servers
    grid = Table.grid(padding=(0, 2))
    for what, how in (
        ("live page", page),
        ("report", str(path)),
        ("", ""),
        ("try next", f"ethogram report {name}"),
        ("prove it", f"ethogram replay {name} --verify"),
        ("read the bus", f"kcat -b {servers} -C -t ethogram.turn.resolved.v1 -o beginning -e"),
        ("your own agent", 'see README.md, "Your first own agent"'),
        ("end the stack", "ethogram down"),
    ):
        grid.add_row(safe(what, "dim"), safe(how))
    return grid
