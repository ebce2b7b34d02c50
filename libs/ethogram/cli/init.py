"""A project of one's own: an agent, a scenario, a training file, settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ethogram.cli.failures import CommandFailed, ExitCode
from ethogram.cli.options import AsJson
from ethogram.cli.output import console, safe, show_json

SCAFFOLD = Path(__file__).parent / "scaffold" / "project"
HIDDEN = {"env": ".env", "gitignore": ".gitignore"}
"""Files that begin with a dot in a project, but not where they are kept."""


def register(app: typer.Typer) -> None:
    """Add the command of this room."""
    app.command(rich_help_panel="About")(init)


def init(
    folder: Annotated[Path, typer.Argument(metavar="[FOLDER]", help="Where; made if it is not there.")] = Path(),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be written.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a project that runs at once, offline: an agent, a scenario, a training file, settings.

    A file that is there already is never overwritten: exit code 2. Example: `ethogram init first`
    """
    files = scaffold()
    present = [name for name in files if (folder / name).exists()]
    if present:
        raise CommandFailed(ExitCode.USAGE, f"{folder}: already has {', '.join(present)}; nothing was written")
    if not dry_run:
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    if as_json:
        show_json({"folder": str(folder), "files": sorted(files), "written": not dry_run})
        return
    screen = console()
    for name in sorted(files):
        screen.print(safe(f"{'would write' if dry_run else 'wrote'} {folder / name}"))
    if not dry_run:
        screen.print(safe(f"next: cd {folder}, then what README.md says", "dim"))


def scaffold() -> dict[str, str]:
    """Files of a new project, by path."""
    kept = [path for path in SCAFFOLD.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    named = {path: path.relative_to(SCAFFOLD) for path in kept}
    return {HIDDEN.get(str(name), name.as_posix()): path.read_text(encoding="utf-8") for path, name in named.items()}
