"""Who meets whom."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from ethogram.events import AgentId


def round_robin(agents: Sequence[AgentId], repetitions: int) -> list[tuple[AgentId, AgentId]]:
    """Every pair of agents once per repetition, in the order of the training file; repetitions change the seats."""
    pairs = list(combinations(agents, 2))
    return [
        (second, first) if repetition % 2 else (first, second)
        for repetition in range(repetitions)
        for first, second in pairs
    ]


def matches(agents: int, repetitions: int) -> int:
    """How many matches `round_robin` makes of so many agents."""
    return agents * (agents - 1) // 2 * repetitions
