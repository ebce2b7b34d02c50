"""The ladder: ratings and titles over all sessions, moved by one placed session after the other (see `climbing.py`).

A title is a training's name; whoever is crowned in a session of that name while nobody holds it has it. From then on it
must be taken from the holder, at the same table, or from a holder that has left too many challenges unanswered.
"""

from __future__ import annotations

from pydantic import Field

from ethogram.events import (
    Holding,
    Rating,
    SessionPlaced,
    TitleChallenged,
    TitleDefended,
    TitleTaken,
    Value,
    quantise,
)

UNANSWERED = 3
"""Challenges in a row after which the latest challenger has the title, though it never met the holder."""


class Ladder(Value):
    """What is kept of the ladder."""

    number: int = 0
    """Sessions that it rests on."""
    ratings: dict[str, Rating] = Field(default_factory=dict)
    """By contestant."""
    titles: dict[str, Holding] = Field(default_factory=dict)
    """By title."""


TitleEvent = type[TitleTaken] | type[TitleDefended] | type[TitleChallenged]


def contest(held: Holding | None, event: SessionPlaced) -> tuple[TitleEvent, Holding] | None:
    """What a session does to a title that is held so; none if nobody was crowned in it."""
    crowned = event.champion
    if crowned is None:
        return None
    fresh = Holding(contestant=crowned, since=event.session_id)
    if held is None:
        return TitleTaken, fresh
    if crowned == held.contestant:
        return TitleDefended, held.model_copy(update={"defences": held.defences + 1, "challenges": ()})
    met = any(each.contestant == held.contestant for each in event.placements)
    challenges = (*held.challenges, crowned)
    if met or len(challenges) >= UNANSWERED:
        return TitleTaken, fresh
    return TitleChallenged, held.model_copy(update={"challenges": challenges})


def ordinal(rating: Rating) -> float:
    """The strength that a contestant surely has: mean less three standard deviations."""
    return quantise(rating.mu - 3 * rating.sigma)
