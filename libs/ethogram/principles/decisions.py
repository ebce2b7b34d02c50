"""Decisions between options with known payoffs: what each option may come to, and which one was taken.

A game becomes one of these once it is said what a player expects of the others: here, what they did in the earlier
rounds that it saw (fictitious play, Brown 1951), each of their moves being taken for seen once before the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ethogram.principles.automata import Floats
from ethogram.principles.visible import Integers


class Outcome(NamedTuple):
    """One thing that an option may come to."""

    probability: float
    own: float
    """What the subject gets."""
    others: tuple[float, ...] = ()
    """What each other gets."""


class Decision(NamedTuple):
    """One choice between at least two options."""

    options: tuple[tuple[Outcome, ...], ...]
    """Per option its outcomes; their probabilities sum to one."""
    chosen: int
    """Index of the option that was taken."""


class Stacked(NamedTuple):
    """D decisions with R options in all, one below the other."""

    features: Floats
    """(R, K)."""
    decision: Integers
    """(R,) to which decision an option belongs."""
    starts: Integers
    """(D,) first option of each decision."""
    chosen: Integers
    """(D,) row of the option that was taken."""

    def shares(self, scores: Floats) -> Floats:
        """(R, ...) logit probability of each option within its decision, from (R, ...) scores."""
        top = np.maximum.reduceat(scores, self.starts, axis=0)
        raised = np.exp(scores - top[self.decision])
        return np.asarray(raised / np.add.reduceat(raised, self.starts, axis=0)[self.decision])

    def likelihood(self, scores: Floats) -> Floats:
        """(...) log likelihood of what was taken, from (R, ...) scores."""
        chosen = self.shares(scores)[self.chosen]
        return np.asarray(np.log(np.maximum(chosen, 1e-300)).sum(axis=0))

    def varying(self) -> Integers:
        """(K,) decisions whose options differ in a feature."""
        span = np.maximum.reduceat(self.features, self.starts) - np.minimum.reduceat(self.features, self.starts)
        return np.asarray((span > 1e-12).sum(axis=0))


def stack(decisions: Sequence[Decision], features: Floats) -> Stacked:
    """Decisions as arrays; `features` are those of all options, in order."""
    sizes = np.array([len(decision.options) for decision in decisions])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    chosen = starts + np.array([decision.chosen for decision in decisions])
    return Stacked(features, np.repeat(np.arange(len(sizes)), sizes), starts, chosen)


Payoffs = Mapping[tuple[str, str], tuple[float, float]]
"""Own and the other's payoff for each own and other's move."""


def decisions_in_game(payoffs: Payoffs, played: Sequence[tuple[str, str]]) -> Iterator[Decision]:
    """The decisions of a player in one repeated game, from its moves and the other's, in order."""
    own = sorted({mine for mine, _ in payoffs})
    theirs = sorted({other for _, other in payoffs})
    seen = dict.fromkeys(theirs, 1)
    for mine, other in played:
        total = sum(seen.values())
        options = tuple(
            tuple(Outcome(seen[move] / total, payoffs[option, move][0], (payoffs[option, move][1],)) for move in theirs)
            for option in own
        )
        yield Decision(options, own.index(mine))
        seen[other] += 1
