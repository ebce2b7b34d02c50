"""Replay: run the services again over what was recorded, as a proof."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from ethogram.cli.failures import CommandFailed, ExitCode
from ethogram.cli.options import AsJson
from ethogram.cli.output import console, safe, show_json, table
from ethogram.cli.reach import connection, reachable, session_named

if TYPE_CHECKING:
    from ethogram.audit import ReplayReport, Verification
    from ethogram.cli.rejudging import Otherwise, Rejudged
    from ethogram.runtime.history import History
    from ethogram.runtime.settings import Settings
    from ethogram.topology import Service

DECIDING = ("scenario_generator", "agent_runner", "action_tracker", "inference_worker", "judge")
"""Services that are run again, each module with its Service value under its own name. The auditor only counts leaves:
its log is held against its signatures instead."""
AT_REST_WITHIN_S = 30.0
"""How long the last records of a session that has just ended may be on their way."""
DIFFERENCES = 20
"""Shown to people; --json has them all."""


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command(rich_help_panel="Audit")(replay)


def replay(
    session: Annotated[
        str | None, typer.Argument(metavar="[SESSION]", help="Without it --all, --from or --to.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every session that is known.")] = False,
    since: Annotated[datetime | None, typer.Option("--from", help="Sessions that began then or later (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option("--to", help="Sessions that began before then (UTC).")] = None,
    constitution: Annotated[
        Path | None, typer.Option("--constitution", help="Judge again under these rules, and list what changes.")
    ] = None,
    judges: Annotated[
        list[str] | None, typer.Option("--judge", metavar="NAME", help="Judge again by exactly these; repeat it.")
    ] = None,
    inference: Annotated[
        str | None, typer.Option("--inference", metavar="VERSION", help="Judge again by what this version concludes.")
    ] = None,
    dictionary: Annotated[
        Path | None, typer.Option("--dictionary", help="Judge again by inference that knows these automata (YAML).")
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Exit code 1 unless all is as recorded and signed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Rebuild sessions from the topics alone, without any agent or model, and compare to the byte.

    Example: `ethogram replay --all --constitution mine.yaml` shows which verdicts other rules would have changed.
    """
    from ethogram.runtime.history import session_histories

    several = every or since is not None or until is not None
    if several == (session is not None):
        raise typer.BadParameter("give a SESSION, or --all, or --from and --to")
    otherwise = _otherwise(constitution, judges, inference, dictionary)
    if otherwise is not None and verify:
        raise typer.BadParameter("--verify asks whether all is as recorded, so it goes with no other rules")
    settings = reachable()
    ids = _began(settings, since, until) if several else [session_named(session or "", settings)]
    if not several:
        _await_rest(settings, ids[0])
    histories = session_histories(settings, ids)
    if otherwise is not None:
        from ethogram.cli.rejudging import rejudge_all

        found = rejudge_all((history.records for history in histories.values()), otherwise)
        _show_changes(found, len(histories), as_json)
        return
    outcomes = [_outcome(settings, session_id, history) for session_id, history in histories.items()]
    _tell(outcomes, several=several, as_json=as_json)
    if verify and not all(outcome.verified for outcome in outcomes):
        raise typer.Exit(ExitCode.FAILED)


def _await_rest(settings: Settings, session_id: str) -> None:
    """Wait until the log of a session that has ended is closed: what is still on its way would be missed."""
    from ethogram.runtime.store.reports import ENDED, SessionNotFound, session_progress

    deadline = time.monotonic() + AT_REST_WITHIN_S
    with suppress(SessionNotFound):  # the topics may know it all the same
        while time.monotonic() < deadline:
            with connection(settings) as opened:
                known = session_progress(opened, session_id)
            if known["audited"] or known["state"] not in ENDED - {"rejected"}:
                return
            time.sleep(0.2)


def _otherwise(
    constitution: Path | None, judges: list[str] | None, inference: str | None, dictionary: Path | None
) -> Otherwise | None:
    if not (constitution or judges or inference or dictionary):
        return None
    from ethogram.cli.rejudging import Otherwise
    from ethogram.council import bench
    from ethogram.principles.library import read_automata
    from ethogram.principles.versions import version_named
    from ethogram.runtime.rules import constitution_in

    return Otherwise(
        rules=constitution_in(constitution) if constitution else None, judges=bench(judges) if judges else None,
        inference=version_named(inference) if inference else None,
        dictionary=read_automata(dictionary) if dictionary else None,
    )  # fmt: skip


class Outcome(NamedTuple):
    """What came of one session."""

    found: ReplayReport
    log: Verification
    verified: bool
    records: int


def _outcome(settings: Settings, session_id: str, history: History) -> Outcome:
    from ethogram import audit
    from ethogram.runtime.keys import trusted_keys

    if not history.records:
        raise CommandFailed(
            ExitCode.INFRASTRUCTURE, f"no topic at {settings.kafka_bootstrap_servers} knows {session_id}"
        )
    found = audit.replay(history.records, services())
    log = audit.verify(history.records, trusted_keys(settings), history.unreadable)
    unaccounted = {position for position, _ in history.unreadable} - audit.set_aside(history.records)
    verified = found.identical and not unaccounted and _log_holds(log, history.records)
    return Outcome(found, log, verified, len(history.records))


def _began(settings: Settings, since: datetime | None, until: datetime | None) -> list[str]:
    from ethogram.runtime.store.reports import sessions_between

    with connection(settings) as opened:
        return sessions_between(opened, *(moment and moment.replace(tzinfo=UTC) for moment in (since, until)))


def _tell(outcomes: list[Outcome], *, several: bool, as_json: bool) -> None:
    if not several:
        outcome = outcomes[0]
        if as_json:
            show_json(_document(*outcome))
        else:
            _show(outcome.found, outcome.log, outcome.verified)
        return
    if as_json:
        show_json(
            {"verified": all(each.verified for each in outcomes), "sessions": [_document(*each) for each in outcomes]}
        )
        return
    rows = table("", "session", "records>", "log", "first difference")
    for each in outcomes:
        first = each.found.first.summary if each.found.first else None
        rows.add_row(safe(each.found.session_id), str(each.records), safe(each.log.summary), safe(first))
    console().print(rows if outcomes else "no session began then")
    console().print(f"{sum(each.verified for each in outcomes)} of {len(outcomes)} verified")


def _show_changes(found: Rejudged, sessions: int, as_json: bool) -> None:
    if as_json:
        changes = [change.model_dump() for change in found.changes]
        show_json({"sessions": sessions, "changes": changes, "notes": found.notes})
        return
    screen = console()
    rows = table("", "session", "agent", "was", "would be", "what changes")
    for change in found.changes:
        rows.add_row(change.session_id[:8], safe(change.agent_id), change.was, change.would_be, safe(change.told))
    screen.print(rows if found.changes else "nothing changes")
    for note in found.notes:
        screen.print(safe(note, "dim"))
    screen.print(f"{len(found.changes)} changes in {sessions} sessions")


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
