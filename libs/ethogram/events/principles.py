"""Principles: what the inference worker concludes about one agent."""

from __future__ import annotations

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
    """A change of conduct."""

    round: int
    """Choices of the agent before it."""
    posterior: Real
    """Probability that it changed at all."""
    before: str
    """Its conduct before, in words."""
    after: str
    """Its conduct afterwards."""


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
    prediction: Prediction
    """How well the inference predicts."""
    summary: str
    """In words."""
