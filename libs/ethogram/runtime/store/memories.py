"""Memories: what agents keep of earlier sessions, put into a training when it starts, so that the session says itself
what each of them knew."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, select

from ethogram.council.contestants import contestant
from ethogram.events import DEFAULT_TENANT, AgentSpec, Memory, Training
from ethogram.events.character import MOST_MEMORY, memory_size
from ethogram.runtime.store.tables import champions, decisions, inferences, scores, sessions, verdicts

LOOKED_AT = 200
"""Latest sessions of an agent's id that are looked at for those in which it was the same contestant."""
MOST_PREFERENCES = 3
MOST_SAID = 3
LONGEST_SUMMARY, LONGEST_SAID = 600, 300


def with_memories(connection: Connection, training: Training, tenant: str = DEFAULT_TENANT) -> Training:
    """The training with what each agent remembers of its tenant's sessions; memories that the training brings itself
    stay as they are."""
    agents = tuple(_reminded(connection, agent, tenant) for agent in training.agents)
    return training if agents == training.agents else training.model_copy(update={"agents": agents})


def remembers(training: Training) -> bool:
    """Whether anybody in a training wants to remember something."""
    return any(_lacks_memory(agent) for agent in training.agents)


def memories(connection: Connection, agent: AgentSpec, most: int, tenant: str = DEFAULT_TENANT) -> tuple[Memory, ...]:
    """What the same agent (id, adapter and configuration) keeps of its latest judged sessions, as far as it fits."""
    kept: tuple[Memory, ...] = ()
    for row in _sessions_of(connection, agent, tenant)[:most]:
        longer = (*kept, _memory(connection, row, str(agent.id)))
        if memory_size(longer) > MOST_MEMORY:
            break
        kept = longer
    return kept


def _reminded(connection: Connection, agent: AgentSpec, tenant: str) -> AgentSpec:
    if agent.character is None or not _lacks_memory(agent):
        return agent
    memory = memories(connection, agent, agent.character.remembers, tenant)
    return agent.model_copy(update={"character": agent.character.model_copy(update={"memory": memory})})


def _lacks_memory(agent: AgentSpec) -> bool:
    return agent.character is not None and agent.character.remembers > 0 and not agent.character.memory


def _sessions_of(connection: Connection, agent: AgentSpec, tenant: str) -> list[dict[str, Any]]:
    """Completed sessions of the agent, the latest first; dry runs are no history."""
    mine = [verdicts.c.agent_id == scores.c.agent_id, verdicts.c.session_id == scores.c.session_id]
    query = (
        select(
            sessions.c.session_id, sessions.c.name, sessions.c.training, scores.c.total, verdicts.c.verdict,
            champions.c.agent_id.label("champion"),
        )
        .join(scores, scores.c.session_id == sessions.c.session_id)
        .join(verdicts, and_(*mine))
        .outerjoin(champions, champions.c.session_id == sessions.c.session_id)
        .where(scores.c.agent_id == agent.id, sessions.c.state == "completed", sessions.c.mode != "dry-run",
               sessions.c.tenant == tenant)
        .order_by(sessions.c.finished_at.desc(), sessions.c.session_id)
        .limit(LOOKED_AT)
    )  # fmt: skip
    rows = [{str(key): value for key, value in row.items()} for row in connection.execute(query).mappings()]
    return [row for row in rows if contestant(_spec(row["training"], str(agent.id))) == contestant(agent)]


def _spec(admitted: dict[str, Any], agent_id: str) -> AgentSpec:
    return next(AgentSpec.model_validate(each) for each in admitted["agents"] if each["id"] == agent_id)


def _memory(connection: Connection, row: dict[str, Any], agent_id: str) -> Memory:
    inferred = _closing(connection, row["session_id"], agent_id)
    strongest = sorted(inferred.get("principles", []), key=lambda one: (-one["strength"], one["name"]))
    return Memory(
        session_id=row["session_id"], training=row["name"][:200], verdict=row["verdict"], total=row["total"],
        champion=row["champion"] == agent_id, summary=str(inferred.get("summary", ""))[:LONGEST_SUMMARY],
        preferences={one["name"]: one["strength"] for one in strongest[:MOST_PREFERENCES]},
        said=_said(connection, row["session_id"], agent_id),
    )  # fmt: skip


def _closing(connection: Connection, session_id: str, agent_id: str) -> dict[str, Any]:
    query = select(inferences.c.body).where(
        inferences.c.session_id == session_id, inferences.c.agent_id == agent_id, inferences.c.closing
    )
    return dict(connection.execute(query.limit(1)).scalar() or {})


def _said(connection: Connection, session_id: str, agent_id: str) -> tuple[str, ...]:
    """The agent's last words of a session, the latest last."""
    said = decisions.c.reasoning
    query = select(said).where(
        decisions.c.session_id == session_id, decisions.c.agent_id == agent_id, said.is_not(None), said != ""
    )
    latest = query.order_by(decisions.c.decided_at.desc(), decisions.c.event_id).limit(MOST_SAID)
    return tuple(text[:LONGEST_SAID] for (text,) in reversed(connection.execute(latest).all()))
