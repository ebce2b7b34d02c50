"""The embedded stack: up, down, status, doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ethogram.cli.failures import ExitCode
from ethogram.cli.options import AsJson
from ethogram.cli.output import console, safe, show_json, table

if TYPE_CHECKING:
    from ethogram.devserver import Stack
    from ethogram.runtime.settings import Settings

PANEL = "Stack"


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    for command in (up, down, status, doctor):
        app.command(rich_help_panel=PANEL)(command)


def up(
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="Return when it is ready; end it with `down`.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be started, and where.")] = False,
    as_json: AsJson = False,
) -> None:
    """Start Kafka, PostgreSQL and every service, or find them running.

    Without --detach it stays in the foreground and Ctrl-C ends it. Example: `ethogram up --detach`
    """
    from ethogram.runtime.settings import load

    if dry_run:
        _tell_plan(load(), as_json)
        return
    stack = bring_up(load(), quiet=as_json)
    if detach or not stack.started_here:
        stack.keep()
    known = stack.status()
    if as_json:
        show_json(known)
    else:
        console().print(
            safe(f"ready: page and API at {known['api']['url']}, Kafka at {known['kafka']['bootstrap_servers']}")
        )
    if stack.started_here:
        _stay(stack)


def down(as_json: AsJson = False) -> None:
    """End the stack; its data is kept."""
    from ethogram import devserver
    from ethogram.runtime.settings import load

    stopped = devserver.down(load())
    if as_json:
        show_json({"stopped": stopped})
    else:
        console().print("stopped; the data is kept" if stopped else "nothing was running")


def status(
    watch: Annotated[
        bool, typer.Option("--watch", help="Show it again and again, with lag, percentiles, budgets and alerts.")
    ] = False,
    every: Annotated[float, typer.Option(min=0.2, metavar="SECONDS", help="With --watch: how often.")] = 2.0,
    as_json: AsJson = False,
) -> None:
    """Say where everything is and how it is; exit code 3 if it does not run.

    Example: `ethogram status --watch` (until Ctrl-C; with --json a document a line)
    """
    from ethogram import devserver
    from ethogram.runtime.settings import load

    if watch:
        from ethogram.cli.status_view import watch_status

        watch_status(load(), every, as_json)
        return
    known = devserver.status(load())
    if as_json:
        show_json(known)
    else:
        _show_status(known)
    if known["state"] != "running":
        raise typer.Exit(ExitCode.INFRASTRUCTURE)


def doctor(as_json: AsJson = False) -> None:
    """Look for everything that can be wrong, with a fix for each; exit code 3 if something is."""
    from dataclasses import asdict

    from ethogram import devserver
    from ethogram.runtime.settings import load

    checks = devserver.doctor(load())
    if as_json:
        show_json({"ok": all(check.ok for check in checks), "checks": [asdict(check) for check in checks]})
    else:
        rows = table("", "", "check", "found", "what to do")
        for check in checks:
            mark = safe("ok", "green") if check.ok else safe("wrong", "bold red")
            rows.add_row(mark, safe(check.name), safe(check.found), safe("" if check.ok else check.fix))
        console().print(rows)
    if not all(check.ok for check in checks):
        raise typer.Exit(ExitCode.INFRASTRUCTURE)


def _tell_plan(settings: Settings, as_json: bool) -> None:
    from ethogram import devserver

    plan = {
        "would": "find it running" if devserver.status(settings)["state"] == "running" else "start it",
        "home": str(settings.home), "kafka_port": settings.kafka_port, "api_host": settings.api_host,
        "api_port": settings.api_port, "services": list(devserver.SERVICES),
    }  # fmt: skip
    if as_json:
        show_json(plan)
        return
    rows = table("", "", "")
    for name, value in plan.items():
        rows.add_row(safe(name, "dim"), safe(", ".join(value) if isinstance(value, list) else value))
    console().print(rows)


def bring_up(settings: Settings, *, quiet: bool = False) -> Stack:
    """Start the stack or find it running, telling each step; steps go to standard error, results do not."""
    from rich.console import Console

    from ethogram import devserver

    screen = Console(stderr=True, highlight=False, quiet=quiet)
    last = ""
    with screen.status("looking for a running stack") as line:

        def progress(step: str) -> None:
            nonlocal last
            line.update(safe(step))
            if step != last and not screen.is_terminal:
                screen.print(safe(step))
            last = step

        return devserver.up(settings, progress=progress)


def _stay(stack: Stack) -> None:
    code = 0
    try:
        console().print("Ctrl-C ends it.", style="dim")
        code = stack.wait()
    except KeyboardInterrupt:
        pass
    finally:
        stack.stop()
    if code:
        raise typer.Exit(ExitCode.INFRASTRUCTURE)


def _show_status(known: dict[str, Any]) -> None:
    rows = table("", "part", "state", "where", "restarts>", "pid>")
    for name, part in (("kafka", known["kafka"]), ("postgres", known["postgres"]), *known["services"].items()):
        where = part.get("bootstrap_servers") or part.get("url") or part.get("log")
        state = part.get("health") or part.get("state")
        rows.add_row(name, safe(state), safe(where), str(part.get("restarts", "–")), str(part.get("pid") or "–"))
    screen = console()
    screen.print(safe(f"{known['state']}  {known['home']}  {known['api']['url'] or ''}", "bold"))
    if known.get("error"):
        screen.print(safe(known["error"], "red"))
    screen.print(rows)
