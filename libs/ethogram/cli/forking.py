"""Fork: play a session on from any event, with another agent or another decision, and compare."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ethogram.cli.failures import CommandFailed, ExitCode
from ethogram.cli.options import AsJson, Session
from ethogram.cli.output import console, number, safe, show_json, table
from ethogram.cli.reach import reachable, session_named
from ethogram.cli.training import fail_unless_played, play

if TYPE_CHECKING:
    from ethogram.audit.branches import Branch
    from ethogram.events import StartTraining
    from ethogram.events.envelope import Record


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command(rich_help_panel="Audit")(fork)


def fork(
    session: Session,
    at: Annotated[str, typer.Option("--at", metavar="EVENT", help="A turn or a decision: what came before stays.")],
    agent: Annotated[
        list[str] | None, typer.Option("--agent", help="Who decides from there on: tft=builtin:always-defect.")
    ] = None,
    decision: Annotated[
        list[str] | None, typer.Option("--decision", help="One decision, made otherwise: tft/g001/7=D.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Play a session on from an event, live, as a new session linked to it, and show both side by side.

    Example: `ethogram fork latest --at EVENT --agent tft=builtin:always-defect` asks what would have become of it.
    """
    from ethogram.audit.branches import compared, turns_before
    from ethogram.runtime.history import session_histories, session_history

    settings = reachable()
    session_id = session_named(session, settings)
    origin = session_history(settings, session_id).records
    turns = turns_before(origin, at)
    command = forked(_started(origin, session_id), at, turns, agent or [], decision or [])
    scene = play([command], settings, quiet=as_json)
    fail_unless_played(scene)
    told = session_histories(settings, [command.session_id])[command.session_id].records
    branch = compared(origin, told, turns)
    if as_json:
        show_json(branch.model_dump(mode="json"))
    else:
        _show(branch)
    if branch.differing:
        raise CommandFailed(ExitCode.FAILED, f"turns before the fork came out otherwise: {', '.join(branch.differing)}")


def _started(origin: Sequence[Record], session_id: str) -> StartTraining:
    from ethogram.events import StartTraining

    for record in origin:
        if isinstance(record.event, StartTraining):
            return record.event.model_copy(update={"session_id": session_id})
    raise CommandFailed(
        ExitCode.FAILED,
        f"nothing in the topics started {session_id}: an import has no agents to ask, or its start is gone",
    )


def forked(
    origin: StartTraining, at: str, turns: int, agents: Sequence[str], decisions: Sequence[str]
) -> StartTraining:
    """The command that plays a session on, under a new id: its agents repeat so many turns, then go on as said."""
    from ethogram.client import new_session_id
    from ethogram.events import StartTraining

    body = origin.model_dump(mode="json", exclude_none=True, exclude={"tenant"})  # whoever forks has no proof of it
    known = {each["id"] for each in body["agents"]}
    changed = dict(_changed_agent(text, known) for text in agents)
    instead: dict[str, dict[str, str]] = {}
    for text in decisions:
        name, place, option = _changed_decision(text, known)
        instead.setdefault(name, {})[place] = option
    for each in body["agents"]:
        then = changed.get(each["id"], {"adapter": each["adapter"], "config": each.get("config", {})})
        config: dict[str, Any] = {"session": origin.session_id, "at": at, "turns": turns, "then": then}
        if each["id"] in instead:
            config["instead"] = instead[each["id"]]
        each.update(adapter="forked", config=config)
    body |= {"session_id": new_session_id(), "name": f"{body['name'][:120]}, forked from {origin.session_id}"}
    return StartTraining.model_validate(body)


def _changed_agent(text: str, known: set[str]) -> tuple[str, dict[str, Any]]:
    """`tft=builtin:always-defect`, `x=python:examples.agents:cautious`, or `x=FILE` with adapter and config as YAML."""
    import yaml

    name, _, spec = text.partition("=")
    _require(
        name in known and bool(spec), f"--agent {text}: expected AGENT=ADAPTER:NAME; agents: {', '.join(sorted(known))}"
    )
    if Path(spec).is_file():
        found = yaml.safe_load(Path(spec).read_text(encoding="utf-8"))
        _require(isinstance(found, dict) and "adapter" in found, f"{spec}: expected adapter and config")
        return name, {"adapter": found["adapter"], "config": found.get("config", {})}
    adapter, _, what = spec.partition(":")
    option = {"builtin": "strategy", "axelrod": "strategy", "python": "callable"}.get(adapter)
    _require(option is not None and bool(what), f"--agent {text}: write its adapter and config into a YAML file")
    return name, {"adapter": adapter, "config": {str(option): what}}


def _changed_decision(text: str, known: set[str]) -> tuple[str, str, str]:
    """`tft/g001/7=D`: agent, game, turn and option."""
    place, _, option = text.partition("=")
    parts = place.split("/")
    right = len(parts) == 3 and parts[0] in known and parts[2].isdecimal() and bool(option)
    _require(right, f"--decision {text}: expected AGENT/GAME/TURN=OPTION; agents: {', '.join(sorted(known))}")
    return parts[0], f"{parts[1]}/{parts[2]}", option


def _require(right: bool, words: str) -> None:
    if not right:
        raise CommandFailed(ExitCode.USAGE, words)


def _show(branch: Branch) -> None:
    screen = console()
    screen.print(safe(f"{branch.fork} branches off {branch.origin} after {branch.turns} turns"))
    screen.print(safe(f"first turn played otherwise: {branch.parted or 'none'}"))
    rows = table("", "agent", "", "verdict", "total>", "rank>", "cooperation>", "plays like")
    for each in branch.agents:
        for label, found in (("was", each.origin), ("is", each.fork)):
            rows.add_row(
                safe(each.agent_id) if label == "was" else "", label, found.verdict, number(found.total, 4),
                str(found.rank or ""), number(found.cooperation, 2), safe(found.plays_like),
            )  # fmt: skip
    screen.print(rows)
