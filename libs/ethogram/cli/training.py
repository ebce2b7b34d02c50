"""Start a session."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ethogram.cli.failures import CommandFailed, ExitCode
from ethogram.cli.options import AsJson, TrainingFile
from ethogram.cli.output import console, safe, show_json, show_json_line
from ethogram.cli.reach import connection, reachable

if TYPE_CHECKING:
    from ethogram.client import Scene
    from ethogram.events import Event, ImportGames, SessionId, StartTraining
    from ethogram.runtime.settings import Settings

PANEL = "Sessions"


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command(rich_help_panel=PANEL)(start)


def start(
    file: TrainingFile,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only try it out: nobody is crowned or ranked, and it is gone in a day.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Watch until it has ended; exit code 1 if it failed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Start a session: check the file, publish the start-training event.

    Example: `ethogram start examples/training/quickstart.yaml --wait`
    """
    command = command_from(file)
    if dry_run:
        command = command.model_copy(update={"mode": "dry-run"})
    settings = reachable()
    if not wait:
        publish_start(command, settings)
        _tell_started(command.session_id, command.name, as_json)
        return
    _tell_ended(play([command], settings, quiet=as_json), as_json)


def publish_import(commands: Sequence[ImportGames], *, wait: bool, as_json: bool) -> None:
    """Publish the parts of an import, one after the other, and tell how to look at it, or (wait) how it ended."""
    settings = reachable()
    if not wait:
        _publish(commands, settings)
        _tell_started(commands[0].session_id, commands[0].name, as_json)
        return
    _tell_ended(play(commands, settings, quiet=as_json), as_json)


def command_from(file: Path) -> StartTraining:
    """The start-training command of a file under a fresh session id; exit code 2 with the place of what is wrong."""
    if not file.is_file():
        raise CommandFailed(ExitCode.USAGE, f"{file}: no such file; an example is examples/training/quickstart.yaml")
    from ethogram import judges
    from ethogram.agents import checks
    from ethogram.client import new_session_id
    from ethogram.events import StartTraining
    from ethogram.games import Shelf, load_training
    from ethogram.runtime.settings import load
    from ethogram.runtime.store.agents import REGISTERED, reference_problems, with_registered
    from ethogram.runtime.store.memories import remembers, with_memories

    shelf = Shelf(lambda: load().scenarios_path)
    training = load_training(file, {**checks(), REGISTERED: reference_problems}, shelf, judges.checks())
    if remembers(training) or any(agent.adapter == REGISTERED for agent in training.agents):
        with connection() as opened:
            training = with_memories(opened, with_registered(opened, training))
    return StartTraining(session_id=new_session_id(), **training.model_dump())


def publish_start(command: StartTraining, settings: Settings) -> None:
    """Publish it; returns when Kafka has acknowledged."""
    _publish([command], settings)


def _publish(commands: Sequence[Event], settings: Settings) -> None:
    from ethogram.client import Publisher

    publisher = Publisher(settings.kafka_bootstrap_servers)
    for command in commands:
        publisher.publish(command)


def play(commands: Sequence[StartTraining | ImportGames], settings: Settings, *, quiet: bool = False) -> Scene:
    """Publish what makes one session and watch until it has ended."""
    from ethogram.cli.live import watch_live
    from ethogram.client import Follower

    follower = Follower(settings.kafka_bootstrap_servers)
    try:
        follower.start_at_end()  # before the session exists, so that nothing of it is missed
        _publish(commands, settings)
        silent = (lambda frame: None) if quiet else None
        session_id = commands[0].session_id
        return watch_live(session_id, follower.frames_of(session_id), silent)
    finally:
        follower.close()


def watch_from_beginning(session_id: str, settings: Settings, *, as_lines: bool = False) -> Scene:
    """Watch a session that exists, from its beginning until it has ended."""
    from ethogram.cli.live import watch_live
    from ethogram.client import Follower

    follower = Follower(settings.kafka_bootstrap_servers)
    try:
        follower.start(session_id)
        return watch_live(session_id, follower.frames_of(session_id), show_json_line if as_lines else None)
    finally:
        follower.close()


def fail_unless_played(scene: Scene) -> None:
    """Exit code 2 for a session that was refused, 1 for one that failed."""
    if scene.state == "rejected":
        raise CommandFailed(ExitCode.USAGE, scene.reason or "the session was rejected")
    if scene.state == "failed":
        raise CommandFailed(ExitCode.FAILED, scene.reason or "the session failed")


def _tell_started(session_id: SessionId, name: str, as_json: bool) -> None:
    if as_json:
        show_json({"session_id": session_id, "name": name})
        return
    screen = console()
    screen.print(safe(f"started {session_id}"))
    screen.print(safe(f"watch it: ethogram watch {session_id[:8]}", "dim"))


def _tell_ended(scene: Scene, as_json: bool) -> None:
    if as_json:
        show_json({"session_id": scene.session_id, "state": scene.state, "reason": scene.reason})
    else:
        console().print(safe(f"{scene.state}: ethogram report {scene.session_id[:8]}"))
    fail_unless_played(scene)
