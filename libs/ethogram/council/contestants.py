"""Contestants: who an agent is across sessions, and how a session places those who took part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ethogram.events import AgentSpec, Ruling, canonical, digest
from ethogram.events.canonical import plain

APPROVED: frozenset[Ruling] = frozenset({"approve", "approve-with-conditions"})
"""Verdicts with which an agent may be placed and crowned."""
Places = Mapping[str, int]
"""Place of each contestant in one game, from 1; equal places are draws."""


def contestant(agent: AgentSpec) -> str:
    """Who an agent is across sessions: the same id with another adapter or configuration is somebody else."""
    made = digest(canonical({"adapter": agent.adapter, "config": plain(agent.config)}))
    return f"{agent.id}#{made[:6]}"


def places(results: Iterable[tuple[str, float, Ruling]]) -> dict[str, int]:
    """Places of one game, from contestants with totals and verdicts; one that sat twice counts once, at its best."""
    marks: dict[str, float] = {}
    for contestant, total, verdict in results:
        marks[contestant] = max(marks.get(contestant, -1.0), total if verdict in APPROVED else -1.0)
    return {name: 1 + sum(other > mark for other in marks.values()) for name, mark in sorted(marks.items())}
