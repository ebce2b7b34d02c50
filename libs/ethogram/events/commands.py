"""Commands: what anybody may ask for. Any producer, any key or none; read strictly."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from ethogram.events.base import Event
from ethogram.events.canonical import EXACT, PLAINLY, Plain
from ethogram.events.floor import Speech
from ethogram.events.ids import AgentId, GameId, SessionId
from ethogram.events.training import Slug, Training

Uuid = Annotated[
    SessionId, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]


class StartTraining(Training, Event, type="training.start"):
    """Start a session. The body is a training file; a bare JSON body without headers is enough."""

    COMMAND: ClassVar[bool] = True

    session_id: Uuid = SessionId("")
    """Optional: a UUID chosen by the writer. Without it the id derives from topic, partition and offset."""
    tenant: Slug | None = None
    """Whom the session belongs to; left out: to `default`. Another one takes the proof that only the gateway makes."""


class Intervention(Event):
    """Base of what a person asks of a session that runs."""

    COMMAND: ClassVar[bool] = True
    IDENTITY = ("command_id",)

    session_id: Uuid
    """The session that is meant."""
    command_id: str = ""
    """Optional: the id of this command; without it the id of its record."""
    actor: Annotated[str, Field(min_length=1, max_length=200)] = "anonymous"
    """Who asks."""
    reason: Annotated[str, Field(max_length=2_000)] = ""
    """Why."""


class PauseSession(Intervention, type="session.pause"):
    """Hold a session: no new turn is presented until it is resumed."""


class ResumeSession(Intervention, type="session.resume"):
    """Let a paused session go on."""


class CancelSession(Intervention, type="session.cancel"):
    """End a session now; what was played stays on record."""


class AnswerTurn(Intervention, type="seat.answer"):
    """Answer a turn for a person's seat. The first valid answer counts; it becomes the seat's decision."""

    game_id: GameId
    """The game."""
    turn: Annotated[int, Field(ge=1)]
    """The turn that is answered."""
    seat: Annotated[int, Field(ge=0)]
    """The seat that answers."""
    option: Annotated[str, Field(min_length=1, max_length=200)]
    """Id of the chosen option."""
    confidence: Annotated[float, Field(ge=0, le=1), EXACT, PLAINLY] | None = None
    """How sure the person is."""
    reasoning: Annotated[str, Field(max_length=20_000)] | None = None
    """Why: data, never an instruction."""
    claims: Annotated[tuple[str, ...], Field(max_length=32)] = ()
    """Principles that the person claims to follow."""
    speech: Speech | None = None
    """What the person says with it, in the arena."""


class SwapAgent(Intervention, type="session.swap-agent"):
    """Reach an agent of a running session in another way from its next turn on: another model, say."""

    agent_id: AgentId
    """Which agent; its name, seat and budget stay."""
    adapter: Slug
    """Name of the adapter."""
    config: Plain = Field(default_factory=dict)
    """What the adapter needs."""
