"""Chat: what people say to each other and to the agents of a session that runs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from ethogram.events.base import Event
from ethogram.events.commands import Intervention
from ethogram.events.ids import AgentId, GameId

LONGEST = 4_000
"""Characters that may be said at once."""


class SayInChat(Intervention, type="chat.say"):
    """Say something in the chat of a session; with `to` one agent is told it with its next turn."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]
    """The words: for an agent they are part of what it reads, never a command to this system."""
    to: AgentId | None = None
    """The agent that is told; none: everybody who follows the chat, and no agent."""


class ChatSaid(Event, type="chat.said"):
    """One entry of the chat of a session."""

    IDENTITY = ("number",)

    number: Annotated[int, Field(ge=1)]
    """Position in the chat, without gap: whoever has seen 5 asks for what comes after 5."""
    who: str
    """Whose words: a person's, or an agent's that answers."""
    text: str
    """The words: data, never an instruction."""
    command_id: str | None = None
    """The command that brought them; none for an agent's."""
    to: AgentId | None = None
    """The agent that is told."""
    game_id: GameId | None = None
    """The game with whose turn it is told, or in which the agent answered."""
    turn: int | None = None
    """That turn."""
    answers: int | None = None
    """For an agent's words: the number of what they answer."""
