"""Agents that are known by a name, so that trainings need not repeat how to reach them."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints, model_validator

from ethogram.events.base import Event
from ethogram.events.canonical import Plain
from ethogram.events.ids import SessionId, derive
from ethogram.events.training import DEFAULT_TENANT, Slug

AgentName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


def stream_of_agent(name: str, tenant: str | None = None) -> SessionId:
    """The key under which everything about a registered agent stands on the bus."""
    others = () if tenant in (None, DEFAULT_TENANT) else (tenant,)
    return SessionId(derive("registered-agent", name, *others))


class _OfAgent(Event):
    """Base of what is said about a registered agent: its key derives from its name."""

    IDENTITY = ("command_id",)

    session_id: SessionId = SessionId("")
    """Derives from name and tenant: what is said about one agent stays in order."""
    command_id: str = ""
    """The id of the command; without it the id of its record."""
    name: AgentName
    """What trainings call it: `adapter: registered, config: {name: ...}`."""
    adapter: Slug
    """Name of its adapter."""
    config: Plain = Field(default_factory=dict)
    """What the adapter needs; names of keys, never keys."""
    about: Annotated[str, Field(max_length=500)] = ""
    """What it is, in a line."""
    actor: Annotated[str, Field(min_length=1, max_length=200)] = "anonymous"
    """Who asks."""
    tenant: Slug | None = None
    """Whose it is; left out: `default`'s. Another one takes the proof that only the gateway makes."""

    @model_validator(mode="before")
    @classmethod
    def _keyed_by_name(cls, given: Any) -> Any:
        if isinstance(given, dict) and isinstance(given.get("name"), str):
            return {**given, "session_id": stream_of_agent(given["name"], given.get("tenant"))}
        return given


class RegisterAgent(_OfAgent, type="agent.register"):
    """Make an agent known by a name. Registered again, the new entry holds for sessions that start later."""

    COMMAND: ClassVar[bool] = True


class AgentRegistered(_OfAgent, type="agent.registered"):
    """An agent is known by this name from now on; its configuration was checked by its adapter."""
