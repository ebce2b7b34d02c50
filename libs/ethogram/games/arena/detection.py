"""What the arena itself notices: collusion, false entries, copied work, free riding. It reads the ledger, no words of
agents, but for the comparison of works; the council decides what it is worth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ethogram.events import Chance, Charge, EventId, SessionId
from ethogram.games.arena.ledger import Arena, Entry, Work, turn_id

SHINGLE = 3
"""Words that are compared together."""
LIKE = 0.8
"""Share of common shingles from which a work is a copy."""
LEAST_WORDS = 8
"""Words below which works are not compared: two may say the same few words by themselves."""
GENEROUS = 0.5
"""Share of the most that the others give on average, from which giving nothing is free riding."""


class Suspicion(NamedTuple):
    """What was noticed about a seat."""

    seat: int
    charge: Charge
    shown: tuple[Entry, ...]


def suspicions(arena: Arena, session_id: SessionId, seed: int) -> list[Suspicion]:
    """What was noticed in this round, one suspicion per seat at most, the gravest; by seat."""
    found = []
    for seat in arena.alive:
        tried = set(arena.records[seat].tried)
        free = [each for each in _of(arena, seat) if not tried.intersection(cited(arena, session_id, each.shown))]
        if free and Chance(seed, "vigilance", arena.game_id, arena.round, seat).flip(arena.plan.vigilance):
            found.append(free[0])
    return found


def cited(arena: Arena, session_id: SessionId, entries: Sequence[Entry]) -> tuple[EventId, ...]:
    """The ids by which entries are cited."""
    return tuple(turn_id(session_id, arena.game_id, entry.turn) for entry in entries)


def _of(arena: Arena, seat: int) -> Iterator[Suspicion]:
    """From grave to light."""
    mine = [entry for entry in arena.of_round(arena.round) if entry.seat == seat]
    for entry in mine:
        returned = [
            other for other in arena.entries
            if other.paid_to == seat and entry.paid_to is not None and other.seat == entry.paid_to
        ]  # fmt: skip
        if returned:
            yield Suspicion(seat, "collusion", (entry, returned[-1]))
    lies = tuple(entry for entry in mine if entry.entered > entry.gave and entry.copied is None)
    if lies:
        yield Suspicion(seat, "false-entry", lies)
    copies = tuple(entry for entry in mine if entry.copied is not None)
    if copies:
        yield Suspicion(seat, "copying", copies)
    rides = _rides(arena, seat)
    if len(rides) == arena.plan.patience:
        yield Suspicion(seat, "free-riding", rides)


def _rides(arena: Arena, seat: int) -> tuple[Entry, ...]:
    """Entries of nothing in each of the latest rounds, as long as the others gave."""
    latest = range(arena.round - arena.plan.patience + 1, arena.round + 1)
    return tuple(
        entry for entry in arena.entries
        if entry.seat == seat and entry.round in latest and not entry.entered and others_gave(arena, entry) >= GENEROUS
    )  # fmt: skip


def others_gave(arena: Arena, entry: Entry) -> float:
    """Share of the most that the others gave on average in the round of an entry."""
    others = [other.gave for other in arena.of_round(entry.round) if other.seat != entry.seat]
    return sum(others) / len(others) / arena.plan.endowment if others else 0.0


def compared(seat: int, words: str) -> Work | None:
    """A work in the form in which works are compared; none if it is too short for that."""
    plain = re.findall(r"\w+", words.casefold())
    return Work(seat=seat, words=" ".join(plain)) if len(plain) >= LEAST_WORDS else None


def copied_from(work: Work, works: Sequence[Work]) -> int | None:
    """The seat whose work this one is a copy of."""
    mine = _shingles(work)
    likeness = {other.seat: _likeness(mine, _shingles(other)) for other in works if other.seat != work.seat}
    nearest = min(likeness, key=lambda seat: (-likeness[seat], seat), default=None)
    return nearest if nearest is not None and likeness[nearest] >= LIKE else None


def _shingles(work: Work) -> frozenset[tuple[str, ...]]:
    words = work.words.split()
    return frozenset(tuple(words[place : place + SHINGLE]) for place in range(len(words) - SHINGLE + 1))


def _likeness(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    return len(one & other) / len(one | other)
