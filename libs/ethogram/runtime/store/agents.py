"""Registered agents: kept by name, and put into trainings that name them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from ethogram.events import DEFAULT_TENANT, AgentRegistered, SettingsError, Training
from ethogram.events.envelope import Record
from ethogram.events.explanation import suggestion
from ethogram.runtime.store.tables import agents

REGISTERED = "registered"
"""Adapter that a training names to mean a registered agent."""


def keep_agents(connection: Connection, records: Sequence[Record]) -> None:
    """Keep what was registered last under each name."""
    for record in records:
        if isinstance(record.event, AgentRegistered):
            row = _row(record, record.event)
            fresh = insert(agents).values(row)
            connection.execute(fresh.on_conflict_do_update(index_elements=["tenant", "name"], set_=row))


def registered_agents(connection: Connection) -> list[dict[str, Any]]:
    """All of them, by name."""
    rows = connection.execute(select(agents).order_by(agents.c.name, agents.c.tenant)).mappings()
    return [{str(key): value for key, value in row.items()} for row in rows]


def reference_problems(config: Any) -> list[str]:
    """What is wrong with the configuration of a reference."""
    if set(config) == {"name"} and isinstance(config["name"], str):
        return []
    return ["expected the name of a registered agent alone: `config: {name: ...}`; `ethogram agents list` shows them"]


def with_registered(connection: Connection, training: Training, tenant: str = DEFAULT_TENANT) -> Training:
    """The training with each reference replaced by what the tenant has registered; SettingsError for any other."""
    if not any(agent.adapter == REGISTERED for agent in training.agents):
        return training
    known = {row["name"]: row for row in registered_agents(connection) if row["tenant"] == tenant}
    resolved = []
    for place, agent in enumerate(training.agents):
        if agent.adapter == REGISTERED:
            name = str(agent.config.get("name"))
            if name not in known:
                raise SettingsError("agent-unknown", f"agents[{place}].config.name: {name!r}{suggestion(name, known)}")
            agent = agent.model_copy(update={key: known[name][key] for key in ("adapter", "config")})
        resolved.append(agent)
    return training.model_copy(update={"agents": tuple(resolved)})


def _row(record: Record, event: AgentRegistered) -> dict[str, Any]:
    return {
        "name": event.name, "event_id": record.id, "adapter": event.adapter, "config": event.config,
        "about": event.about, "actor": event.actor, "registered_at": datetime.fromisoformat(record.time),
        "tenant": event.tenant or DEFAULT_TENANT,
    }  # fmt: skip
