"""Skills of a session's agents: who may use which, and what came of using them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from pydantic import Field

from ethogram.events import (
    AgentId,
    AgentSpec,
    DecisionMade,
    EventId,
    LearningRecorded,
    Played,
    Real,
    SessionId,
    SkillGranted,
    Value,
    quantise,
)

MOST_EVIDENCE = 16
Installed = Callable[[], Collection[str]]
"""Names of the skills that are installed."""


class Grants(NamedTuple):
    """What may be granted without a person."""

    installed: Installed = tuple
    policy: Callable[[], Sequence[str]] = tuple
    """Entries of the operator's policy: `SKILL@PATTERN of names of trainings`; without a pattern all of them."""

    def made(self, session_id: SessionId, agents: Mapping[AgentId, AgentSpec], training: str) -> list[SkillGranted]:
        """Grants of what agents ask for and the policy covers, in order of agents and skills."""
        asking = {agent_id: agent.skills for agent_id, agent in sorted(agents.items()) if agent.skills}
        policy = self.policy() if asking else ()
        installed = self.installed() if policy else ()
        return [
            SkillGranted(
                session_id=session_id, agent_id=agent_id, skill=skill, by="policy", authority=entry,
                actor="operator", reason="the training asks for it", turns=0,
            )
            for agent_id, asked in asking.items()
            for skill in sorted(set(asked).intersection(installed))
            if (entry := _covering(policy, skill, training)) is not None
        ]  # fmt: skip


NONE = Grants()


class Practice(Value):
    """One skill of one agent."""

    held: bool = True
    """Whether the agent may use it now."""
    authorities: tuple[str, ...] = ()
    """What each grant rested on."""
    used: int = 0
    unused: int = 0
    """Turns with it, and turns in which the agent had it and left it."""
    earned_using: Real = 0.0
    earned_without: Real = 0.0
    """What those turns earned in all."""
    denied: int = 0
    """Decisions that rested on it when it was not held."""
    evidence: tuple[EventId, ...] = ()
    """The first decisions that rested on it."""

    def after(self, played: Played, used: bool) -> Practice:
        """The same after a turn."""
        if not used:
            earned = quantise(self.earned_without + played.payoff)
            return self.model_copy(update={"unused": self.unused + 1, "earned_without": earned})
        shown = (*self.evidence, played.decision_id)[:MOST_EVIDENCE]
        earned = quantise(self.earned_using + played.payoff)
        return self.model_copy(update={"used": self.used + 1, "earned_using": earned, "evidence": shown})


class Skills(Value):
    """All skills that agents of a session have or had."""

    of: dict[AgentId, dict[str, Practice]] = Field(default_factory=dict)
    """By agent and name."""

    def held_by(self, agent_id: AgentId) -> tuple[str, ...]:
        """What an agent may use now, sorted."""
        return tuple(sorted(name for name, each in self.of.get(agent_id, {}).items() if each.held))

    def granted(self, agent_id: AgentId, skill: str, authority: str) -> Skills:
        """After a grant."""
        before = self._known(agent_id, skill)
        return self._with(
            agent_id, skill, before.model_copy(update={"held": True, "authorities": (*before.authorities, authority)})
        )

    def revoked(self, agent_id: AgentId, skill: str) -> Skills:
        """After a revocation; what was learnt stays."""
        return self._with(agent_id, skill, self._known(agent_id, skill).model_copy(update={"held": False}))

    def counted(self, decision: DecisionMade) -> tuple[Skills, DecisionMade]:
        """A decision as it counts: without its choice, where it rests on a skill that its agent may not use now."""
        used = {call.skill for call in decision.skills or ()}
        denied = used.difference(self.held_by(decision.agent_id))
        if not denied:
            return self, decision
        skills = self
        for name in denied.intersection(self.of.get(decision.agent_id, {})):
            before = skills.of[decision.agent_id][name]
            skills = skills._with(decision.agent_id, name, before.model_copy(update={"denied": before.denied + 1}))
        return skills, decision.model_copy(update={"option": None})

    def practised(self, turn: Collection[Played], used: Mapping[EventId, Collection[str]]) -> Skills:
        """After a resolved turn; `used`: names by the id of the decision that rests on them."""
        skills = self
        for played in turn:
            for name in self.held_by(played.agent_id):
                before = skills.of[played.agent_id][name]
                after = before.after(played, name in used.get(played.decision_id, ()))
                skills = skills._with(played.agent_id, name, after)
        return skills

    def learnt(self, session_id: SessionId) -> list[LearningRecorded]:
        """What each agent's use of each skill came to, in order of agents and skills."""
        return [
            LearningRecorded(
                session_id=session_id, agent_id=agent, skill=name, authorities=each.authorities, used=each.used,
                unused=each.unused, earned_using=_mean(each.earned_using, each.used),
                earned_without=_mean(each.earned_without, each.unused), denied=each.denied, evidence=each.evidence,
            )
            for agent, practices in sorted(self.of.items())
            for name, each in sorted(practices.items())
        ]  # fmt: skip

    def _known(self, agent_id: AgentId, skill: str) -> Practice:
        return self.of.get(agent_id, {}).get(skill, Practice(held=False))

    def _with(self, agent_id: AgentId, skill: str, practice: Practice) -> Skills:
        return Skills(of={**self.of, agent_id: {**self.of.get(agent_id, {}), skill: practice}})


def _mean(total: float, count: int) -> float | None:
    return quantise(total / count) if count else None


def _covering(policy: Sequence[str], skill: str, training: str) -> str | None:
    for entry in policy:
        name, _, pattern = entry.partition("@")
        if name == skill and fnmatchcase(training, pattern or "*"):
            return entry
    return None
