"""Predicting recorded choices: experts on a subject's habits, the population's, and the dictionary, weighed together.

Every expert gives the probability of D before the choice is seen. Their log odds enter a logistic regression whose
weights are learnt on the training part alone (each choice predicted from what came before it), shrunk towards "trust
the kind of player that the subject is, and a little its own habit as the population shrinks it".
So in a file with one short game the prior speaks, in a large
one the data do. Sources: Dawid 1984 (prequential); Gelman and Hill 2007 (partial pooling); Cesa-Bianchi and Lugosi
2006 (prediction with expert advice); Mattern 2012 (mixing in the logistic domain).
"""

from __future__ import annotations

import numpy as np

from ethogram.principles.automata import Floats
from ethogram.principles.log import Log
from ethogram.principles.mixture import dictionary_forecast
from ethogram.principles.temperaments import kind_forecast
from ethogram.principles.visible import Booleans, Integers, Split, Visible, population

CLIP = 0.001
"""Probabilities are kept within [CLIP, 1 - CLIP]."""

_DEFAULT = np.array([0.5, 0.4, 0.5, 0.5, 0.6])
"""Rates of D at a start and after CC, CD, DC, DD, for a subject without any population."""
_POOLING = 2.0  # choices that the population's rate counts for in a subject's own
_DICTIONARY_ROWS = 2_000_000  # beyond, the dictionary's opinion is left out: its arrays would not fit in memory
_TRUST = (0.7, 0.3)  # prior weights of the kind of player and of the own habit
_SPREAD = 0.15  # prior standard deviation of a weight


def foresee_choices(log: Log, parts: Split) -> Floats:
    """(N,) probability of D for each choice of a dilemma, seen from before it; within [CLIP, 1 - CLIP]."""
    defects = log.own == 1
    experts, starts = _experts(log, parts, defects)
    chances = np.empty(len(defects))
    for which in (starts, ~starts):
        chosen = experts[which]
        weights = _weigh(chosen[~parts.held[which]], defects[which][~parts.held[which]])
        chances[which] = _squash(chosen @ weights)
    return np.asarray(np.clip(chances, CLIP, 1 - CLIP))


def _experts(log: Log, parts: Split, defects: Booleans) -> tuple[Floats, Booleans]:
    """(N, K) log odds of D by each expert (a constant last), and which choices start a game."""
    nth = np.arange(len(log.own)) - log.games[parts.game]
    one, two, course = _contexts(log, parts, nth)
    everyone = [_rate(*population(parts, context, defects, prior))
                for context, prior in ((one, (0.0, 0.0)), (two, (1.0, 0.5)), (course, (1.0, 0.5)))]  # fmt: skip
    many, bad = population(parts, one, defects, (0.0, 0.0))
    base = (bad + 4 * _DEFAULT[one]) / (many + 4)
    pooling = 1 + _POOLING * many / (many + 100)
    mine = Visible(parts, one, defects)
    own = _pooled(mine.counts(), base, pooling)
    lately = _pooled(mine.counts(3), base, 1.0)
    deep = _pooled(Visible(parts, two, defects).counts(), own)
    overall = _pooled(Visible(parts, np.zeros_like(one), defects).counts(12), np.full(len(own), 0.5))
    kinds = kind_forecast(parts, one, defects)
    columns = [kinds, own, lately, deep, everyone[1], everyone[2], overall, _pooled(mine.counts(8), base)]
    odds = [_logit(column) for column in columns]
    if len(own) <= _DICTIONARY_ROWS:
        odds.append(_logit(dictionary_forecast(log, parts)))
    sure = mine.counts()[0]
    odds.append(_logit(own) * np.minimum(sure, 20) / 20)
    odds.append(np.ones(len(own)))
    return np.column_stack(odds), nth == 0


def _contexts(log: Log, parts: Split, nth: Integers) -> tuple[Integers, Integers, Integers]:
    """(N,) memory of one round (5), of two (21), and of how the game and the one before it went (40)."""
    own, other = log.own.astype(np.int64), log.other.astype(np.int64)
    joint = 2 * own + other
    last, second = _back(joint, 1), _back(joint, 2)
    one = np.where(nth == 0, 0, 1 + last)
    two = np.where(nth < 2, one, 5 + 4 * second + last)
    theirs, mine = _before(log, parts, other), _before(log, parts, own)
    first = log.games[:-1][parts.game]
    earlier = np.zeros(len(own), dtype=np.int64)
    has = parts.game > log.careers[:-1][parts.subject]
    previous = log.games[np.maximum(parts.game - 1, 0)]
    earlier[has] = 1 + joint[previous[has]]
    course = np.where(nth == 0, earlier, 5 + 8 * last + 4 * (theirs > 0) + 2 * (mine > 0) + (joint[first] // 2))
    return one, two, course


def _back(values: Integers, steps: int) -> Integers:
    shifted = np.zeros_like(values)
    shifted[steps:] = values[:-steps] if steps < len(values) else values[:0]
    return shifted


def _before(log: Log, parts: Split, flags: Integers) -> Integers:
    """(N,) sum of flags over the earlier rounds of the same game."""
    sums = np.concatenate([[0], np.cumsum(flags)])
    return np.asarray(sums[:-1] - sums[log.games[parts.game]])


def _rate(many: Floats, bad: Floats) -> Floats:
    return (bad + 0.5) / (many + 1)


def _pooled(counts: tuple[Floats, Floats], base: Floats, pooling: Floats | float = _POOLING) -> Floats:
    many, bad = counts
    return (bad + pooling * base) / (many + pooling)


def _logit(chances: Floats) -> Floats:
    kept = np.clip(chances, CLIP, 1 - CLIP)
    return np.asarray(np.log(kept / (1 - kept)))


def _squash(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


def _weigh(experts: Floats, happened: Booleans) -> Floats:
    """(K,) mode of the weights: logistic regression with a Gaussian prior around `_TRUST`."""
    size = experts.shape[1]
    trusted = np.zeros(size)
    trusted[: len(_TRUST)] = _TRUST
    if not len(experts):
        return trusted
    weights = trusted.copy()
    spread = _SPREAD * len(experts) / (len(experts) + 200)
    for _ in range(25):
        chances = _squash(experts @ weights)
        slope = experts.T @ (happened - chances) - (weights - trusted) / spread**2
        curvature = (experts * (chances * (1 - chances))[:, None]).T @ experts + np.eye(size) / spread**2
        step = np.linalg.solve(curvature, slope)
        weights = weights + step
        if np.abs(step).max() < 1e-6:
            break
    return np.asarray(weights)
