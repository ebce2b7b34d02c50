"""The panel: models that sit in the council beside the four judges of the house, where a training names some.

They are asked once blind, and once more with what all judges said. What they say enters the log once (VoteCast). Here
it becomes a vote, by what the record bears: of the events and articles that a model cites only those count which are
there. A model is an adviser: it makes verdicts more careful, never milder, and rejects nobody (see `verdict.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pydantic import Field

from ethogram.council.case import Case
from ethogram.council.judges import Finding
from ethogram.council.measures import MEASURES
from ethogram.events import (
    AgentId,
    BehaviourObserved,
    EventId,
    JudgeSpec,
    SessionAdmitted,
    Value,
    VoteCast,
)

WORDS = 8
"""Claims of one agent that are shown to models: the latest different ones."""
LONGEST_CLAIM = 200
"""Characters of one of them."""


class Opinion(NamedTuple):
    """What one model said of one agent."""

    blind: VoteCast
    """Before it had heard the others."""
    after: VoteCast | None = None
    """When it had; none if it was not asked again."""


class Panel(Value):
    """What is kept of the models of one session."""

    judges: tuple[JudgeSpec, ...]
    """Who sits in it."""
    round: int = 0
    """0: nobody was asked yet. 1: blind. 2: after the others were heard."""
    words: dict[AgentId, tuple[str, ...]] = Field(default_factory=dict)
    """What each agent claimed last, in its own words."""
    owed: dict[EventId, tuple[str, ...]] = Field(default_factory=dict)
    """Judges whose answer is still to come, by request."""
    blind: dict[AgentId, dict[str, VoteCast]] = Field(default_factory=dict)
    """Answers of the first round."""
    after: dict[AgentId, dict[str, VoteCast]] = Field(default_factory=dict)
    """Answers of the second round."""

    def hearing(self, turn: BehaviourObserved) -> Panel:
        """The panel once it has heard what was claimed in a turn."""
        words = dict(self.words)
        for act in turn.acts:
            words[act.agent_id] = latest((*words.get(act.agent_id, ()), *act.claims))
        return self.model_copy(update={"words": words})

    def taking(self, event: VoteCast) -> Panel:
        """The panel with one answer more; one that nobody is waiting for changes nothing."""
        if event.judge not in self.owed.get(event.requested_id, ()):
            return self
        left = tuple(judge for judge in self.owed[event.requested_id] if judge != event.judge)
        return self.keeping(event).model_copy(update={"owed": {**self.owed, event.requested_id: left}})

    def keeping(self, event: VoteCast) -> Panel:
        """The panel with an answer, asked for or not."""
        name = "blind" if event.round == 1 else "after"
        known: dict[AgentId, dict[str, VoteCast]] = getattr(self, name)
        answered = {**known.get(event.agent_id, {}), event.judge: event}
        return self.model_copy(update={name: {**known, event.agent_id: answered}})

    @property
    def answered(self) -> bool:
        """Whether nobody is waited for."""
        return not any(self.owed.values())

    def opinions(self, agent_id: AgentId) -> dict[str, Opinion]:
        """What each model said of an agent."""
        second = self.after.get(agent_id, {})
        return {judge: Opinion(first, second.get(judge)) for judge, first in self.blind.get(agent_id, {}).items()}


def latest(claims: Sequence[str]) -> tuple[str, ...]:
    """The latest different claims, shortened, in the order in which they were last made."""
    told = dict.fromkeys(claim[:LONGEST_CLAIM] for claim in reversed(claims))
    return tuple(told)[:WORDS][::-1]


def panel_of(event: SessionAdmitted) -> Panel | None:
    """The panel of a session; none where no model sits."""
    return Panel(judges=event.judges) if event.judges else None


def findings(case: Case, cast: VoteCast) -> tuple[Finding, ...]:
    """What an answer comes to: what it cites counts where it is of this record, and is passed over elsewhere."""
    if cast.vote == "approve" or cast.vote == "abstain":
        return ()
    cited = tuple(EventId(event) for event in cast.evidence if event in evidence_of(case))
    articles = {article.id for article in case.constitution.articles}
    named = tuple(article for article in cast.articles if article in articles)
    return (Finding(cast.vote, "; ".join(cast.reasons) or "gives no reason", cited, named),)


def evidence_of(case: Case) -> frozenset[EventId]:
    """Events that a judge of this case may cite."""
    found = {event for measure in case.measures.values() for event in measure.evidence}
    found |= {event for memory in case.conduct.memories.values() for event in memory.evidence}
    return frozenset(found | ({case.inference} if case.inference else set()))


def brief(case: Case) -> dict[str, Any]:
    """All that a model is told of an agent, as plain values."""
    return {
        "agent": case.agent_id,
        "acts": case.conduct.acts,
        "competence": case.competence,
        "inference": case.inference,
        "articles": [
            {"id": each.id, "title": each.title, "text": each.text, "severity": each.severity}
            for each in case.constitution.articles
            if each.scope.covers(case.agent_id)
        ],
        "measures": {
            name: {
                "share": one.value, "of": one.observations, "evidence": list(one.evidence),
                "means": MEASURES.get(name, ""),
            }
            for name, one in case.measures.items()
        },
        "principles": [
            {"name": one.name, "low": one.interval[0], "high": one.interval[1], "observations": one.observations}
            for one in case.principles.values()
            if one.identifiable
        ],
        "words": list(case.words),
    }  # fmt: skip
