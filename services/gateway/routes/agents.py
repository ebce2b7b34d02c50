"""Agents: make one known by a name, list those that are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
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

    for path in ("/v1/agents", "/api/agents/register"):
        router.add_api_route(
            path, register, methods=["POST"], status_code=202, response_model=AgentShown,
            dependencies=[needs(doors, "play")],
        )  # fmt: skip
    for path in ("/v1/agents", "/api/agents"):
        router.add_api_route(path, listed, methods=["GET"], response_model=Agents, dependencies=[needs(doors, "read")])
    return router
