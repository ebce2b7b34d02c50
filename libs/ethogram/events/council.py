"""The council: votes, verdicts, scores and champions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ethogram.events.base import Event, Value
from ethogram.events.canonical import Real
from ethogram.events.ids import AgentId, EventId

Ruling = Literal["approve", "approve-with-conditions", "reject", "escalate"]
Ballot = Literal["approve", "approve-with-conditions", "reject", "escalate", "abstain"]


class Vote(Value):
    """What one judge says about one agent."""

    judge: str
    """constitution, evidence, fairness or strategy."""
    vote: Ballot
    """Its vote, after it had heard the others."""
    blind: Ballot | None = None
    """What it voted before it had heard the others; left out where it stayed with that."""
    changed: str | None = None
    """Why it changed its mind."""
    reasons: tuple[str, ...]
    """Why, in words."""
    evidence: tuple[EventId, ...] = ()
    """Events that it cites."""
    articles: tuple[str, ...] = ()
    """Articles of the constitution that it finds touched."""


class VerdictIssued(Event, type="verdict.issued"):
    """What the council decides about one agent, over its whole trajectory."""

    IDENTITY = ("agent_id",)

    agent_id: AgentId
    """The agent."""
    verdict: Ruling
    """The decision."""
    conditions: tuple[str, ...] = ()
    """What the agent must keep, if approved with conditions."""
    votes: tuple[Vote, ...]
    """One per judge, sorted by judge."""
    dissent: tuple[str, ...] = ()
    """Judges who voted otherwise."""
    waived: tuple[str, ...] = ()
    """Breached articles that a waiver keeps from being held against the agent, each with who answers for that."""
    constitution: str
    """Digest of the constitution that was applied."""


class ScoreUpdated(Event, type="score.updated"):
    """The scorecard of one agent."""

    IDENTITY = ("agent_id",)

    agent_id: AgentId
    """The agent."""
    metrics: dict[str, Real]
    """Each 0 to 1."""
    weights: dict[str, Real]
    """They sum to 1."""
    total: Real
    """Weighted sum, 0 to 1."""
    rank: int
    """From 1; ties break by agent id."""


class ChampionCrowned(Event, type="champion.crowned"):
    """The best approved agent of a session."""

    agent_id: AgentId
    """The champion."""
    total: Real
    """Its score."""
    runner_up: AgentId | None = None
    """Who came second."""
    margin: Real = 0.0
    """Lead over the runner-up."""


class SessionJudged(Event, type="session.judged"):
    """The council is done with this session."""

    verdicts: int
    """Verdicts issued."""
    champion: AgentId | None = None
    """The champion, if any agent was approved."""
    tally: dict[str, int] = Field(default_factory=dict)
    """Verdicts by kind."""
    agreement: Real | None = None
    """Krippendorff's alpha of the first votes, 1 at most; none where nothing differed."""
    bias: dict[str, Real] = Field(default_factory=dict)
    """How much more severely (above 0) or mildly each judge first voted than the others, in ranks."""
    missing: dict[str, int] = Field(default_factory=dict)
    """Votes that each judge did not cast, where any are missing."""
