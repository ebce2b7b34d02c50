"""Which strategies a population plays: the strategy frequency estimation method of Dal Bo and Frechette 2011.

Likelihood of subject i: sum over strategies k of share_k times the product over all of its choices of beta where the
choice is what k prescribes after the executed history, and 1 - beta where not; beta >= 1/2 is common to all, 1 - beta
is the tremble (the paper's gamma: beta = 1 / (1 + exp(-1 / gamma))). Shares and tremble maximise the likelihood
together: for fixed beta it is concave in the shares, so expectation maximisation is run from several betas. Intervals:
subjects drawn with replacement, percentiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ethogram.events.canonical import quantise
from ethogram.events.chance import Chance
from ethogram.events.errors import InvalidRecord
from ethogram.principles.automata import Automaton, Floats, compile_automata
from ethogram.principles.log import Log
from ethogram.principles.mixture import walk

RESAMPLES = 300
"""Populations that the intervals rest on."""

_STARTS = (0.55, 0.65, 0.75, 0.85, 0.93, 0.98)
_CERTAIN = 1 - 1e-9
_HALVINGS = 50  # of a span of 1/2: then nothing is left of it


class Shares(NamedTuple):
    """An estimate for one population of I subjects."""

    names: tuple[str, ...]
    shares: Floats
    """(K,)."""
    intervals: Floats
    """(K, 2) central 95 %."""
    tremble: float
    tremble_interval: tuple[float, float]
    log_likelihood: float
    n_subjects: int
    alike: tuple[tuple[str, str], ...]
    """Pairs that prescribe the same in every round of this log: only the sum of their shares is told."""


class _Counts(NamedTuple):
    """What subjects chose where a strategy cooperates with a certain probability."""

    levels: Floats
    """(P,) the probabilities that occur."""
    kind: Floats
    """(I, K, P) choices of C."""
    bad: Floats
    """(I, K, P) choices of D."""

    def logs(self, betas: Floats) -> Floats:
        """(B, I, K) log likelihood for each beta."""
        chances = _chances(self.levels, betas)
        return np.asarray(np.einsum("ikp,bp->bik", self.kind, np.log(chances))
                          + np.einsum("ikp,bp->bik", self.bad, np.log(1 - chances)))  # fmt: skip


def estimate(log: Log, automata: Sequence[Automaton], *, resamples: int = RESAMPLES, seed: int = 1) -> Shares:
    """Shares, tremble and intervals for all subjects of a log; InvalidRecord if it is no dilemma."""
    if not log.dilemma:
        what = ", ".join(log.symbols[:6]) if log.symbols != ("C", "D") else "rounds without the other's choice"
        raise InvalidRecord("log-invalid", f"{log.name}: strategies are estimated from choices C and D of both; "
                            f"found: {what}")  # fmt: skip
    counts, alike = _count(log, automata)
    people = len(log.subjects)
    shares, beta, likelihood = _fit(counts, np.ones((1, people)))
    drawn = np.array([_draw(people, seed, number) for number in range(resamples)], dtype=np.float64)
    again, betas = (shares, beta) if not resamples else _refit(counts, drawn, shares[0], float(beta[0]))
    bounds = np.quantile(again, (0.025, 0.975), axis=0).T
    low, high = np.quantile(1 - betas, (0.025, 0.975)).tolist()
    return Shares(tuple(automaton.name for automaton in automata), shares[0], bounds, float(1 - beta[0]), (low, high),
                  float(likelihood[0]), people, alike)  # fmt: skip


def as_json(found: Shares) -> dict[str, object]:
    """An estimate as plain JSON values, by strategy."""
    rows = zip(found.names, found.shares.tolist(), found.intervals.tolist(), strict=True)
    return {
        "shares": {name: {"share": quantise(share), "interval": [quantise(bound) for bound in bounds]}
                   for name, share, bounds in rows},
        "tremble": quantise(found.tremble),
        "tremble_interval": [quantise(bound) for bound in found.tremble_interval],
        "log_likelihood": quantise(found.log_likelihood),
        "n_subjects": found.n_subjects,
        "indistinguishable": [list(pair) for pair in found.alike],
    }  # fmt: skip


def _count(log: Log, automata: Sequence[Automaton]) -> tuple[_Counts, tuple[tuple[str, str], ...]]:
    compiled = compile_automata(automata)
    levels = np.unique(compiled.cooperation)
    level = np.searchsorted(levels, compiled.cooperation)
    people, many, kinds = len(log.subjects), len(automata), len(levels)
    tallies = np.zeros((2, people, many * kinds))
    differ = np.zeros((many, many), dtype=bool)
    for subject in range(people):
        only = log.part([subject])
        at = level[walk(only.games, only.own, only.other, compiled)]
        differ |= (at[:, :, None] != at[:, None, :]).any(axis=0) if len(at) <= 20_000 else ~np.eye(many, dtype=bool)
        places = at + np.arange(many) * kinds
        for side in (0, 1):
            tallies[side, subject] = np.bincount(places[only.own == side].ravel(), minlength=many * kinds)
    kind, bad = tallies.reshape(2, people, many, kinds)
    alike = tuple((automata[i].name, automata[j].name) for i in range(many) for j in range(i) if not differ[i, j])
    return _Counts(levels, kind, bad), alike


def _chances(levels: Floats, betas: Floats) -> Floats:
    """(B, P) probability of C."""
    kept = np.clip(betas, 0.5, _CERTAIN)[:, None]
    return np.asarray(levels * kept + (1 - levels) * (1 - kept))


def _fit(counts: _Counts, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Best of several starts, for one weighting of the subjects: (1, K) shares, (1,) beta, (1,) log likelihood."""
    size = counts.kind.shape[1]
    shares, betas, likelihoods = _maximise(
        counts, np.repeat(weights, len(_STARTS), axis=0), np.full((len(_STARTS), size), 1 / size),
        np.array(_STARTS), 20_000, 1e-10,
    )  # fmt: skip
    best = int(np.argmax(likelihoods))
    return shares[best : best + 1], betas[best : best + 1], likelihoods[best : best + 1]


