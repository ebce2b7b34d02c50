"""The bus: topics on the broker, schemas of its events."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ethogram.cli.failures import CommandFailed, ExitCode
from ethogram.cli.options import AsJson
from ethogram.cli.output import console, safe, show_json, table
from ethogram.cli.reach import reachable

if TYPE_CHECKING:
    from ethogram.runtime.admin import Topics, TopicState

topics = typer.Typer(help="Topics: what the catalogue declares and what the broker has.", no_args_is_help=True)
schemas = typer.Typer(help="Schemas of every event, generated from the code.", no_args_is_help=True)
Folder = Annotated[Path | None, typer.Option("--to", help="Folder; without it the project's schemas/.")]


@topics.command("list")
def list_topics(as_json: AsJson = False) -> None:
    """List the topics of the catalogue, and whether the broker has them."""
    states = _broker().states()
    if as_json:
        show_json([_state(state) for state in states])
        return
    rows = table("", "topic", "partitions>", "kept", "events", "state")
    for state in states:
        kept = "for ever" if state.topic.retention_days == "forever" else f"{state.topic.retention_days} days"
        rows.add_row(
            state.topic.name, str(state.partitions or "–"), kept, ", ".join(state.topic.events) or "any", _word(state)
        )
    console().print(rows)


@topics.command("apply")
def apply_catalogue(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be done.")] = False,
    as_json: AsJson = False,
) -> None:
    """Create missing topics and correct what drifted; a second call does nothing."""
    from dataclasses import asdict

    done = _broker().apply(change=not dry_run)
    if as_json:
        show_json(asdict(done))
        return
    screen = console()
    told = f"created {len(done.created)}, altered {len(done.altered)}, unchanged {len(done.unchanged)}"
    screen.print(f"would have {told}" if dry_run else told)
    for warning in done.warnings:
        screen.print(safe(warning, "yellow"))


@topics.command("describe")
def describe(name: Annotated[str, typer.Argument(help="A topic's name.")], as_json: AsJson = False) -> None:
    """Everything about one topic: purpose, events, producers, consumers, configuration."""
    from ethogram.topology import catalogue

    known = catalogue().topics
    if name not in known:
        raise CommandFailed(ExitCode.USAGE, f"no topic {name!r} in the catalogue; known: {', '.join(known)}")
    state = _broker().describe(name)
    if as_json:
        show_json(_state(state))
        return
    rows = table(name, "", "")
    for label, value in _state(state).items():
        rows.add_row(safe(label, "dim"), safe(", ".join(map(str, value)) if isinstance(value, list) else value))
    console().print(rows)


@topics.command("acls")
def access_rules(
    config: Annotated[str, typer.Option(help="File of Kafka's tool with the administrator's login.")] = "admin.conf",
    as_json: AsJson = False,
) -> None:
    """Print the permissions that each service needs and no more, as a script for Kafka's own `kafka-acls.sh`."""
    from ethogram.runtime.settings import load
    from ethogram.topology import catalogue
    from ethogram.topology.access import as_commands, rules

    found = rules(catalogue())
    if as_json:
        show_json([rule._asdict() for rule in found])
    else:
        typer.echo(as_commands(found, load().kafka_bootstrap_servers, config), nl=False)


@topics.command("restore")
def restore_topics(
    dry: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be sent.")] = False,
    as_json: AsJson = False,
) -> None:
    """Republish from the archive what the broker lost, byte for byte, to the same offsets.

    After a power cut, when `ethogram doctor` finds that services have read beyond the log's end. Exit code 1 if some
    record is in no archive: from there on nothing is sent. Who holds each title is said again from the ladder's rows.
    """
    from dataclasses import asdict

    from ethogram.cli.reach import database
    from ethogram.runtime.restore import restore, restore_titles

    settings = reachable()
    with database(settings) as engine:
        done = restore(engine, settings.kafka_bootstrap_servers, send=not dry)
        done += [each for each in (restore_titles(engine, settings, send=not dry),) if each]
    if as_json:
        show_json([asdict(each) for each in done])
    else:
        screen = console()
        for each in done:
            screen.print(safe(f"{each.topic} {each.partition}: {each.sent} records from offset {each.first}"))
            if each.missing is not None:
                screen.print(safe(f"  offset {each.missing} is in no archive: nothing was sent from there on", "red"))
        if not done:
            screen.print("the broker has all that the archive has")
    if any(each.missing is not None for each in done):
        raise typer.Exit(ExitCode.FAILED)


@schemas.command("export")
def export(to: Folder = None, as_json: AsJson = False) -> None:
    """Write the JSON Schema of every event and the AsyncAPI document."""
    from ethogram.topology.contracts import SCHEMAS, export_contracts

    written = [str(path) for path in export_contracts(to or SCHEMAS)]
    if as_json:
        show_json({"written": written})
    else:
        console().print(safe(f"{len(written)} files in {to or 'schemas'}"))


@schemas.command("check")
def check(as_json: AsJson = False) -> None:
    """Compare the committed schemas with the code; exit code 1 if they differ or a change breaks readers."""
    from ethogram.topology.contracts import SCHEMAS, check_contracts

    findings = check_contracts(SCHEMAS)
    if as_json:
        show_json({"ok": not findings, "findings": list(findings)})
    else:
        screen = console()
        for finding in findings:
            screen.print(safe(finding, "red"))
        if not findings:
            screen.print("schemas are as the code says")
    if findings:
        raise typer.Exit(ExitCode.FAILED)


def _broker() -> Topics:
    from ethogram.runtime.admin import Topics

    settings = reachable()
    return Topics(settings.kafka_bootstrap_servers, settings.deployment)


def _word(state: TopicState) -> Any:
    if not state.exists:
        return safe("missing", "red")
    return safe("drifted", "yellow") if state.drift else safe("ok", "green")


def _state(state: TopicState) -> dict[str, Any]:
    topic = state.topic
    return {
        "name": topic.name, "about": topic.about, "events": list(topic.events), "key": topic.key,
        "partitions": state.partitions, "wanted_partitions": state.wanted_partitions, "config": topic.config,
        "producers": list(topic.producers), "consumers": list(topic.consumers), "exists": state.exists,
        "drift": {name: list(values) for name, values in state.drift.items()}, "warning": state.warning,
    }  # fmt: skip
