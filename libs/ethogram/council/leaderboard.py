"""The published table: Bradley-Terry strengths over all games, with bootstrap intervals and how fragile the lead is.

A game here is a session: its agents are placed by the council, those who were approved by their scores, all others
behind them. Every game weighs the same, however many agents it had.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import choix
import numpy as np
from numpy.typing import NDArray

from ethogram.council.contestants import Places
from ethogram.events import Chance, quantise

DRAWS = 200
"""Resamples of the games behind an interval."""
PRIOR = 0.05
"""Regularisation: who has won or lost everything still has a finite strength."""
LEVEL = 0.95


class Standing(NamedTuple):
    """One line of the table."""

    contestant: str
    strength: float
    """Natural logarithm of its odds; the mean of all is 0."""
    low: float
    """Lower end of the 95 % interval."""
    high: float
    """Upper end."""
    games: int
    """In how many it was placed."""


class Leaderboard(NamedTuple):
    """The table, best first."""

    standings: tuple[Standing, ...]
    games: int
    """All games."""
    fragility: float | None
    """Share of the games whose removal suffices to change who is first; none where no removal does."""


def leaderboard(games: Sequence[Places], seed: int = 0, draws: int = DRAWS) -> Leaderboard:
    """The table of these games; the same games in the same order give the same table."""
    told = [game for game in games if len(game) > 1]
    names = sorted({name for game in told for name in game})
    if not names:
        return Leaderboard((), len(games), None)
    wins = np.array([_wins(game, names) for game in told])
    strengths = _strengths(wins.sum(axis=0))
    low, high = _intervals(wins, seed, draws)
    counts = [sum(name in game for game in told) for name in names]
    rows = [
        Standing(name, quantise(own), quantise(least), quantise(most), count)
        for name, own, least, most, count in zip(
            names, strengths.tolist(), low.tolist(), high.tolist(), counts, strict=True
        )
    ]
    ranked = sorted(rows, key=lambda row: (-row.strength, row.contestant))
    return Leaderboard(tuple(ranked), len(games), _fragility(wins, names.index(ranked[0].contestant)))


def _wins(game: Places, names: Sequence[str]) -> NDArray[np.float64]:
    """How much each name wins against each other in one game; all entries together weigh 1."""
    index = {name: place for place, name in enumerate(names)}
    won = np.zeros((len(names), len(names)))
    pairs = list(combinations(sorted(game), 2))
    for one, two in pairs:
        share = 0.5 if game[one] == game[two] else float(game[one] < game[two])
        won[index[one], index[two]] += share / len(pairs)
        won[index[two], index[one]] += (1 - share) / len(pairs)
    return won


def _strengths(won: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(choix.ilsr_pairwise_dense(won, alpha=PRIOR))


def _intervals(wins: NDArray[np.float64], seed: int, draws: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    chance = Chance(seed, "leaderboard")
    drawn = []
    for _ in range(draws):
        picked = [chance.below(len(wins)) for _ in range(len(wins))]
        drawn.append(_strengths(wins[picked].sum(axis=0)))
    tail = (1 - LEVEL) / 2 * 100
    low, high = np.percentile(np.array(drawn), [tail, 100 - tail], axis=0)
    return low, high


def _fragility(wins: NDArray[np.float64], leader: int) -> float | None:
    """The smallest share found by taking away, for each rival, the games that speak most for the leader.

    Found greedily: there may be a smaller one, never a larger one that is needed.
    """
    found = [count for rival in range(wins.shape[1]) if rival != leader and (count := _needed(wins, leader, rival))]
    return quantise(min(found) / len(wins)) if found else None


def _needed(wins: NDArray[np.float64], leader: int, rival: int) -> int | None:
    margins = wins[:, leader].sum(axis=1) - wins[:, :, leader].sum(axis=1)
    margins -= wins[:, rival].sum(axis=1) - wins[:, :, rival].sum(axis=1)
    order = np.argsort(-margins, kind="stable")
    kept, gone = 0, 1
    while gone < len(wins) and not _overtaken(wins, order, gone, leader):
        kept, gone = gone, 2 * gone
    if gone >= len(wins) and not _overtaken(wins, order, gone := len(wins) - 1, leader):
        return None
    while gone - kept > 1:
        middle = (kept + gone) // 2
        kept, gone = (kept, middle) if _overtaken(wins, order, middle, leader) else (middle, gone)
    return gone


def _overtaken(wins: NDArray[np.float64], order: NDArray[np.intp], count: int, leader: int) -> bool:
    kept = np.delete(wins, order[:count], axis=0).sum(axis=0)
    strengths = _strengths(kept)
    played = kept.sum(axis=0) + kept.sum(axis=1) > 0
    return bool(played.any()) and (not played[leader] or bool((strengths[played] > strengths[leader] + 1e-9).any()))
