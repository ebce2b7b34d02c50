"""Which strategy of repeated games an agent plays: a posterior over the dictionary, with trembles.

Sufficient statistic: for every state of every automaton, how often the agent intended C and D while the automaton was
in it (integers, so that incremental and batch agree to the last bit). A strategy's likelihood is that of its
intentions, each reversed with an unknown probability, the tremble (marginalised over a grid, log-uniform prior). The
open entry is a memory-one policy with a Beta(1/2, 1/2) prior on each probability, which is what the dictionary's
posterior needs in order not to be sure of the least wrong entry when the true one is missing.

Sources: Dal Bo and Frechette 2011 (strategy frequency estimation); Jeffreys 1946 (prior).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import lgamma

import numpy as np

from ethogram.events.canonical import quantise
from ethogram.events.principles import Strategy, StrategyProbability
from ethogram.principles.automata import JOINT, Compiled, Floats
from ethogram.principles.dictionary import STRATEGIES, UNLISTED, dictionary

TREMBLES = (0.001, 0.003, 0.01, 0.02, 0.04, 0.07, 0.12, 0.2)
"""Grid of tremble probabilities, about evenly spaced in the logarithm. It ends at .2: with .3 on the grid, a coin that
happened to fall in runs was taken for a lenient strategy that trembles a lot."""

_SHOWN = 0.0005  # strategies below this stay out of the posterior that is reported
_OPEN = len(STRATEGIES[-1].cooperates)  # states of the open entry, the last ones
_EVEN = 2 * lgamma(0.5)  # log B(1/2, 1/2), as lgamma(1) is 0


@dataclass(frozen=True, slots=True)
class Belief:
    """A posterior: S strategies, E trembles, Q states."""

    weights: Floats
    """(S, E) joint posterior of strategy and tremble; sums to 1."""
    chances: Floats
    """(Q, E) probability of intending C in each state under each tremble."""


def start() -> tuple[int, ...]:
    """(S,) states in which all strategies begin a game."""
    return tuple(dictionary().starts.tolist())


def advance(states: Sequence[int], own: str, other: str) -> tuple[int, ...]:
    """(S,) states after one turn was executed."""
    return tuple(dictionary().moves[list(states), JOINT.index(own + other)].tolist())


def blank() -> tuple[int, ...]:
    """(2Q,) no visits yet."""
    return (0,) * (2 * len(dictionary().cooperation))


def visit(visits: Sequence[int], states: Sequence[int], intended: str) -> tuple[int, ...]:
    """(2Q,) visits after an intention: entry 2q counts C in state q, entry 2q + 1 counts D."""
    counts = list(visits)
    side = intended != "C"
    for state in states:
        counts[2 * state + side] += 1
    return tuple(counts)


def weigh(visits: Sequence[int]) -> Belief:
    """The posterior after these visits. O(Q x E), whatever the number of acts."""
    fixed, logs = _tables(dictionary())
    counts = np.array(visits, dtype=np.float64)[:, None]
    per_state = counts[::2] * logs[0] + counts[1::2] * logs[1]
    likelihood = np.add.reduceat(per_state, dictionary().starts, axis=0)
    learnt = visits[-2 * _OPEN :]
    likelihood[-1] = _evidence(learnt)
    weights = np.exp(likelihood - likelihood.max())
    chances = fixed.copy()
    chances[-_OPEN:, :] = np.array(_rates(learnt))[:, None]
    return Belief(weights / weights.sum(), chances)


def foresee(belief: Belief, states: Sequence[int]) -> float:
    """Probability that the next intention is C, for strategies in these states; six decimals."""
    return round(float((belief.weights * belief.chances[list(states)]).sum()), 6)


def identify(belief: Belief, visits: Sequence[int]) -> Strategy:
    """The posterior as it goes on the bus; empty without any visit."""
    if not any(visits):
        return Strategy()
    shares = [quantise(float(share)) for share in belief.weights.sum(axis=1)]
    names = [automaton.name for automaton in dictionary().automata]
    order = sorted(range(len(shares)), key=lambda index: (-shares[index], names[index]))
    posterior = tuple(
        StrategyProbability(strategy=names[index], probability=shares[index])
        for index in order if shares[index] >= _SHOWN
    )  # fmt: skip
    nearest = next(index for index in order if names[index] != UNLISTED)
    row = belief.weights[nearest]
    tremble = float((row * np.array(TREMBLES)).sum() / row.sum()) if row.sum() > 0 else TREMBLES[-1]
    return Strategy(posterior=posterior, nearest=names[nearest], tremble=tremble)


def _rates(learnt: Sequence[int]) -> list[float]:
    pairs = zip(learnt[::2], learnt[1::2], strict=True)
    return [(kept + 0.5) / (kept + broken + 1) for kept, broken in pairs]


def _evidence(learnt: Sequence[int]) -> float:
    pairs = zip(learnt[::2], learnt[1::2], strict=True)
    return sum(
        lgamma(kept + 0.5) + lgamma(broken + 0.5) - lgamma(kept + broken + 1) - _EVEN
        for kept, broken in pairs if kept or broken
    )  # fmt: skip


@lru_cache(maxsize=4)
def _tables(known: Compiled) -> tuple[Floats, Floats]:
    """Chances of C, (Q, E), and logarithms of the chances of C and D, (2, Q, E); zero where they are learnt."""
    plain = known.cooperation[:, None]
    trembles = np.array(TREMBLES)[None, :]
    chances = plain * (1 - trembles) + (1 - plain) * trembles
    logs = np.stack([np.log(chances), np.log(1 - chances)])
    logs[:, -_OPEN:] = 0.0
    return chances, logs
