"""Who can play: list adapters, show one, try an agent out, make one known by a name."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ethogram.cli.failures import CommandFailed, ExitCode
from ethogram.cli.options import Actor, AsJson
from ethogram.cli.output import console, number, safe, show_json, table
from ethogram.cli.reach import connection, reachable

if TYPE_CHECKING:
    from ethogram.agents.trial import Trial
    from ethogram.runtime.settings import Settings

agents = typer.Typer(help="Who can play.", no_args_is_help=True)
WAIT_S = 20.0
"""How long a registration may take to show."""

Agent = Annotated[
    str, typer.Argument(metavar="AGENT", help="A registered name, or FILE.yaml#ID for an agent of a training file.")
]


@agents.command("list")
def list_agents(as_json: AsJson = False) -> None:
    """List adapters, the built-in strategies and, where the stack is up, registered agents."""
    from ethogram.agents import STRATEGIES, catalogue_of_agents

    listed = [each._asdict() for each in catalogue_of_agents()]
    strategies = [{"strategy": each.name, "about": each.about, "source": each.source} for each in STRATEGIES.values()]
    known = _registered()
    if as_json:
        show_json({"adapters": listed, "builtin_strategies": strategies, "registered": known})
        return
    rows = table("Adapters", "adapter", "from", "ready", "offers>", "what it brings")
    for each in listed:
        ready = "yes" if each["installed"] else "not installed"
        offers = "" if each["strategies"] is None else each["strategies"]
        cells = (each["name"], each["distribution"], ready, offers, each["description"])
        rows.add_row(*map(safe, cells))
    plays = table("Strategies of the builtin adapter", "strategy", "about", "source")
    for one in strategies:
        plays.add_row(*map(safe, one.values()))
    console().print(rows, plays)
    if known:
        names = table("Registered agents", "name", "adapter", "about", "by")
        for agent in known:
            names.add_row(*(safe(agent[key]) for key in ("name", "adapter", "about", "actor")))
        console().print(names)


@agents.command()
def show(agent: Agent, as_json: AsJson = False) -> None:
    """Show how an agent is reached and whether its configuration holds. ADAPTER names work too."""
    from ethogram.agents import catalogue_of_agents, checks

    adapter = next((each for each in catalogue_of_agents() if each.name == agent), None)
    if adapter is not None:
        shown: dict[str, Any] = {**adapter._asdict(), "kind": "adapter"}
    else:
        name, config = meant(agent)
        shown = {"kind": "agent", "adapter": name, "config": config, "problems": _problems(checks(), name, config)}
    if as_json:
        show_json(shown)
        return
    rows = table(agent, "", "")
    for key, value in shown.items():
        rows.add_row(safe(key, "dim"), safe(value if value != [] else "none"))
    console().print(rows)


@agents.command("test")
def test_agent(
    agent: Agent,
    least: Annotated[float, typer.Option("--least", min=0, max=1, help="Exit code 1 below this parse rate.")] = 1.0,
    as_json: AsJson = False,
) -> None:
    """Let an agent play three rounds: parse rate, latency, cost. Needs no stack, except for registered names.

    Example: `ethogram agents test examples/training/quickstart.yaml#mine`
    """
    import asyncio
    import time

    from ethogram.agents import checks
    from ethogram.agents.trial import trial
    from ethogram.runtime.settings import load

    name, config = meant(agent)
    wrong = _problems(checks(), name, config)
    if wrong:
        raise CommandFailed(ExitCode.USAGE, f"{agent}: " + "; ".join(wrong))
    done = asyncio.run(trial(name, config, load(), time.monotonic))
    if as_json:
        show_json({"agent": agent, "adapter": name, **done.summary(), "answers": [one.said for one in done.rounds]})
    else:
        _print_trial(agent, done)
    if done.answered < least:
        raise CommandFailed(
            ExitCode.FAILED, f"{agent} answered {done.answered:.0%} of the rounds; expected {least:.0%}"
        )


@agents.command()
def register(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What trainings shall call it.")],
    agent: Annotated[str, typer.Argument(metavar="FILE#ID", help="The agent of a training file.")],
    about: Annotated[str, typer.Option("--about", help="What it is, in a line.")] = "",
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Make an agent known by a name; trainings then say `adapter: registered, config: {name: NAME}`.

    Example: `ethogram agents register patient training.yaml#mine --about "forgives once"`
    """
    from pydantic import ValidationError

    from ethogram.agents import checks
    from ethogram.client import new_command_id, publish
    from ethogram.events import RegisterAgent
    from ethogram.events.explanation import explain

    adapter, config = meant(agent)
    wrong = _problems(checks(), adapter, config)
    if wrong:
        raise CommandFailed(ExitCode.USAGE, f"{agent}: " + "; ".join(wrong))
    given = {"name": name, "adapter": adapter, "config": config, "about": about, "command_id": new_command_id()}
    try:
        command = RegisterAgent.model_validate({**given, "actor": actor or getpass.getuser()})
    except ValidationError as error:
        raise CommandFailed(ExitCode.USAGE, explain(error, RegisterAgent)) from None
    settings = reachable()
    publish(command, settings.kafka_bootstrap_servers)
    row = _awaited(name, command.command_id, settings)
    if as_json:
        show_json(row)
    else:
        console().print(safe(f"registered {name}: {adapter}"))


