"""Replay: run the services again over what was recorded, as a proof."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ethogram.cli.failures import CommandFailed, ExitCode
from ethogram.cli.options import AsJson, Session
from ethogram.cli.output import console, safe, show_json, table
from ethogram.cli.reach import reachable, session_named

if TYPE_CHECKING:
    from ethogram.audit import ReplayReport, Verification
    from ethogram.topology import Service

DECIDING = ("scenario_generator", "agent_runner", "action_tracker", "inference_worker", "judge")
"""Services that are run again, each module with its Service value under its own name. The auditor only counts leaves:
its log is held against its signatures instead."""
DIFFERENCES = 20
"""Shown to people; --json has them all."""


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command(rich_help_panel="Audit")(replay)


def replay(
    session: Session,
    verify: Annotated[bool, typer.Option("--verify", help="Exit code 1 unless all is as recorded and signed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Rebuild a session from the topics alone, without any agent or model, and compare to the byte."""
    from ethogram import audit
    from ethogram.runtime.history import session_history
    from ethogram.runtime.keys import trusted_keys

    settings = reachable()
    session_id = session_named(session, settings)
    history = session_history(settings, session_id)
    if not history.records:
        raise CommandFailed(
            ExitCode.INFRASTRUCTURE, f"no topic at {settings.kafka_bootstrap_servers} knows {session_id}"
        )
    found = audit.replay(history.records, services())
    log = audit.verify(history.records, trusted_keys(settings), history.unreadable)
    verified = found.identical and not history.unreadable and _log_holds(log, history.records)
    if as_json:
        show_json(_document(found, log, verified, len(history.records)))
    else:
        _show(found, log, verified)
    if verify and not verified:
        raise typer.Exit(ExitCode.FAILED)


def services() -> list[Service[Any]]:
    """The services whose decisions a replay derives again."""
    return [getattr(import_module(f"ethogram.services.{name}.service"), name) for name in DECIDING]


def _log_holds(log: Verification, records: list[Any]) -> bool:
    """A log may be open only while its session is."""
    from ethogram.events import SessionCompleted, SessionFailed, SessionRejected

    over = any(isinstance(record.event, SessionCompleted | SessionFailed | SessionRejected) for record in records)
    return log.status == "verified" or (log.status == "open" and not over)


def _document(found: ReplayReport, log: Verification, verified: bool, records: int) -> dict[str, Any]:
    digests = found.digest.model_dump()
    return {
        "session_id": found.session_id, "verified": verified, "identical": found.identical, "records": records,
        "digest": digests.pop("digest"), "digests": digests, "first_difference": found.first and found.first.summary,
        "differences": [difference.model_dump() for difference in found.differences],
        "services": [each.model_dump() for each in found.services], "log": log.model_dump(exclude_none=True),
    }  # fmt: skip


def _show(found: ReplayReport, log: Verification, verified: bool) -> None:
    screen = console()
    rows = table("", "service", "inputs>", "recorded>", "derived again>")
    for each in found.services:
        rows.add_row(each.service, str(each.inputs), str(each.recorded), str(each.derived))
    screen.print(rows)
    for difference in found.differences[:DIFFERENCES]:
        screen.print(safe(difference.summary, "red"))
    screen.print(safe(f"digest  {found.digest.digest}"))
    screen.print(safe(f"log     {log.summary}, {log.size} records, root {log.root}"))
    for note in log.notes:
        screen.print(safe(f"        {note}", "dim"))
    screen.print(
        safe("verified: every decision came out as recorded", "bold green") if verified else _verdict(found, log)
    )


def _verdict(found: ReplayReport, log: Verification) -> Any:
    if found.differences:
        return safe(f"not verified: {len(found.differences)} differences, the first above", "bold red")
    return safe(f"not verified: the log is {log.summary}", "bold red")
