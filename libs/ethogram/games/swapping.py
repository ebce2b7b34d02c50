"""Swapping: an agent of a running session is reached in another way, on the record."""

from __future__ import annotations

from collections.abc import Sequence

from ethogram.events import AgentSwapped, Event, InvalidRecord, SwapAgent
from ethogram.games.admission import Adapters
from ethogram.games.course import Course
from ethogram.games.director import require_live
from ethogram.games.granting import lapse
from ethogram.games.registration import configuration_problems


def swap(course: Course, command: SwapAgent, *, adapters: Adapters) -> tuple[Course, Sequence[Event]]:
    """Reach an agent in another way from its next turn on; InvalidRecord says why that cannot be."""
    require_live(course, command)
    before = course.agents.get(command.agent_id)
    if before is None:
        known = ", ".join(sorted(course.agents))
        raise InvalidRecord("unknown-agent", f"the session has no agent {command.agent_id!r}; its agents: {known}")
    wrong = configuration_problems(command.adapter, command.config, adapters)
    if wrong:
        raise InvalidRecord("agent", "; ".join(wrong))
    agent = before.model_copy(update={"adapter": command.adapter, "config": command.config})
    if agent == before:
        return course, ()
    told = AgentSwapped(
        session_id=course.session_id, command_id=command.command_id, agent=agent, before=before, actor=command.actor,
        reason=command.reason, turns=course.resolved,
    )  # fmt: skip
    swapped, lapsed = lapse(course, command, agent.id)
    return swapped.model_copy(update={"agents": {**course.agents, agent.id: agent}}), [told, *lapsed]