def meant(agent: str) -> tuple[str, dict[str, Any]]:
    """Adapter and configuration of what was named."""
    file, _, wanted = agent.partition("#")
    if wanted or Path(file).suffix in (".yaml", ".yml", ".json"):
        return _of_file(Path(file), wanted)
    known = {row["name"]: row for row in _registered(needed=True)}
    if agent not in known:
        from ethogram.events.explanation import suggestion

        raise CommandFailed(ExitCode.USAGE, f"no registered agent {agent!r}{suggestion(agent, known)}")
    return known[agent]["adapter"], known[agent]["config"]


def _of_file(file: Path, wanted: str) -> tuple[str, dict[str, Any]]:
    from ethogram.games import load_training

    found = {str(each.id): each for each in load_training(file).agents}
    if not wanted and len(found) == 1:
        wanted = next(iter(found))
    if wanted not in found:
        raise CommandFailed(
            ExitCode.USAGE, f"{file}: name one of its agents: {', '.join(f'{file}#{one}' for one in found)}"
        )
    return found[wanted].adapter, found[wanted].config


def _problems(checks: Any, name: str, config: dict[str, Any]) -> list[str]:
    from ethogram.events.explanation import suggestion

    if name not in checks:
        return [f"unknown adapter {name!r}{suggestion(name, checks)}"]
    found: list[str] = checks[name](config)
    return found


def _registered(*, needed: bool = False) -> list[dict[str, Any]]:
    """Registered agents; none where there is no stack to ask, unless they are needed."""
    from sqlalchemy.exc import SQLAlchemyError

    from ethogram.events import EthogramError
    from ethogram.runtime.store.agents import registered_agents

    try:
        with connection() as opened:
            return registered_agents(opened)
    except (EthogramError, SQLAlchemyError):
        if needed:
            raise
        return []


def _awaited(name: str, command_id: str, settings: Settings) -> dict[str, Any]:
    """The entry, once the director has told it."""
    import time

    from ethogram.events import AgentRegistered, derive
    from ethogram.events.agents import stream_of_agent
    from ethogram.runtime.store.agents import registered_agents

    told = derive(AgentRegistered.IDS, stream_of_agent(name), command_id)
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        with connection(settings) as opened:
            row = next((row for row in registered_agents(opened) if row["event_id"] == told), None)
        if row is not None:
            return row
        time.sleep(0.1)
    raise CommandFailed(ExitCode.FAILED, f"{name} was not registered within {WAIT_S:g} s; why: ethogram dlq list")


def _print_trial(agent: str, done: Trial) -> None:
    rows = table(f"Three rounds with {agent}", "round>", "outcome", "said", "ms>", "calls>", "tokens>", "US dollars>")
    for turn, one in enumerate(done.rounds, 1):
        cells = (turn, one.outcome, one.said, number(one.latency_ms, 1), one.calls, one.tokens, one.cost_micros / 1e6)
        rows.add_row(*map(safe, cells))
    told = done.summary()
    console().print(rows, safe(
        f"parse rate {told['parse_rate']:.0%}, without repair {told['without_repair']:.0%}, median latency"
        f" {told['latency_ms']['median']:.1f} ms, {told['tokens']} tokens, {told['cost_usd']:.6f} US dollars"
    ))  # fmt: skip
