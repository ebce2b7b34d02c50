"""All commands, grouped. The functions import what they need when they are called."""

from __future__ import annotations

from typing import Annotated

import typer

from ethogram.cli import (
    agents,
    alerting,
    api_keys,
    approvals,
    auditing,
    bench,
    bus,
    chatting,
    configuration,
    constitution,
    dead_letters,
    demo,
    exporting,
    forking,
    init,
    judges,
    mcp,
    people,
    plans,
    playing,
    plugins,
    reading,
    recorded,
    replaying,
    scenarios,
    skills,
    stack,
    standings,
    steering,
    training,
)
from ethogram.cli.examples import show_examples

HELP = """Finds out which principles an AI agent really lives by.

Try it: `ethogram demo`. SESSION is a session's id, the beginning of one, or `latest`.
"""

app = typer.Typer(
    name="ethogram", help=HELP, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip

for room in (
    demo, init, stack, mcp, training, playing, reading, standings, exporting, steering, chatting, replaying, forking,
    recorded,
):  # fmt: skip
    room.register(app)
for name, group in (
    ("topics", bus.topics),
    ("schemas", bus.schemas),
    ("dlq", dead_letters.dlq),
    ("audit", auditing.audit),
    ("constitution", constitution.constitution),
    ("judges", judges.judges),
    ("people", people.people),
    ("approvals", approvals.approvals),
    ("agents", agents.agents),
    ("keys", api_keys.keys),
    ("scenarios", scenarios.scenarios),
    ("skills", skills.skills),
    ("alerts", alerting.alerts),
    ("config", configuration.config),
    ("plans", plans.plans),
    ("plugins", plugins.plugins),
    ("bench", bench.bench),
):
    app.add_typer(group, name=name)


@app.callback(help=HELP)
def settings(
    context: typer.Context,
    profile: Annotated[
        str | None, typer.Option("--profile", help="development, testing, staging or production.")
    ] = None,
    given: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A setting; may be repeated.")
    ] = None,
) -> None:
    """Settings that the command line names hold for the whole command."""
    if profile or given:
        from ethogram.runtime.sources import on_command_line

        context.with_resource(on_command_line(configuration.chosen(profile, given or [])))


@app.command(rich_help_panel="About")
def version(as_json: bool = typer.Option(False, "--json", help="Print JSON.")) -> None:
    """Say which release this is."""
    from ethogram import __version__
    from ethogram.cli.output import show_json

    if as_json:
        show_json({"version": __version__})
    else:
        typer.echo(f"ethogram {__version__}")


show_examples(app)
