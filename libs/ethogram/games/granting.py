"""Granting: people let agents use skills, and take them away again, on the record."""

from __future__ import annotations

from collections.abc import Sequence

from ethogram.events import (
    AgentId,
    Event,
    GrantSkill,
    InvalidRecord,
    RevokeSkill,
    SkillGranted,
    SkillRevoked,
)
from ethogram.events.commands import Intervention
from ethogram.games import director
from ethogram.games.course import Course, Said
from ethogram.games.skills import Installed


def grant(course: Course, command: GrantSkill, *, skills: Installed) -> Said:
    """Let an agent use a skill from its next turn on; who has it already, keeps it, and nothing is told."""
    _require_agent(course, command, command.agent_id)
    if command.skill not in skills():  # these words name no others: a replay does not know what was installed
        raise InvalidRecord("unknown-skill", f"skill {command.skill!r} is not installed; see `ethogram skills list`")
    if command.skill in course.skills.held_by(command.agent_id):
        return course, ()
    told = SkillGranted(
        session_id=course.session_id, agent_id=command.agent_id, skill=command.skill, by="person",
        authority=command.command_id, actor=command.actor, reason=command.reason, turns=course.resolved,
    )  # fmt: skip
    held = course.skills.granted(command.agent_id, command.skill, told.authority)
    return course.model_copy(update={"skills": held}), [told]


def revoke(course: Course, command: RevokeSkill) -> Said:
    """Take a skill away from an agent; a decision that used it and comes in later has chosen nothing."""
    _require_agent(course, command, command.agent_id)
    held = course.skills.held_by(command.agent_id)
    if command.skill not in held:
        words = f"agent {command.agent_id!r} has no skill {command.skill!r}; it has: {', '.join(held) or 'none'}"
        raise InvalidRecord("skill-not-held", words)
    return _revoked(course, command, command.agent_id, (command.skill,))


def lapse(course: Course, command: Intervention, agent_id: AgentId) -> Said:
    """Take away what was granted to an agent that is another one by now."""
    return _revoked(course, command, agent_id, course.skills.held_by(agent_id))


def _revoked(course: Course, command: Intervention, agent_id: AgentId, skills: Sequence[str]) -> Said:
    told: list[Event] = []
    left = course.skills
    for skill in skills:
        left = left.revoked(agent_id, skill)
        told.append(SkillRevoked(
            session_id=course.session_id, agent_id=agent_id, skill=skill, command_id=command.command_id,
            by="person" if isinstance(command, RevokeSkill) else "swap", actor=command.actor, reason=command.reason,
            turns=course.resolved,
        ))  # fmt: skip
    return course.model_copy(update={"skills": left}), told


def _require_agent(course: Course, command: Intervention, agent_id: AgentId) -> None:
    director.require_live(course, command)
    if agent_id not in course.agents:
        known = ", ".join(sorted(course.agents))
        raise InvalidRecord("unknown-agent", f"the session has no agent {agent_id!r}; its agents: {known}")
