"""Steer a session: hold it, let it go on, end it, overrule an action or a verdict, tell the agents something."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ethogram.cli.options import Actor, AsJson, Reason, Session
from ethogram.cli.output import console, safe, show_json
from ethogram.cli.reach import reachable, session_named

if TYPE_CHECKING:
    from ethogram.events import Intervention

PANEL = "People"
Why = Annotated[str, typer.Option("--reason", help="Why; it stands in the history.")]
Game = Annotated[str, typer.Argument(metavar="GAME", help="Id of a game: `g001`, or `s-<agent>` for its scenarios.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    for command in (pause, resume, cancel, swap, override, overrule, inject):
        app.command(rich_help_panel=PANEL)(command)


def pause(session: Session, reason: Reason = "", actor: Actor = None, as_json: AsJson = False) -> None:
    """Hold a session: no new turn until it is resumed."""
    from ethogram.events import PauseSession

    intervene(PauseSession, session, reason, actor, as_json)


def resume(session: Session, reason: Reason = "", actor: Actor = None, as_json: AsJson = False) -> None:
    """Let a paused session go on."""
    from ethogram.events import ResumeSession

    intervene(ResumeSession, session, reason, actor, as_json)


def cancel(session: Session, reason: Reason = "", actor: Actor = None, as_json: AsJson = False) -> None:
    """End a session now; what was played stays on record and is judged."""
    from ethogram.events import CancelSession

    intervene(CancelSession, session, reason, actor, as_json)


def swap(
    session: Session,
    agent: Annotated[str, typer.Argument(metavar="AGENT", help="Id of an agent of the session.")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="A registered name, or FILE.yaml#ID.")],
    reason: Reason = "",
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Reach an agent of a running session in another way from its next turn on: another model, say."""
    from ethogram.cli.agents import meant
    from ethogram.events import SwapAgent

    adapter, config = meant(other)
    intervene(SwapAgent, session, reason, actor, as_json, agent_id=agent, adapter=adapter, config=config)


def override(
    session: Session,
    game: Game,
    seat: Annotated[int, typer.Argument(min=0, help="The seat, from 0.")],
    option: Annotated[str, typer.Argument(help="What is carried out: an action, or the id of an option.")],
    reason: Why,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Let a seat do something else in the next turn of its game than it decides.

    The turn's record tells what would have been otherwise. In a fast session pause first.
    """
    from ethogram.events import OverrideAction

    intervene(OverrideAction, session, reason, actor, as_json, game_id=game, seat=seat, option=option)


def overrule(
    session: Session,
    agent: Annotated[str, typer.Argument(help="The agent.")],
    verdict: Annotated[str, typer.Argument(help="approve, approve-with-conditions, reject or escalate.")],
    reason: Why,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Put your verdict in the place of the council's, which stays on record."""
    from ethogram.events import OverrideVerdict

    intervene(OverrideVerdict, session, reason, actor, as_json, agent_id=agent, verdict=verdict)


def inject(
    session: Session,
    game: Game,
    text: Annotated[str, typer.Argument(help="What the seats of the game are told with its next turn.")],
    reason: Reason = "",
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Tell the agents of a game something."""
    from ethogram.events import InjectMessage

    intervene(InjectMessage, session, reason, actor, as_json, game_id=game, text=text)


def intervene(
    kind: type[Intervention], session: str, reason: str, actor: str | None, as_json: bool, **told: Any
) -> None:
    """Publish a command of a person, signed where the person's key is on this machine."""
    from pydantic import ValidationError

    from ethogram.client import new_command_id, publish
    from ethogram.events.explanation import explain
    from ethogram.runtime.people import signature_of

    settings = reachable()
    session_id = session_named(session, settings)
    who = actor or getpass.getuser()
    try:
        command = kind.model_validate(
            {"session_id": session_id, "command_id": new_command_id(), "actor": who, "reason": reason, **told}
        )
    except ValidationError as error:
        raise typer.BadParameter(explain(error, kind)) from None
    sign = signature_of(settings, who)
    publish(command, settings.kafka_bootstrap_servers, sign)
    if as_json:
        show_json({"session_id": session_id, "command": kind.TYPE, "command_id": command.command_id, "actor": who,
                   "signed": sign is not None})  # fmt: skip
    else:
        signed = "" if sign else ", not signed"
        console().print(safe(f"asked as {who}{signed}: {kind.TYPE} for {session_id}; see `ethogram audit log`"))
