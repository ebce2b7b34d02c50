"""Principles: what the inference worker concludes about one agent."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from ethogram.events.base import Event, Value
from ethogram.events.canonical import Real
from ethogram.events.ids import AgentId, EventId


class Principle(Value):
    """One principle, how strongly the agent lives by it and how sure that is."""

    name: str
    """E.g. `reciprocity`."""
    strength: Real
    """Posterior mean, 0 (lives against it) to 1 (always lives by it); .5 is indifference."""
    interval: tuple[Real, Real]
    """95 % credible interval."""
    observations: int
    """Opportunities that bear on it."""
    contexts: dict[str, Real] = Field(default_factory=dict)
    """Strength per context in which it was tested."""
    supporting: tuple[EventId, ...] = ()
    """Decisions that speak for it (the most recent ones)."""
    contradicting: tuple[EventId, ...] = ()
    """Decisions that speak against it (the most recent ones)."""
    identifiable: bool
    """Whether these games could tell."""
    why: str
    """Why it is (not) identifiable, in words."""


class StrategyProbability(Value):
    """How probable one strategy of the dictionary is."""

    strategy: str
    """Its name."""
    probability: Real
    """Posterior probability."""


class Strategy(Value):
    """Which strategy of repeated games it plays."""

    posterior: tuple[StrategyProbability, ...] = ()
    """Most probable first."""
    nearest: str | None = None
    """Name of the most probable one; none if no repeated game was seen."""
    tremble: Real | None = None
    """Estimated probability of deviating from it in a turn."""
    resembles: tuple[StrategyProbability, ...] = ()
    """Strategies of the Axelrod library whose conduct is likest, most probable first."""


class Prediction(Value):
    """How well the inference predicts choices that it has not seen."""

    log_loss: Real | None = None
    """Mean negative log probability (nats) of the held-out choices; none without any."""
    accuracy: Real | None = None
    """Share of held-out choices that were thought most probable."""
    n: int = 0
    """Held-out choices."""
    next_choice: dict[str, Real] = Field(default_factory=dict)
    """Distribution of the next choice."""


class Switch(Value):
    """A change of conduct in mid-game."""

    round: int
    """Last round of the game before it."""
    posterior: Real
    """Probability that it changed at all."""
    before: str
    """Its conduct before, in words."""
    after: str
    """Its conduct afterwards."""


class Span(Value):
    """A stretch of acts, in the order of games by name."""

    game: str
    """Game of the first act."""
    round: int
    """Round of the first act."""
    last_game: str
    """Game of the last act."""
    last_round: int
    """Round of the last act."""
    acts: int
    """Acts with a choice."""


class Personality(Value):
    """A way to conduct itself that an agent shows in some stretches and not in others."""

    name: str
    """A, B, ...: the most frequent one is A."""
    acts: int
    """Acts that it showed in."""
    share: Real
    """Of all acts."""
    cooperation: Real
    """Share of C."""
    conduct: str
    """How it acts, in words."""
    contexts: dict[str, Real] = Field(default_factory=dict)
    """Where it showed most (with a counterpart, under a condition, in an archetype): share of the acts there."""
    spans: tuple[Span, ...] = ()
    """When it showed."""


class Pattern(Value):
    """A course of play that comes again and again."""

    shape: str
    """Its most frequent form: joint actions, own first."""
    occurrences: int
    """Windows in which it, or a course that warps into it, was seen."""
    share: Real
    """Of all windows."""
    games: int
    """Games in which it was seen."""
    words: str
    """What it is."""
    example: Span
    """Where its most frequent form was seen first."""


class Relation(Value):
    """Counterparts with which an agent stands alike."""

    kind: str
    """What the relation is, in words."""
    counterparts: tuple[str, ...]
    """With whom, by name; at most twelve."""
    count: int
    """With how many."""
    turns: int
    """Turns with them."""
    given: Real
    """Share of turns in which the agent cooperated."""
    received: Real
    """Share of turns in which they did."""


Change = Literal["born", "strengthened", "weakened", "forked", "merged", "diverged", "died"]


class LineageChange(Value):
    """Something that happened to a principle."""

    act: int
    """Acts of the agent until then, in the order of games by name."""
    change: Change
    """What happened."""
    principle: str
    """To which principle."""
    strength: Real
    """How strong it was then."""
    branches: tuple[str, ...] = ()
    """Into what it forked, what merged or diverged."""


class LineageNode(Value):
    """A principle, or a branch of one."""

    name: str
    """The principle; for a branch also the circumstances: `cooperation with ann`."""
    parent: str | None = None
    """The principle that it is a branch of."""
    born: int
    """Acts until it was born."""
    died: int | None = None
    """Acts until it died or merged."""
    strength: Real
    """Latest strength."""


class Lineage(Value):
    """How the principles of conduct came, grew, split and went."""

    changes: tuple[LineageChange, ...] = ()
    """In order."""
    tree: tuple[LineageNode, ...] = ()
    """Principles, each with its branches after it."""


class Contradiction(Value):
    """Two things that do not go together."""

    kind: Literal["claim", "principles", "circumstances"]
    """A claim against conduct, two principles that pull apart, one principle under different circumstances."""
    between: tuple[str, str]
    """What contradicts what."""
    severity: Real
    """0 to 1."""
    words: str
    """What it is, in words."""
    game: str
    """Game of the edge case that shows it."""
    turn: int
    """Turn of the edge case."""
    edge: EventId | None = None
    """The decision that shows it, where it is known by id."""


class Claim(Value):
    """What an agent says that it lives by, beside what it does."""

    principle: str
    """As claimed."""
    stated: int
    """Acts with which it was claimed."""
    kept: int
    """Of these, acts that kept it."""
    broken: int
    """Of these, acts that broke it; in all others it was not at stake."""
    enacted: Real | None = None
    """Strength of the principle in all acts; none if it is not among those inferred."""
    interval: tuple[Real, Real] | None = None
    """95 % credible interval of that."""


class Preference(Value):
    """What an agent makes of payoffs: one parameter."""

    name: str
    """`envy`, `guilt`, `precision`, `conditional-cooperation`, `unconditional-giving`."""
    value: Real | None = None
    """Estimate; none where the games cannot tell."""
    interval: tuple[Real, Real] | None = None
    """95 %."""
    observations: int
    """Choices that bear on it."""
    why: str
    """Why it can(not) be told."""


class PrinciplesInferred(Event, type="principles.inferred"):
    """The ethogram of one agent so far."""

    IDENTITY = ("agent_id", "acts", "closing")

    agent_id: AgentId
    """The agent."""
    acts: int
    """Acts that this rests on."""
    closing: bool
    """Whether this is the last word on this agent in this session."""
    after: EventId | None = None
    """The TurnResolved that it was made right after, where the next scenario waits for it."""
    principles: tuple[Principle, ...]
    """Sorted by name."""
    strategy: Strategy
    """Which strategy of repeated games it plays."""
    labels: dict[str, Real] = Field(default_factory=dict)
    """Probability of each behavioural label: nice, retaliatory, ..."""
    switches: tuple[Switch, ...] = ()
    """Changes of conduct that are more probable than not."""
    hypotheses: dict[str, Real] = Field(default_factory=dict)
    """Posterior over the named hypotheses about what the agent weighs in scenarios: one principle, or nothing."""
    certain_after: int | None = None
    """Scenario choices until the leading hypothesis first held 95 % (games to certainty); none if it never did."""
    personalities: tuple[Personality, ...] = ()
    """Ways to conduct itself, the most frequent first; while a session runs as of the last time they were sought."""
    lineage: Lineage = Lineage()
    """How its principles of conduct came, grew, split and went; as of the same time."""
    contradictions: tuple[Contradiction, ...] = ()
    """Most severe first."""
    patterns: tuple[Pattern, ...] = ()
    """Courses of play that come again, most frequent first; as of the same time."""
    relations: tuple[Relation, ...] = ()
    """Whom it stands alike with; as of the same time."""
    claims: tuple[Claim, ...] = ()
    """What it says beside what it does, by principle."""
    preferences: tuple[Preference, ...] = ()
    """What it makes of payoffs, in the closing word on games with known payoffs."""
    prediction: Prediction
    """How well the inference predicts."""
    summary: str
    """In words."""

    def findings(self) -> dict[str, Any]:
        """What was found, as plain JSON: every field is there, null where nothing is known. Reports say it so."""
        found = self.model_dump(mode="json", exclude={"session_id", "agent_id", "acts", "closing", "after"})
        return {**found, "games_to_certainty": found.pop("certain_after")}


class LineageChanged(Event, type="lineage.changed"):
    """The lineage of one agent's principles is another than was told before; the closing one is always told."""

    IDENTITY = ("agent_id", "acts", "closing")

    agent_id: AgentId
    """The agent."""
    acts: int
    """Acts that this rests on."""
    closing: bool
    """Whether this is the last word on this agent in this session."""
    lineage: Lineage
    """All that is known of it now."""
