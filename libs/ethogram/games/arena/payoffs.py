"""What a round pays. They add up to what all had, less what went to the pot, plus what the pot grew to."""

from __future__ import annotations

from collections.abc import Sequence

from ethogram.events import Chance, quantise
from ethogram.games.arena.ledger import Arena, Entry
from ethogram.games.arena.worth import shares, value


def payoffs(arena: Arena, entries: Sequence[Entry], seed: int) -> dict[int, float]:
    """What each seat that contributed earns."""
    plan = arena.plan
    ordered = sorted(entries, key=lambda entry: entry.seat)
    chance = Chance(seed, "shares", arena.game_id, arena.round)
    parts = shares(plan, [entry.gave for entry in ordered], [entry.entered for entry in ordered], chance)
    earned = {}
    for entry, part in zip(ordered, parts, strict=True):
        paid = entry.gave if entry.paid_to is None else entry.entered
        got = sum(other.entered for other in ordered if other.paid_to == entry.seat)
        earned[entry.seat] = quantise(plan.endowment - paid + got + part)
    return earned


def pot_of(arena: Arena, entries: Sequence[Entry]) -> tuple[float, float]:
    """What was given, and what that grew to."""
    gifts = [entry.gave for entry in entries]
    return quantise(sum(gifts)), quantise(value(arena.plan, gifts, len(gifts)))
