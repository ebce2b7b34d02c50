"""Climbing: what one placed session does to the ladder.

Ratings follow the Plackett-Luce model of openskill (Weng and Lin 2011). Apart from the rest of the council, for only
the judge brings that library along.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from typing import Any

from openskill.models import PlackettLuce

from ethogram.council.hearing import Heard, Hearing
from ethogram.council.ladder import Ladder, contest
from ethogram.events import Event, LadderMoved, Move, Placement, Rating, SessionPlaced, TitleHeld, quantise

MU, SIGMA = 25.0, 25.0 / 3
"""What is believed of a newcomer."""


def climb_ladder(state: Hearing, event: SessionPlaced) -> Heard:
    """Move the ladder on by one session."""
    ladder, said = climb(state.ladder or Ladder(), event)
    return Hearing(ladder=ladder), said


def climb(ladder: Ladder, event: SessionPlaced) -> tuple[Ladder, Sequence[Event]]:
    """The ladder after one more session, and what that changed."""
    number = ladder.number + 1
    whose = {"session_id": event.state_key, "tenant": event.tenant}
    about: dict[str, Any] = {**whose, "of_session": event.session_id, "placed_id": event.id, "number": number}
    moves = rated(ladder.ratings, event.placements)
    ratings = {**ladder.ratings, **{move.contestant: move.after for move in moves}}
    said: list[Event] = [LadderMoved(**about, moves=moves)]
    titles = dict(ladder.titles)
    before = titles.get(event.title)
    contested = contest(before, event)
    if contested is not None:
        kind, titles[event.title] = contested
        told: dict[str, Any] = {**about, "title": event.title, "before": before, "after": titles[event.title]}
        now = {**whose, "title": event.title, "number": number, "holding": titles[event.title]}
        said += [kind.model_validate(told), TitleHeld.model_validate(now)]
    return Ladder(number=number, ratings=ratings, titles=titles), said


def rated(ratings: Mapping[str, Rating], placements: Sequence[Placement]) -> tuple[Move, ...]:
    """How the ratings of those who took part move; what comes out is rounded as all numbers on the bus are."""
    model = PlackettLuce(mu=MU, sigma=SIGMA)
    before = [ratings.get(each.contestant) for each in placements]
    teams = [[model.create_rating([one.mu, one.sigma] if one else [MU, SIGMA])] for one in before]
    moved = model.rate(teams, ranks=[float(each.place) for each in placements])
    return tuple(
        Move(
            contestant=each.contestant, place=each.place, before=known,
            after=Rating(mu=quantise(one.mu), sigma=quantise(one.sigma), sessions=(known.sessions if known else 0) + 1),
        )
        for each, known, (one,) in zip(placements, before, moved, strict=True)
    )  # fmt: skip


def disputed(history: Sequence[Event]) -> str | None:
    """The first record of a ladder that does not follow from those before it, in words; none if all do.

    `history`: SessionPlaced in the order of their topic, and everything that the ladders said, in the order of its.
    """
    ladders: dict[str, Ladder] = defaultdict(Ladder)
    said: dict[str, deque[Event]] = defaultdict(deque)
    for event in history:
        if not isinstance(event, SessionPlaced | TitleHeld):
            said[event.session_id].append(event)
    for placed in (event for event in history if isinstance(event, SessionPlaced)):
        own = placed.state_key
        ladders[own], made = climb(ladders[own], placed)
        for event in (each for each in made if not isinstance(each, TitleHeld)):
            if not said[own]:
                return f"session {placed.session_id} is placed, but the ladder ends before {event.TYPE}"
            if said[own].popleft().body() != event.body():
                about = f"number {ladders[own].number}: {event.TYPE} of session {placed.session_id}"
                return f"{about} is not what was recorded"
    left = next((events[0] for events in said.values() if events), None)
    return f"{left.TYPE} {left.id} follows from no session that was placed" if left else None
