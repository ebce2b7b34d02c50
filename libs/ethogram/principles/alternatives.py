"""Predicting choices that are not C or D: each subject's own habits, in what went before, smoothed by coarser ones."""

from __future__ import annotations

import numpy as np

from ethogram.principles.automata import Floats
from ethogram.principles.log import Log
from ethogram.principles.visible import Integers, Split, Visible, population

_POOLING = 2.0


def foresee_alternatives(log: Log, parts: Split) -> Floats:
    """(N, K) probability of each choice, seen from before it; rows sum to 1."""
    size = len(log.symbols)
    columns = [_chance(parts, _histories(log), log.own == symbol, size) for symbol in range(size)]
    chances = np.column_stack(columns)
    return np.asarray(chances / chances.sum(axis=1, keepdims=True))


def _chance(parts: Split, histories: list[Integers], chosen: Floats, size: int) -> Floats:
    """(N,) of one choice: population, subject, subject after its own last choice, and after both last choices."""
    flags = np.asarray(chosen, dtype=bool)
    many, hits = population(parts, np.zeros_like(parts.subject), flags, (1.0, 1 / size))
    chance = hits / many
    for history in histories:
        seen, hits = Visible(parts, history, flags).counts()
        chance = (hits + _POOLING * chance) / (seen + _POOLING)
    return np.asarray(chance)


def _histories(log: Log) -> list[Integers]:
    size = len(log.symbols) + 1
    own, other = np.zeros(len(log.own), dtype=np.int64), np.zeros(len(log.own), dtype=np.int64)
    own[1:], other[1:] = 1 + log.own[:-1], 1 + log.other[:-1]
    own[log.games[:-1]] = other[log.games[:-1]] = 0
    return [np.zeros_like(own), own, own * size + other]
