"""What kind of player each subject of a population is, and what that kind does next.

A kind is a Beta distribution over the probability of D in each of five contexts (a start, and after CC, CD, DC, DD): a
mean and a concentration. Kinds begin as what is known of people (they defect, cooperate, return, trigger, stay or
shift, or follow no rule) and move towards the population at hand by expectation maximisation on the training part: a
subject's conduct in one context tells of its conduct in the others, and little is needed to know it. Sources: Dal Bo
and Frechette 2018 (the kinds); Stahl and Wilson 1995 (mixtures of types); Gelman and Hill 2007 (partial pooling).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ethogram.principles.automata import Floats
from ethogram.principles.visible import Booleans, Integers, Split

CONTEXTS = 5
_KINDS = (
    (0.22, (0.95, 0.90, 0.95, 0.95, 0.97)),  # defects
    (0.12, (0.04, 0.03, 0.25, 0.10, 0.30)),  # cooperates
    (0.22, (0.05, 0.04, 0.90, 0.15, 0.90)),  # returns
    (0.14, (0.04, 0.03, 0.85, 0.85, 0.95)),  # triggers
    (0.10, (0.92, 0.15, 0.92, 0.20, 0.92)),  # returns, suspicious
    (0.05, (0.10, 0.05, 0.90, 0.90, 0.15)),  # stays or shifts
    (0.07, (0.50, 0.50, 0.50, 0.50, 0.50)),  # follows no rule
    (0.08, (0.50, 0.20, 0.60, 0.40, 0.80)),  # leans
)
"""Share, and probability of D per context."""
_LOOSE = 6  # index of the kind that follows no rule; its concentration is 1
_CONCENTRATIONS = (3.0, 8.0, 20.0)
_STEPS = 15
_KEPT, _MEAN_KEPT = 8.0, 3.0  # subjects that the prior shares, and the prior means, count for
_CHUNK = 20_000


class Kinds(NamedTuple):
    """K kinds."""

    shares: Floats
    """(K,)."""
    means: Floats
    """(K, 5) probability of D."""
    concentrations: Floats
    """(K, 5)."""


def kind_forecast(parts: Split, context: Integers, defects: Booleans) -> Floats:
    """(N,) probability of D for each choice, seen from before it."""
    seen, learnt = _counts(parts, context, defects)
    kinds = _learn(_prior(), learnt)
    told = [_foresee(kinds, seen[part : part + _CHUNK], context[part : part + _CHUNK])
            for part in range(0, len(seen), _CHUNK)]  # fmt: skip
    return np.concatenate(told) if told else np.zeros(0)


def _prior() -> Kinds:
    shares, means = (np.array(column) for column in zip(*_KINDS, strict=True))
    many = len(_CONCENTRATIONS)
    spread = np.repeat(np.array(_CONCENTRATIONS), len(_KINDS))
    spread[_LOOSE :: len(_KINDS)] = 1.0
    return Kinds(np.tile(shares, many) / many, np.tile(means, (many, 1)), spread[:, None].repeat(CONTEXTS, axis=1))


def _learn(prior: Kinds, counts: Floats) -> Kinds:
    """Kinds after what a population did: (I, 5, 2) choices of C and D in the training part."""
    many = counts.sum(axis=2)
    rate = counts[:, :, 1] / np.maximum(many, 1)
    kinds = prior
    for _ in range(_STEPS):
        likely = _posterior(kinds, counts)
        shares = (likely.sum(axis=0) + _KEPT * prior.shares) / (len(counts) + _KEPT)
        weight = likely[:, :, None] * (many[:, None] / (many[:, None] + kinds.concentrations))
        means = ((weight * rate[:, None]).sum(axis=0) + _MEAN_KEPT * prior.means) / (weight.sum(axis=0) + _MEAN_KEPT)
        kinds = Kinds(shares, np.clip(means, 0.01, 0.99), kinds.concentrations)
    return kinds


def _posterior(kinds: Kinds, counts: Floats) -> Floats:
    """(I, K) probability of each kind after these choices."""
    from scipy.special import betaln

    bad = kinds.concentrations * kinds.means
    kind = kinds.concentrations - bad
    logs = betaln(kind + counts[:, None, :, 0], bad + counts[:, None, :, 1]) - betaln(kind, bad)
    joint = logs.sum(axis=2) + np.log(kinds.shares)
    likely = np.exp(joint - joint.max(axis=1, keepdims=True))
    return np.asarray(likely / likely.sum(axis=1, keepdims=True))


def _foresee(kinds: Kinds, seen: Floats, context: Integers) -> Floats:
    here = seen[np.arange(len(seen)), context]
    bad = (kinds.concentrations * kinds.means).T[context]
    chances = (here[:, 1:] + bad) / (here.sum(axis=1, keepdims=True) + kinds.concentrations.T[context])
    return np.asarray((_posterior(kinds, seen) * chances).sum(axis=1))


def _counts(parts: Split, context: Integers, defects: Booleans) -> tuple[Floats, Floats]:
    """(N, 5, 2) what a subject had done before each choice (in training, and this game), (I, 5, 2) in training."""
    size = 2 * CONTEXTS
    each = np.zeros((len(context), size))
    each[np.arange(len(context)), 2 * context + defects] = 1
    sums = np.concatenate([np.zeros((1, size)), each.cumsum(axis=0)])
    games, careers = (np.searchsorted(which, which, side="left") for which in (parts.game, parts.subject))
    training = np.bincount(parts.subject, weights=~parts.held).astype(np.int64)[parts.subject]
    end = np.where(parts.held, np.minimum(careers + training, games), games)
    seen = sums[np.arange(len(context))] - sums[games] + sums[end] - sums[careers]
    whole = np.zeros((int(parts.subject.max(initial=0)) + 1, size))
    np.add.at(whole, parts.subject[~parts.held], each[~parts.held])
    return seen.reshape(-1, CONTEXTS, 2), whole.reshape(-1, CONTEXTS, 2)
