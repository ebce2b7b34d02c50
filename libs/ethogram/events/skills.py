"""Skills: tools that an agent may use before it decides, who let it have them, and what came of using them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ethogram.events.base import Event
from ethogram.events.canonical import Real
from ethogram.events.commands import Intervention
from ethogram.events.ids import AgentId, EventId
from ethogram.events.interventions import Why
from ethogram.events.training import Slug


class GrantSkill(Intervention, type="skill.grant"):
    """Let an agent use a skill from its next turn on. Takes a person with authority, whose signature is recorded."""

    reason: Why
    """Why."""
    agent_id: AgentId
    """The agent."""
    skill: Slug
    """Name of an installed skill."""


class RevokeSkill(Intervention, type="skill.revoke"):
    """Take a skill away from an agent at once: a decision that used it and is not in yet counts no more."""

    reason: Why
    """Why."""
    agent_id: AgentId
    """The agent."""
    skill: Slug
    """Name of the skill."""


class SkillGranted(Event, type="skill.granted"):
    """An agent may use a skill; this record is the authorization."""

    IDENTITY = ("agent_id", "skill", "authority")

    agent_id: AgentId
    """The agent."""
    skill: str
    """The skill."""
    by: Literal["person", "policy"]
    """Whose authority it rests on."""
    authority: str
    """Id of the person's command, or the operator's policy in words."""
    actor: str
    """The person; for a policy `operator`."""
    reason: str
    """Why."""
    turns: int
    """Turns resolved when it took effect."""


class SkillRevoked(Event, type="skill.revoked"):
    """An agent may use a skill no more."""

    IDENTITY = ("agent_id", "skill", "command_id")

    agent_id: AgentId
    """The agent."""
    skill: str
    """The skill."""
    by: Literal["person", "swap"]
    """swap: the agent is reached in another way by now, and what was granted was granted to what it was before."""
    command_id: str
    """The command."""
    actor: str
    """Who asked."""
    reason: str
    """Why."""
    turns: int
    """Turns resolved when it took effect."""


class LearningRecorded(Event, type="skill.learning-recorded"):
    """What an agent's use of a skill came to in a session, with the decisions that show it."""

    IDENTITY = ("agent_id", "skill")

    agent_id: AgentId
    """The agent."""
    skill: str
    """The skill."""
    authorities: tuple[str, ...]
    """What each of its grants rested on, in order."""
    used: int
    """Turns in which it used the skill."""
    unused: int
    """Turns in which it had the skill and left it."""
    earned_using: Real | None = None
    """What a turn of the first kind earned on average; none where there was none."""
    earned_without: Real | None = None
    """The same for the second kind."""
    denied: int = 0
    """Decisions that did not count, because the skill had been revoked by then."""
    evidence: Annotated[tuple[EventId, ...], Field(max_length=16)] = ()
    """Decisions in which it was used, the first ones."""
