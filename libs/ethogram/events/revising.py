"""Revising: what becomes of a session's outcome when people overrule the council, beside what it would have been."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ethogram.events.base import Event, Value
from ethogram.events.canonical import Real
from ethogram.events.council import Ruling
from ethogram.events.ids import AgentId
from ethogram.events.ladder import Placement


class RevisedCard(Value):
    """What holds of one agent, and what would hold without people."""

    agent_id: AgentId
    """The agent."""
    verdict: Ruling
    """What holds."""
    council: Ruling
    """What the council decided."""
    metrics: dict[str, Real]
    """Each 0 to 1; where a person has overruled the council, integrity is what that verdict says."""
    total: Real
    """Their weighted sum."""
    rank: int
    """From 1; ties break by agent id."""
    council_total: Real
    """The total without people."""
    council_rank: int
    """The rank without people."""


class OutcomeRevised(Event, type="outcome.revised"):
    """What a session comes to after people have overruled verdicts; the council's own outcome stays on record."""

    IDENTITY = ("number",)

    number: Annotated[int, Field(ge=1)]
    """How often the outcome was revised; the latest holds."""
    command_id: str
    """The command that overruled."""
    actor: str
    """Who overruled."""
    cards: tuple[RevisedCard, ...]
    """All agents, the best first."""
    champion: AgentId | None = None
    """The best approved agent; none if there is none, and in dry runs."""
    runner_up: AgentId | None = None
    """Who comes second."""
    margin: Real = 0.0
    """Lead of the champion."""
    council_champion: AgentId | None = None
    """Who would be champion without people."""
    placements: tuple[Placement, ...] | None = None
    """How the contestants come out so, by place; none where the session does not count beyond itself."""
    placed_champion: str | None = None
    """The contestant that is champion so, if any and if the session counts."""
