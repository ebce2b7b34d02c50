"""Placing: which sessions count beyond themselves, and how their contestants came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ethogram.council.contestants import APPROVED, contestant, places
from ethogram.council.scores import Ruled
from ethogram.events import (
    AgentId,
    ChampionCrowned,
    OutcomeRevised,
    Placement,
    ScoreUpdated,
    SessionAdmitted,
    SessionId,
    SessionPlaced,
)

MOST = 100
"""Contestants of a session that counts: the model of ratings compares every two of them."""
REPEATED = "forked"
"""Adapter of agents that repeat another session: what they do was counted there."""


def contestants(event: SessionAdmitted) -> dict[AgentId, str]:
    """Who takes part, by agent; nobody where the session does not count.

    Dry runs, recorded games and forks do not count, nor does a session in which nobody meets anybody else.
    """
    counts = event.mode != "dry-run" and event.recording is None
    named = {agent.id: contestant(agent) for agent in event.agents}
    counts = counts and all(agent.adapter != REPEATED for agent in event.agents)
    return named if counts and 2 <= len(set(named.values())) <= MOST else {}


def place(
    session_id: SessionId, title: str, named: Mapping[AgentId, str], verdicts: Sequence[Ruled],
    cards: Sequence[ScoreUpdated], champion: ChampionCrowned | None, tenant: str | None,
) -> SessionPlaced | None:  # fmt: skip
    """How the contestants of a session came out; none if fewer than two were judged."""
    rulings = {one.agent_id: one.verdict for one in verdicts}
    counted = [card for card in cards if card.agent_id in named]
    found = places((named[card.agent_id], card.total, rulings[card.agent_id]) for card in counted)
    if len(found) < 2:
        return None
    best: dict[str, ScoreUpdated] = {}
    for card in sorted(counted, key=lambda card: (rulings[card.agent_id] not in APPROVED, card.rank)):
        best.setdefault(named[card.agent_id], card)
    placements = [
        Placement(
            contestant=name, agent_id=best[name].agent_id, place=place, total=best[name].total,
            approved=rulings[best[name].agent_id] in APPROVED,
        )
        for name, place in sorted(found.items(), key=lambda item: (item[1], item[0]))
    ]  # fmt: skip
    crowned = named.get(champion.agent_id) if champion else None
    return SessionPlaced(
        session_id=session_id, title=title, placements=tuple(placements), champion=crowned, tenant=tenant
    )


def as_people_hold(placed: SessionPlaced, revised: OutcomeRevised | None) -> SessionPlaced:
    """How a session comes out after people overruled the council; as it was placed where nobody did."""
    if revised is None or revised.placements is None:
        return placed
    return placed.model_copy(update={"placements": revised.placements, "champion": revised.placed_champion})
