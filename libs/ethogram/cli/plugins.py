"""Plugins: what other distributions bring, by entry points, and whether it can be used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from ethogram.cli.failures import CommandFailed, ExitCode
from ethogram.cli.options import AsJson
from ethogram.cli.output import console, safe, show_json, table

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

KINDS = ("agents", "articles", "channels", "games", "inferences", "judges", "scenarios", "skills")
"""What can be brought; the group of entry points is `ethogram.` and one of these."""
plugins = typer.Typer(
    help="Plugins: agents, articles, games, judges, scenarios, ... of other distributions.", no_args_is_help=True
)


class Plugin(NamedTuple):
    """One entry point."""

    kind: str
    name: str
    distribution: str
    version: str
    value: str
    """Module and attribute."""


@plugins.command("list")
def list_plugins(as_json: AsJson = False) -> None:
    """List plugins, ours and those of others, from their metadata alone: no code of theirs runs.

    Example: `ethogram plugins list`
    """
    found = installed()
    if as_json:
        show_json({"groups": [f"ethogram.{kind}" for kind in KINDS], "plugins": [each._asdict() for each in found]})
        return
    rows = table("", "kind", "name", "from", "version", "code")
    for each in found:
        rows.add_row(*map(safe, each))
    console().print(rows)


@plugins.command("check")
def check_plugins(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Without it, all of them.")] = None,
    as_json: AsJson = False,
) -> None:
    """Load plugins as services would, and say what keeps one from being used; exit code 1 if anything does.

    Example: `ethogram plugins check openai`
    """
    wanted = [each for each in installed() if name in (None, each.name)]
    if not wanted:
        raise CommandFailed(ExitCode.USAGE, f"no plugin is called {name!r}; `ethogram plugins list` names them")
    found = [{**each._asdict(), "problem": _problem(each)} for each in wanted]
    if as_json:
        show_json({"ok": not any(each["problem"] for each in found), "plugins": found})
    else:
        _show(found)
    if any(each["problem"] for each in found):
        raise typer.Exit(ExitCode.FAILED)


def installed() -> list[Plugin]:
    """Every plugin, by kind and name."""
    from importlib.metadata import entry_points

    return sorted(_plugin(kind, point) for kind in KINDS for point in entry_points(group=f"ethogram.{kind}"))


def _plugin(kind: str, point: EntryPoint) -> Plugin:
    came_with = point.dist
    distribution, version = (came_with.name, came_with.version) if came_with else ("unknown", "unknown")
    return Plugin(kind, point.name, distribution, version, point.value)


def _problem(plugin: Plugin) -> str | None:
    from ethogram.agents.registry import load as load_agent
    from ethogram.agents.skills import PLUGINS as SKILLS
    from ethogram.channels import load as load_channel
    from ethogram.council.judges import PLUGINS as JUDGES
    from ethogram.council.plugins import load as load_article
    from ethogram.events import EthogramError
    from ethogram.games import Shelf, game_library
    from ethogram.principles.versions import VERSIONS

    load: Mapping[str, Callable[[str], object]] = {
        "agents": load_agent, "articles": load_article, "channels": load_channel, "games": game_library,
        "inferences": VERSIONS.load, "judges": JUDGES.load, "scenarios": Shelf().open,
        "skills": SKILLS.load,
    }  # fmt: skip
    try:
        load[plugin.kind](plugin.name)
    except EthogramError as error:
        return error.message
    return None


def _show(found: list[dict[str, Any]]) -> None:
    rows = table("", "kind", "name", "from", "state")
    for each in found:
        state = safe(each["problem"], "bold red") if each["problem"] else safe("ready", "green")
        rows.add_row(safe(each["kind"]), safe(each["name"]), safe(each["distribution"]), state)
    console().print(rows)
