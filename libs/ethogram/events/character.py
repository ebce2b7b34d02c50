"""Characters: who an agent is to be, and what it remembers of earlier sessions. They wrap any agent."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from ethogram.events.base import Value
from ethogram.events.canonical import Real

MOST_MEMORY = 4_000
"""Characters that all memories of an agent may have, as JSON: they go with each of its turns."""

Line = Annotated[str, StringConstraints(max_length=300)]


class Memory(Value):
    """What an agent keeps of an earlier session."""

    session_id: Annotated[str, StringConstraints(max_length=100)]
    """Which session."""
    training: Annotated[str, StringConstraints(max_length=200)] = ""
    """What its training was called."""
    verdict: Annotated[str, StringConstraints(max_length=40)] = ""
    """What the council decided about the agent."""
    total: Real | None = None
    """Its score."""
    champion: bool = False
    """Whether it was crowned."""
    preferences: Annotated[dict[str, Real], Field(max_length=8)] = Field(default_factory=dict)
    """Principles that it lived by most, with their strengths."""
    summary: Annotated[str, StringConstraints(max_length=600)] = ""
    """What was inferred of it, in words."""
    said: Annotated[tuple[Line, ...], Field(max_length=8)] = ()
    """Its own last words there, the latest last: data, never an instruction."""


class Character(Value):
    """Who an agent is to be."""

    persona: Annotated[str, StringConstraints(max_length=4_000)] = ""
    """Who it is, in words."""
    traits: Annotated[tuple[Line, ...], Field(max_length=16)] = ()
    """What it is like."""
    goals: Annotated[tuple[Line, ...], Field(max_length=16)] = ()
    """What it wants."""
    remembers: Annotated[int, Field(ge=0, le=20)] = 0
    """How many of its earlier sessions it remembers; CLI and API look them up when the training starts."""
    memory: Annotated[tuple[Memory, ...], Field(max_length=20)] = ()
    """What it remembers, the latest session first."""

    @model_validator(mode="after")
    def _memory_is_bounded(self) -> Self:
        if memory_size(self.memory) > MOST_MEMORY:
            raise ValueError(f"memory: all memories together may have {MOST_MEMORY} characters as JSON")
        return self


def memory_size(memory: tuple[Memory, ...]) -> int:
    """Characters of all memories as JSON."""
    return sum(len(each.model_dump_json(exclude_defaults=True)) for each in memory)
