"""What an agent weighs in scenarios: a conditional logit over the declared effects of options, learnt online.

P(option i) is proportional to exp(sum_k w_k x_ik), x_ik the declared effect of option i on principle k. The posterior
of the weights is kept as a Gaussian: prior N(0, 1.5^2) each, and after every decision the mean and covariance of
(current Gaussian x likelihood of that decision), by quadrature over what the decision depends on (assumed density
filtering; with mode and curvature instead, intervals of 95 % held .89). Numbers are carried as integers of a millionth,
so that a state that went through JSON is the state that goes on.

Sources: McFadden 1974 (conditional logit); Opper 1998, Minka 2001 (online Gaussian updates).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import product
from math import prod

import numpy as np

from ethogram.events.base import Value
from ethogram.principles.automata import Floats

PRIOR_SD = 1.5
"""Standard deviation of a weight before any decision."""

_MICRO = 1_000_000
_POINTS = {1: 21, 2: 11, 3: 11, 4: 5}  # of quadrature in each dimension; in more of them three
_FLAT = 1e-12  # variance below which options count as equal


class Preferences(Value):
    """Gaussian posterior of the weights of all principles that were declared so far."""

    names: tuple[str, ...] = ()
    """(K,) principles in the order in which they appeared."""
    means: tuple[int, ...] = ()
    """(K,) posterior means in millionths."""
    precision: tuple[int, ...] = ()
    """(K(K+1)/2,) upper triangle of the inverse covariance, by rows, in millionths."""
    tested: tuple[int, ...] = ()
    """(K,) decisions whose options differed in the principle."""

    def after(self, effects: Mapping[str, Mapping[str, float]], chosen: str) -> Preferences:
        """The posterior after one decision between options with these effects; unchanged if there was no choice."""
        if chosen not in effects or len(effects) < 2:
            return self
        known = self._with_names(sorted({name for option in effects.values() for name in option} - set(self.names)))
        options = list(effects)
        features = np.array([[effects[option].get(name, 0.0) for name in known.names] for option in options])
        means, precision = _learn(known._means(), known._precision(), features, options.index(chosen))
        size = len(known.names)
        differs = np.ptp(features, axis=0) > 0
        return Preferences(
            names=known.names,
            means=_micro(means),
            precision=_micro(precision[np.triu_indices(size)]),
            tested=tuple(count + int(new) for count, new in zip(known.tested, differs, strict=True)),
        )

    def marginals(self) -> dict[str, tuple[float, float, int]]:
        """Per principle: mean and variance of its weight, and the decisions that tested it."""
        if not self.names:
            return {}
        variances = np.diag(np.linalg.inv(self._precision()))
        rows = zip(self.names, self._means().tolist(), variances.tolist(), self.tested, strict=True)
        return {name: (mean, variance, tested) for name, mean, variance, tested in rows}

    def _with_names(self, added: list[str]) -> Preferences:
        if not added:
            return self
        size, more = len(self.names), len(added)
        precision = np.eye(size + more) / PRIOR_SD**2
        precision[:size, :size] = self._precision()
        return Preferences(
            names=(*self.names, *added),
            means=(*self.means, *[0] * more),
            precision=_micro(precision[np.triu_indices(size + more)]),
            tested=(*self.tested, *[0] * more),
        )

    def _means(self) -> Floats:
        return np.array(self.means, dtype=np.float64) / _MICRO

    def _precision(self) -> Floats:
        size = len(self.names)
        matrix = np.zeros((size, size))
        rows, columns = np.triu_indices(size)
        matrix[rows, columns] = matrix[columns, rows] = np.array(self.precision, dtype=np.float64) / _MICRO
        return matrix


def _learn(means: Floats, precision: Floats, features: Floats, chosen: int) -> tuple[Floats, Floats]:
    """Mean and precision after one decision; features are (options, K)."""
    covariance = np.linalg.inv(precision)
    over = np.delete(features, chosen, axis=0) - features[chosen]  # what each other option has more
    spread, turned = np.linalg.eigh(over @ covariance @ over.T)
    felt = spread > _FLAT
    if not felt.any():
        return means, precision
    scales, axes = np.sqrt(spread[felt]), turned[:, felt]
    points, chances = _grid(len(scales))
    behind = points @ (axes * scales).T + over @ means
    top = np.maximum(behind.max(axis=1), 0.0)
    tilted = chances * np.exp(-top) / (np.exp(-top) + np.exp(behind - top[:, None]).sum(axis=1))
    tilted /= tilted.sum()
    centre = tilted @ points
    left = (points - centre).T @ ((points - centre) * tilted[:, None])
    reach = covariance @ over.T @ (axes / scales)
    narrowed = covariance - reach @ (np.eye(len(scales)) - left) @ reach.T
    return means + reach @ centre, np.linalg.inv(narrowed)


@lru_cache(maxsize=16)
def _grid(size: int) -> tuple[Floats, Floats]:
    """Points of Gauss-Hermite quadrature over so many independent standard normals, and their chances."""
    points, chances = np.polynomial.hermite_e.hermegauss(_POINTS.get(size, 3))
    chances = chances / chances.sum()
    return (np.array(list(product(points.tolist(), repeat=size))),
            np.array([prod(each) for each in product(chances.tolist(), repeat=size)]))  # fmt: skip


def _micro(values: Floats) -> tuple[int, ...]:
    return tuple(np.rint(values * _MICRO).astype(np.int64).tolist())
