"""Gating: turns that take effect only after the council, and the approvals of people that this may ask for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from ethogram.events.base import Event, Value
from ethogram.events.canonical import EXACT, PLAINLY, Real
from ethogram.events.commands import Intervention
from ethogram.events.council import Ruling, Vote
from ethogram.events.ids import AgentId, EventId, GameId
from ethogram.events.people import Name, Role
from ethogram.events.play import TurnResolved

Occasion = Literal["start", "turn"]
"""start: before a session plays; turn: before a turn that the council is in doubt about takes effect."""
Remedy = Literal["approve", "reject", "terminate"]
Decision = Literal["approve", "modify", "reject", "terminate", "escalate"]


class TurnProposed(Event, type="turn.proposed"):
    """All seats have answered; the turn takes effect only once the council has ruled on it."""

    IDENTITY = ("game_id", "turn")

    game_id: GameId
    turn: int
    """From 1 within the game."""
    risk: Real
    """What is at stake: 0 to 1, by the worst that an option declares."""
    proposal: TurnResolved
    """What would be carried out if nobody objected; its number is not final."""


class ActRuled(Value):
    """What the council says to one seat's part of a proposed turn."""

    seat: int
    """The seat."""
    agent_id: AgentId
    """The agent on it."""
    ruling: Ruling
    """reject: the default is carried out instead; escalate: people decide; else it is carried out as intended."""
    votes: tuple[Vote, ...]
    """One per judge, sorted by judge."""


class TurnRuled(Event, type="turn.ruled"):
    """What the council says to a proposed turn."""

    IDENTITY = ("game_id", "turn")

    game_id: GameId
    turn: int
    """The turn."""
    proposed_id: EventId
    """The TurnProposed that it is about."""
    acts: tuple[ActRuled, ...]
    """One per seat that acts."""
    constitution: str
    """Digest of the constitution that was applied."""


class Rung(Value):
    """Who is asked at one level of a policy, and for how long."""

    role: Role
    """Role that an answer takes; people with `admin` may always answer."""
    seconds: Annotated[float, Field(ge=0.1, le=604_800), EXACT, PLAINLY]
    """How long an answer is waited for."""
    channels: Annotated[tuple[Name, ...], Field(max_length=10)] = ()
    """Through which channels of the operator's `channels.yaml` those who may answer are told."""


class ApprovalPolicy(Value):
    """Who is asked for approval, of what, and what happens if nobody answers."""

    name: Name
    """For people."""
    about: Annotated[tuple[Occasion, ...], Field(min_length=1)]
    """What is to be approved."""
    trainings: Annotated[tuple[str, ...], Field(min_length=1)] = ("*",)
    """Patterns of the names of trainings that it holds for."""
    chain: Annotated[tuple[Rung, ...], Field(min_length=1, max_length=8)]
    """Asked one after the other: the next one when time is up, or when somebody escalates."""
    then: Remedy
    """What follows when the last one's time is up too."""


class ApprovalRequested(Event, type="approval.requested"):
    """People are asked; what it is about waits."""

    IDENTITY = ("approval_id", "level")

    approval_id: str
    """What an answer names."""
    level: int
    """Which rung of the policy is asked, from 0."""
    about: Occasion
    """What is to be approved."""
    game_id: GameId | None = None
    """The game, where it is about a turn."""
    turn: int | None = None
    """The turn."""
    seat: int | None = None
    """The seat."""
    agent_id: AgentId | None = None
    """The agent on it."""
    intended: str | None = None
    """What it means to do."""
    instead: str | None = None
    """What is carried out if that is rejected."""
    options: tuple[str, ...] = ()
    """What may be carried out instead by `modify`."""
    reasons: tuple[str, ...] = ()
    """Why people are asked: the votes of the council."""
    policy: str
    """Name of the policy."""
    role: Role
    """Who may answer."""
    seconds: Real
    """How long an answer is waited for."""
    channels: tuple[Name, ...] = ()
    """Through which channels they are told."""


class DecideApproval(Intervention, type="approval.decide"):
    """Answer a request for approval."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
    """Why."""
    approval_id: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    """Which request."""
    decision: Decision
    """modify carries out `option`, terminate ends the session, escalate asks the next rung."""
    option: str | None = None
    """With modify alone: what is carried out."""

    @model_validator(mode="after")
    def _option_with_modify(self) -> DecideApproval:
        if (self.decision == "modify") != (self.option is not None):
            raise ValueError("option belongs to `modify`, and `modify` needs one")
        return self


class ApprovalExpired(Event, type="approval.expired"):
    """Nobody answered in time."""

    IDENTITY = ("approval_id", "level")

    approval_id: str
    """Which request."""
    level: int
    """Which rung was asked."""


class ApprovalDecided(Event, type="approval.decided"):
    """What came of a request for approval."""

    IDENTITY = ("approval_id",)

    approval_id: str
    """Which request."""
    decision: Literal["approve", "modify", "reject", "terminate"]
    """What holds now."""
    option: str | None = None
    """What is carried out instead of what was intended, if anything is."""
    actor: str
    """Who decided; the policy's name where nobody answered."""
    reason: str = ""
    """Why."""
    command_id: str | None = None
    """The command; none where nobody answered."""
    turns: int
    """Turns resolved when it took effect."""
