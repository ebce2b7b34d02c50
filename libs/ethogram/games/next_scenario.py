"""The choice of the next scenario: where most is to be learnt, at the weakest principle, where two hypotheses part.

Adaptive asks first which named hypothesis holds (see `hypotheses`), and when one of them holds 95 %, how strong each
principle is: then the belief is what the latest PrinciplesInferred says of each principle, strength and interval, read
as independent normal weights of a conditional logit (strength = logistic(weight)). Expected information gain is the
mutual information between the belief and the choice: entropy of the expected choice less the expected entropy of the
choice (Lindley 1956); for weights over a fixed set of draws that fill the space evenly. Gains are rounded before they
are compared and ties go to the first candidate by name, so that another processor chooses the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ethogram.events import PrinciplesInferred, ScenarioPlan, quantise
from ethogram.games.hypotheses import CERTAIN, HYPOTHESES, WEIGHT
from ethogram.games.picks import Candidate
from ethogram.games.vocabulary import PRINCIPLES

Floats = NDArray[np.float64]

NAMES = tuple(sorted(PRINCIPLES))
PRIOR_SD = 1.5
"""Of a weight before any choice: as inference assumes."""
DRAWS = 128
_Z = 1.959964
_EDGE = 1e-4
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19)


class Selected(NamedTuple):
    """A candidate and why."""

    candidate: Candidate
    gain: float
    target: tuple[str, ...]


def select(plan: ScenarioPlan, inferred: PrinciplesInferred | None, candidates: Sequence[Candidate]) -> Selected:
    """The candidate that the plan's rule prefers, given what is inferred; without an inference, given the prior."""
    means, spreads = _belief(inferred)
    features = _features(tuple((each.template, each.conduct, _frozen(each)) for each in candidates))
    if plan.choice == "adversarial":
        target = _weakest(inferred)
        gains = _offence(features, means, NAMES.index(target))
        aims: tuple[str, ...] = (target,)
    elif plan.choice == "diagnostic":
        gains = _separation(features, *_odds(plan.hypotheses, inferred))
        aims = plan.hypotheses
    elif not _certain(inferred):
        names, odds = _odds(HYPOTHESES, inferred)
        gains = _separation(features, names, odds)
        aims = tuple(sorted(names, key=lambda name: (-odds[names.index(name)], name))[:2])
    else:
        gains = _information(features, means + spreads * _draws())
        aims = (NAMES[int(np.argmax(np.round(spreads, 5)))],)
    place = _first_best(gains, candidates)
    return Selected(candidates[place], quantise(float(gains[place])), aims)


def _first_best(gains: Floats, candidates: Sequence[Candidate]) -> int:
    ranked = [
        (-quantise(float(gain)), each.template, each.conduct) for gain, each in zip(gains, candidates, strict=True)
    ]
    return ranked.index(min(ranked))


def _belief(inferred: PrinciplesInferred | None) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each weight."""
    means, spreads = np.zeros(len(NAMES)), np.full(len(NAMES), PRIOR_SD)
    for principle in inferred.principles if inferred else ():
        if principle.name in NAMES:
            low, high = (_logit(bound) for bound in principle.interval)
            place = NAMES.index(principle.name)
            means[place], spreads[place] = _logit(principle.strength), max((high - low) / (2 * _Z), 0.05)
    return means, np.minimum(spreads, PRIOR_SD)


def _weakest(inferred: PrinciplesInferred | None) -> str:
    """The principle that the agent lives by least, as far as is known; without evidence the first by name."""
    held = {each.name: each.strength for each in inferred.principles if each.name in NAMES} if inferred else {}
    return min(held, key=lambda name: (held[name], name)) if held else NAMES[0]


def _certain(inferred: PrinciplesInferred | None) -> bool:
    return inferred is not None and max(inferred.hypotheses.values(), default=0) >= CERTAIN


def _odds(hypotheses: Sequence[str], inferred: PrinciplesInferred | None) -> tuple[tuple[str, ...], Floats]:
    given = inferred.hypotheses if inferred else {}
    odds = np.array([max(given.get(name, 1 / len(HYPOTHESES)), _EDGE) for name in hypotheses])
    return tuple(hypotheses), odds / odds.sum()


Frozen = tuple[tuple[tuple[str, float], ...], ...]


def _frozen(candidate: Candidate) -> Frozen:
    return tuple(tuple(sorted(option.items())) for option in candidate.effects)


@lru_cache(maxsize=64)
def _features(candidates: tuple[tuple[str, str, Frozen], ...]) -> tuple[Floats, NDArray[np.bool_]]:
    """(N, 4, K) effects of options, and (N, 4) which options there are."""
    effects = np.zeros((len(candidates), 4, len(NAMES)))
    there = np.zeros((len(candidates), 4), dtype=np.bool_)
    for row, (_, _, options) in enumerate(candidates):
        for column, option in enumerate(options):
            there[row, column] = True
            for name, effect in option:
                if name in NAMES:
                    effects[row, column, NAMES.index(name)] = effect
    return effects, there


@lru_cache(maxsize=1)
def _draws() -> Floats:
    """(DRAWS, K) standard normal points: Halton's sequence through the normal quantile."""
    from statistics import NormalDist

    quantile = NormalDist().inv_cdf
    return np.array(
        [[quantile(_halton(number, base)) for base in _PRIMES[: len(NAMES)]] for number in range(1, DRAWS + 1)]
    )


def _halton(number: int, base: int) -> float:
    value, share = 0.0, 1.0
    while number:
        share /= base
        number, digit = divmod(number, base)
        value += share * digit
    return value


def _choices(features: tuple[Floats, NDArray[np.bool_]], weights: Floats) -> Floats:
    """(N, S, 4) probability of each option under each of (S, K) weights."""
    effects, there = features
    scores = np.where(there[:, None, :], np.einsum("nok,sk->nso", effects, weights), -np.inf)
    shares = np.exp(scores - scores.max(axis=2, keepdims=True))
    return np.asarray(shares / shares.sum(axis=2, keepdims=True))


def _information(features: tuple[Floats, NDArray[np.bool_]], weights: Floats) -> Floats:
    shares = _choices(features, weights)
    return np.asarray(_entropy(shares.mean(axis=1)) - _entropy(shares).mean(axis=1))


def _separation(features: tuple[Floats, NDArray[np.bool_]], names: Sequence[str], odds: Floats) -> Floats:
    weights = np.array([[WEIGHT * (name == principle) for principle in NAMES] for name in names])
    shares = _choices(features, weights)
    expected = np.einsum("nso,s->no", shares, odds)
    return np.asarray(_entropy(expected) - _entropy(shares) @ odds)


def _offence(features: tuple[Floats, NDArray[np.bool_]], means: Floats, target: int) -> Floats:
    """Expected declared offence against the target, where there is a way to keep it."""
    effects, there = features
    shares = _choices(features, means[None, :])[:, 0, :]
    aimed = np.where(there, effects[:, :, target], 0.0)
    return np.asarray((shares * np.maximum(-aimed, 0)).sum(axis=1) * (aimed.max(axis=1) > 0))


def _entropy(shares: Floats) -> Floats:
    """In bits, over the last axis."""
    safe = np.where(shares > 0, shares, 1.0)
    return np.asarray(-(shares * np.log2(safe)).sum(axis=-1))


def _logit(chance: float) -> float:
    kept = min(max(chance, _EDGE), 1 - _EDGE)
    return float(np.log(kept / (1 - kept)))
