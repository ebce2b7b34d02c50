"""Interventions: what people ask of a session that steers more than its pace, and what came of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from ethogram.events.base import Event
from ethogram.events.commands import Intervention
from ethogram.events.council import Ruling
from ethogram.events.ids import AgentId, GameId
from ethogram.events.people import Person

Why = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


class OverrideAction(Intervention, type="action.override"):
    """Let a seat do something else than it decides in the next turn of its game that is resolved."""

    reason: Why
    """Why."""
    game_id: GameId
    """The game."""
    seat: Annotated[int, Field(ge=0)]
    """The seat."""
    option: str
    """Id of the option that is carried out."""


class OverrideVerdict(Intervention, type="verdict.override"):
    """Put a person's verdict in the place of the council's, which stays on record."""

    reason: Why
    """Why."""
    agent_id: AgentId
    """The agent."""
    verdict: Ruling
    """The verdict that holds from now on."""


class InjectMessage(Intervention, type="message.inject"):
    """Tell the seats of a game something together with its next turn."""

    game_id: GameId
    """The game; `s-<agent>` reaches one agent alone."""
    text: Annotated[str, StringConstraints(min_length=1, max_length=4_000)]
    """What they are told."""


class ActionOverrideAccepted(Event, type="action.override-accepted"):
    """A person's option will be carried out for a seat; the turn's record says what would have been otherwise."""

    IDENTITY = ("command_id",)

    command_id: str
    """The command."""
    actor: str
    """Who asked."""
    reason: str
    """Why."""
    game_id: GameId
    turn: int
    """The turn that it holds for."""
    seat: int
    """The seat."""
    option: str
    """What is carried out."""
    turns: int
    """Turns resolved when it took effect."""


class MessageAccepted(Event, type="message.accepted"):
    """A person's words will be told with the next turn of a game."""

    IDENTITY = ("command_id",)

    command_id: str
    """The command."""
    actor: str
    """Who asked."""
    reason: str
    """Why."""
    game_id: GameId
    turn: int
    """The turn that they are told with."""
    text: str
    """The words."""
    turns: int
    """Turns resolved when it took effect."""


class VerdictOverridden(Event, type="verdict.overridden"):
    """A person's verdict holds in the place of the council's."""

    IDENTITY = ("command_id",)

    command_id: str
    """The command."""
    actor: str
    """Who asked."""
    reason: str
    """Why."""
    agent_id: AgentId
    """The agent."""
    verdict: Ruling
    """What holds now."""
    council: Ruling
    """What the council had decided, and would hold otherwise."""


class AuditLogged(Event, type="audit.logged"):
    """Who did what, when, and what was said to it: one line of the audit log."""

    IDENTITY = ("about", "verdict")

    about: str
    """Id of the record that this line is about."""
    who: str
    """Who acted: a person, or a service."""
    what: str
    """Type of the record."""
    when: str
    """RFC 3339; for commands what their writer says."""
    why: str = ""
    """The reason that was given."""
    verdict: str
    """accepted, refused with the reason, or the council's verdict on an agent."""
    signed: bool = False
    """Whether the signature of the person was checked."""
    dry: bool = False
    """Whether it is about a dry run: the table of the audit log has no row of it."""
    people: tuple[Person, ...] | None = None
    """Of a refused command that belongs to no session: who could have asked, so that a replay asks the same people."""
