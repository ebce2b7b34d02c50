"""Stances: what an agent claims beside what it does, and which of its principles pull apart in one and the same act.

Counted act by act, with one telling act each: of all that could be shown the weightiest, and of these the last by game
and turn, so that the order in which parallel games came does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

from pydantic import Field

from ethogram.events.base import Value
from ethogram.events.ids import EventId

WHOLE = 1000
"""Weight of keeping or breaking a principle outright; declared effects of options weigh less, in thousandths."""
MOST_CLAIMS = 40
"""Different principles that are remembered as claimed, the first by name: agents may claim anything."""

Edge = tuple[int, str, int, EventId]
"""Weight, game, turn, and the decision: the largest one tells most."""
NO_EDGE: Edge = (0, "", 0, EventId(""))

Stakes = Mapping[str, int]
"""What an act did to each principle that was at stake: its weight, below zero where it was broken."""


class Claim(Value):
    """How a claimed principle was kept."""

    stated: int = 0
    """Acts with which it was claimed."""
    kept: int = 0
    """Of these, acts that kept it."""
    broken: int = 0
    """Of these, acts that broke it; in all others it was not at stake."""
    edge: Edge = NO_EDGE
    """The act that broke it worst."""


class Tension(Value):
    """Two principles that were at stake in the same acts."""

    joint: int = 0
    """Acts in which both were at stake."""
    first: int = 0
    """Acts that kept the first and broke the second."""
    second: int = 0
    """Acts that kept the second and broke the first."""
    edge: Edge = NO_EDGE
    """The act in which they pulled hardest."""


class Stances(Value):
    """Counts of one agent."""

    claims: dict[str, Claim] = Field(default_factory=dict)
    """By principle."""
    tensions: dict[str, Tension] = Field(default_factory=dict)
    """By `principle|principle`, in order of their names."""

    def after(self, stakes: Stakes, claimed: Iterable[str], game: str, turn: int, source: str) -> Stances:
        """The stances after one act."""
        tensions = dict(self.tensions)
        for one, other in combinations(sorted(stakes), 2):
            place = f"{one}|{other}"
            before = tensions.get(place) or Tension()
            tensions[place] = _pulled(before, stakes[one], stakes[other], (game, turn, source))
        claims = self.claims
        for name in sorted(set(claimed)):
            before_claim = claims.get(name) or Claim()
            claims = {**claims, name: _claimed(before_claim, stakes.get(name, 0), (game, turn, source))}
        if len(claims) > MOST_CLAIMS:
            claims = {name: claims[name] for name in sorted(claims)[:MOST_CLAIMS]}
        return Stances.model_construct(claims=claims, tensions=tensions)


def _pulled(before: Tension, one: int, other: int, where: tuple[str, int, str]) -> Tension:
    apart = (one > 0) != (other > 0)
    edge = (min(abs(one), abs(other)), where[0], where[1], EventId(where[2])) if apart else NO_EDGE
    return Tension.model_construct(
        joint=before.joint + 1, first=before.first + (apart and one > 0), second=before.second + (apart and other > 0),
        edge=max(before.edge, edge),
    )  # fmt: skip


def _claimed(before: Claim, weight: int, where: tuple[str, int, str]) -> Claim:
    edge = (-weight, where[0], where[1], EventId(where[2])) if weight < 0 else NO_EDGE
    return Claim.model_construct(
        stated=before.stated + 1, kept=before.kept + (weight > 0), broken=before.broken + (weight < 0),
        edge=max(before.edge, edge),
    )  # fmt: skip
