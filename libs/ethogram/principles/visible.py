"""What a subject had done in a context before each of its choices, as counts: of earlier games and of this one.

For a choice that is to be predicted (held out) "earlier" means the training part and the earlier rounds of the same
game; for one of the training part, everything of that subject before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ethogram.principles.automata import Floats
from ethogram.principles.log import Log

Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """Which choices are held out, with what belongs to which subject."""

    subject: Integers
    """(N,)."""
    game: Integers
    """(N,)."""
    held: Booleans
    """(N,) held out."""


def split(log: Log) -> Split:
    """Hold out the last 30 % of each subject's games; of a single game the last 30 % of its rounds."""
    counts = np.diff(log.careers)
    nth = np.arange(len(log.games) - 1) - np.repeat(log.careers[:-1], counts)
    late = nth >= (7 * np.repeat(counts, counts)) // 10
    sizes = np.diff(log.games)
    game = log.game_of_row().astype(np.int64)
    held = late[game]
    for only in log.careers[:-1][counts == 1].tolist():
        first, end = int(log.games[only]), int(log.games[only + 1])
        held[first:end] = np.arange(sizes[only]) >= (7 * int(sizes[only])) // 10
    return Split(log.subject_of_game()[game].astype(np.int64), game, held)


class Visible:
    """Counts of D among a subject's earlier choices in the same context."""

    def __init__(self, parts: Split, context: NDArray[np.integer], defects: Booleans) -> None:
        size = int(context.max(initial=0)) + 1
        key = parts.subject * size + context
        order = np.argsort(key, kind="stable")
        sorted_key, game = key[order], parts.game[order]
        place = np.arange(len(order))
        fresh = np.ones(len(order), dtype=bool)
        fresh[1:] = sorted_key[1:] != sorted_key[:-1]
        run = fresh.copy()
        run[1:] |= game[1:] != game[:-1]
        self._back = np.empty_like(order)
        self._back[order] = place
        first = np.maximum.accumulate(np.where(fresh, place, 0))
        self._first = first
        self._run = np.maximum.accumulate(np.where(run, place, 0))
        self._place = place
        self._sums = np.concatenate([[0], np.cumsum(defects[order])])
        held = parts.held[order]
        group = np.cumsum(fresh) - 1
        learnt = first + np.bincount(group, weights=~held).astype(np.int64)[group]
        self._before = np.where(held, np.minimum(learnt, self._run), self._run)

    def counts(self, window: int | None = None) -> tuple[Floats, Floats]:
        """(N,) choices and how many of them were D; only the last `window` ones, if given."""
        here = self._place - self._run
        earlier = self._before - self._first
        if window is not None:
            here = np.minimum(here, window)
            earlier = np.minimum(earlier, window - here)
        defects = self._sums[self._place] - self._sums[self._place - here]
        defects = defects + self._sums[self._before] - self._sums[self._before - earlier]
        return (here + earlier)[self._back].astype(np.float64), defects[self._back].astype(np.float64)


def population(parts: Split, context: NDArray[np.integer], defects: Booleans,
               prior: tuple[float, float]) -> tuple[Floats, Floats]:  # fmt: skip
    """(N,) how often all *other* subjects chose in this context in the training part, and how often D, plus a prior."""
    size = int(context.max(initial=0)) + 1
    learnt = ~parts.held
    key = parts.subject * size + context
    many = int(key.max(initial=0)) + 1
    totals = [np.bincount(context[learnt], weights=weight, minlength=size) for weight in _weights(defects, learnt)]
    mine = [np.bincount(key[learnt], weights=weight, minlength=many) for weight in _weights(defects, learnt)]
    return (totals[0][context] - mine[0][key] + prior[0], totals[1][context] - mine[1][key] + prior[1])


def _weights(defects: Booleans, learnt: Booleans) -> tuple[Floats, Floats]:
    return np.ones(int(learnt.sum())), defects[learnt].astype(np.float64)
