"""Competence: what an agent earned, on the scale of what the session's games pay."""

from __future__ import annotations

from collections.abc import Mapping

from ethogram.council.conduct import Conduct
from ethogram.events import AgentId, SessionAdmitted, quantise


def scale(event: SessionAdmitted) -> tuple[float, float] | None:
    """Lowest and highest payoff that the session's games pay; none without a game."""
    paid = [payoff for game in event.games for payoff in game.span or ()]
    paid += [payoff for game in event.games for payoffs in game.payoffs.values() for payoff in payoffs]
    return (min(paid), max(paid)) if paid else None


def competence(
    conduct: Conduct, scale: tuple[float, float] | None, places: Mapping[AgentId, float] | None, agent: AgentId
) -> float | None:
    """What it earned on that scale, and how well it came off in the arena: the mean of what there is, 0 to 1."""
    found = [] if (place := (places or {}).get(agent)) is None else [place]
    if scale is not None and conduct.game_acts and scale[0] != scale[1]:
        low, high = scale
        found.append((conduct.payoff / conduct.game_acts - low) / (high - low))
    return quantise(sum(found) / len(found)) if found else None
