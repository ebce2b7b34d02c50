"""Agents: make one known by a name, list those that are."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from ethogram.client import new_command_id
from ethogram.events import RegisterAgent, SettingsError
from ethogram.services.gateway.doors import Doors
from ethogram.services.gateway.keys import named_tenant, needs


class AgentWish(BaseModel):
    """An agent, and how it is reached."""

    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True,
        json_schema_extra={"examples": [
            {"agent_id": "patient", "framework": "python", "config": {"callable": "examples.agents:cautious"}},
        ]},
    )  # fmt: skip

    agent_id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
    """What trainings call it: `adapter: registered, config: {name: ...}`."""
    framework: str = Field(min_length=1, max_length=64)
    """Its adapter, as `ethogram agents list` has them."""
    config: dict[str, Any] = Field(default_factory=dict)
    """What the adapter needs; names of keys, never keys."""
    about: str = Field("", max_length=500)
    """What it is, in a line."""


class AgentShown(BaseModel):
    """A registered agent."""

    name: str
    adapter: str
    config: dict[str, Any]
    about: str
    actor: str
    registered_at: datetime | None = None


class Agents(BaseModel):
    """By name."""

    agents: list[AgentShown]


class KnownAgent(BaseModel):
    """An agent that has played."""

    agent_id: str
    sessions: int
    adapters: list[str]
    last_at: datetime


class KnownAgents(BaseModel):
    """The latest first."""

    agents: list[KnownAgent]


class PrincipleShown(BaseModel):
    """How strong a principle was thought to be."""

    name: str
    strength: float
    interval: tuple[float, float]
    identifiable: bool


class SessionOfAgent(BaseModel):
    """One session of an agent; verdict, score and rank are null where the council has not spoken."""

    session_id: str
    session: str
    started_at: datetime
    acts: int
    summary: str | None
    nearest: str | None
    labels: dict[str, float]
    principles: list[PrincipleShown]
    verdict: str | None
    total: float | None
    rank: int | None


class History(BaseModel):
    """The oldest first."""

    history: list[SessionOfAgent]


def agent_routes(doors: Doors) -> APIRouter:
    """The routes, over these doors."""
    router = APIRouter(tags=["agents"])

    async def register(wish: AgentWish, request: Request) -> dict[str, Any]:
        """Make an agent known by a name; 202 once Kafka has the command, after its adapter found it right."""
        wrong = await run_in_threadpool(doors.agents.problems, wish.framework, wish.config)
        if wrong:
            raise SettingsError("agent-invalid", "; ".join(wrong))
        told = {"name": wish.agent_id, "adapter": wish.framework, "config": wish.config, "about": wish.about}
        actor = getattr(request.state, "owner", "anonymous")
        named = {"command_id": new_command_id(), "tenant": named_tenant(None)}
        command = RegisterAgent.model_validate({**told, "actor": actor, **named})
        await run_in_threadpool(doors.publish, command)
        return {**told, "actor": actor}

    def listed() -> dict[str, Any]:
        """Registered agents, by name."""
        return {"agents": doors.agents.registered()}

    def known(limit: Annotated[int, Query(ge=1, le=500)] = 200) -> dict[str, Any]:
        """Everybody who has sat in a session, the latest first."""
        return {"agents": doors.reports.known_agents(limit)}

    def history(
        agent: Annotated[str, Path(max_length=200)], limit: Annotated[int, Query(ge=1, le=500)] = 100
    ) -> dict[str, Any]:
        """An agent from session to session: what it lived by, what it played like, what the council said."""
        return {"history": doors.reports.agent_history(agent, limit)}

    reading = [needs(doors, "read")]
    router.add_api_route("/v1/agents/known", known, methods=["GET"], response_model=KnownAgents, dependencies=reading)
    router.add_api_route(
        "/v1/agents/{agent}/history", history, methods=["GET"], response_model=History, dependencies=reading
    )
    for path in ("/v1/agents", "/api/agents/register"):
        router.add_api_route(
            path, register, methods=["POST"], status_code=202, response_model=AgentShown,
            dependencies=[needs(doors, "play")],
        )  # fmt: skip
    for path in ("/v1/agents", "/api/agents"):
        router.add_api_route(path, listed, methods=["GET"], response_model=Agents, dependencies=[needs(doors, "read")])
    return router