def _refit(counts: _Counts, weights: Floats, shares: Floats, beta: float) -> tuple[Floats, Floats]:
    """(B, K) shares and (B,) betas of resampled populations, each begun near the estimate."""
    size = len(shares)
    begun = np.tile(0.9 * shares + 0.1 / size, (len(weights), 1))
    found = [
        _maximise(counts, weights[part : part + 50], begun[part : part + 50],
                  np.full(len(begun[part : part + 50]), beta), 1_000, 1e-6)
        for part in range(0, len(weights), 50)
    ]  # fmt: skip
    return np.concatenate([each[0] for each in found]), np.concatenate([each[1] for each in found])


def _maximise(counts: _Counts, weights: Floats, shares: Floats, betas: Floats, steps: int,
              close: float) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """Expectation maximisation of B problems at once; weights are (B, I), how often each subject counts."""
    likelihood = np.full(len(betas), -np.inf)
    for _ in range(steps):
        joint = counts.logs(betas) + np.log(np.maximum(shares, 1e-300))[:, None, :]
        top = joint.max(axis=2, keepdims=True)
        each = np.exp(joint - top)
        total = each.sum(axis=2, keepdims=True)
        now = (weights * (np.log(total) + top)[:, :, 0]).sum(axis=1)
        likely = each / total * weights[:, :, None]
        after = likely.sum(axis=1) / weights.sum(axis=1, keepdims=True)
        moved = max(float(np.abs(after - shares).max()), 0.0)
        fresh = _betas(counts, likely)
        moved = max(moved, float(np.abs(fresh - betas).max()))
        shares, betas, likelihood = after, fresh, now
        if moved < close:
            break
    return shares, betas, likelihood


def _betas(counts: _Counts, likely: Floats) -> Floats:
    """(B,) beta that maximises the expected log likelihood."""
    kind = np.einsum("bik,ikp->bp", likely, counts.kind)
    bad = np.einsum("bik,ikp->bp", likely, counts.bad)
    if not _closed(counts.levels):
        return _searched(counts.levels, kind, bad)
    right = (kind * (counts.levels == 1) + bad * (counts.levels == 0)).sum(axis=1)
    total = ((kind + bad) * (counts.levels != 0.5)).sum(axis=1)
    return np.asarray(np.clip(np.divide(right, total, out=np.full(len(right), 0.5), where=total > 0), 0.5, _CERTAIN))


def _closed(levels: Floats) -> bool:
    """Whether only pure states and coins occur: then beta is the share of choices as prescribed."""
    return bool(np.isin(levels, (0.0, 0.5, 1.0)).all())


def _searched(levels: Floats, kind: Floats, bad: Floats) -> Floats:
    """Where the slope of the log likelihood, which falls throughout, crosses nought; found by halving."""
    low, high = np.full(len(kind), 0.5), np.full(len(kind), _CERTAIN)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        chances = _chances(levels, middle)
        rising = ((kind / chances - bad / (1 - chances)) * (2 * levels - 1)).sum(axis=1) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    return np.asarray((low + high) / 2)


def _draw(people: int, seed: int, number: int) -> NDArray[np.int64]:
    """How often each subject stands in one resampled population."""
    chance = Chance(seed, "population", number)
    return np.bincount([chance.below(people) for _ in range(people)], minlength=people)
