"""The council: votes, verdicts, scores and champions."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ethogram.events.base import Event, Value
from ethogram.events.canonical import Plain, Real
from ethogram.events.ids import AgentId, EventId
from ethogram.events.training import JudgeSpec

Ruling = Literal["approve", "approve-with-conditions", "reject", "escalate"]
Ballot = Literal["approve", "approve-with-conditions", "reject", "escalate", "abstain"]
Absence = Literal["refused", "unparsable", "timed-out", "failed", "switched-off"]
Round = Literal[1, 2]


class Vote(Value):
    """What one judge says about one agent."""

    judge: str
    """constitution, evidence, fairness or strategy; else the id of a model that sits in this council."""
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
    absent: Absence | None = None
    """Why a model has no vote; it abstains then."""
    adviser: Literal[True] | None = None
    """Set on the vote of a model: it can make a verdict more careful, never milder, and rejects nobody."""


class JudgementRequested(Event, type="judgement.requested"):
    """Models are asked to judge one agent: blind first, then once more with what all judges said."""

    IDENTITY = ("agent_id", "round")

    agent_id: AgentId
    """The agent."""
    round: Round
    """1: blind. 2: after the others were heard."""
    judges: tuple[JudgeSpec, ...]
    """Who is asked."""
    case: Plain
    """All that a judge may know of the agent. What agents said stands under `words` and is data, never instruction."""
    heard: tuple[Vote, ...] = ()
    """In round 2: the blind votes of all judges."""


class VoteCast(Event, type="vote.cast"):
    """What one model said about one agent, as it said it; the council makes a vote of what the record bears."""

    IDENTITY = ("agent_id", "judge", "round")
    VOLATILE: ClassVar[frozenset[str]] = frozenset({"cost_micros"})

    agent_id: AgentId
    """The agent."""
    judge: str
    """Id of the judge."""
    round: Round
    """1: blind. 2: after the others were heard."""
    requested_id: EventId
    """The JudgementRequested that it answers."""
    vote: Ballot
    """What it says; abstain where it has no vote."""
    absent: Absence | None = None
    """Why it has no vote."""
    reasons: tuple[Annotated[str, Field(max_length=1_000)], ...] = ()
    """Why, in its words."""
    evidence: tuple[str, ...] = ()
    """Events that it cites: whether they are of this record is not yet looked at."""
    articles: tuple[str, ...] = ()
    """Articles that it names."""
    calls: tuple[str, ...] = ()
    """Digests of the model calls that it came from."""
    tokens: int = 0
    """Tokens that it cost."""
    cost_micros: int = 0
    """What it cost, in millionths of a US dollar."""


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
    counts: bool = False
    """Whether the session moves the ladder, unless it was cancelled; dry runs, recorded games and forks do not."""
