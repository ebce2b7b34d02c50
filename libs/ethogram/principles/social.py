"""What a subject makes of payoffs: inequity aversion with quantal response, attitude to risk, conditional cooperation.

Inequity (Fehr and Schmidt 1999): U = own - envy * mean(max(other - own, 0)) - guilt * mean(max(own - other, 0)), over
the others. Quantal response (McKelvey and Palfrey 1995): P(option) is proportional to exp(precision * expected U).
That is a conditional logit in (own, -disadvantage, -advantage) with weights (precision, precision * envy, precision *
guilt); mode and curvature under a wide Gaussian prior, and ratios with Fieller's interval (Fieller 1954).

Risk: constant relative aversion r, u(x) = x^(1-r) / (1-r), with P(option) proportional to exp(precision * expected u),
u scaled to run from 0 to 1 over the payoffs of each decision (contextual utility, Wilcox 2011); posterior on a grid,
flat in r and in log precision.

Conditional cooperation (Fischbacher, Gächter and Fehr 2001): own contribution on the others' mean contribution of the
round before, as shares of the endowment; least squares with Student's interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np

from ethogram.events.errors import InvalidRecord
from ethogram.principles.automata import Floats
from ethogram.principles.decisions import Decision, Outcome, Stacked, stack
from ethogram.principles.visible import Booleans

ENOUGH = 5
"""Decisions that have to bear on a parameter before we say that it can be told."""
R_RANGE = (-3.0, 3.0)
"""Aversion to risk is sought between these."""

_Z = 1.959964
_WIDE = 10.0  # prior standard deviation of a weight, in spans of the feature within a decision
_STEPS = 100
_PRECISIONS = np.exp(np.linspace(np.log(0.2), np.log(200.0), 40))
_PARALLEL = (
    "in these games own payoff, being behind and being ahead move with each other; it takes games with other payoffs"
)
_BLUNT = 0.6  # of the range: a wider interval tells nothing


class Parameter(NamedTuple):
    """One estimate; without an interval where the decisions cannot tell."""

    name: str
    value: float | None
    interval: tuple[float, float] | None
    """95 %."""
    observations: int
    """Decisions that bear on it."""
    why: str
    """Why it can(not) be told."""


def inequity(decisions: Sequence[Decision]) -> tuple[Parameter, Parameter, Parameter]:
    """Precision (per unit of payoff), envy and guilt of one subject."""
    if not decisions:
        return _untold("precision", 0), _untold("envy", 0), _untold("guilt", 0)
    stacked = stack(decisions, np.array([_felt(option) for decision in decisions for option in decision.options]))
    bearing = stacked.varying()
    kept = bearing > 0
    weights, covariance = np.zeros(3), np.zeros((3, 3))
    if kept.any() and int(bearing[kept].min()) >= ENOUGH and _parallel(stacked, kept):
        precision, *_ = inequity([_selfish(decision) for decision in decisions])
        return (precision._replace(why=f"{precision.why}, taking own payoff for all that counts"),
                Parameter("envy", None, None, int(bearing[1]), _PARALLEL),
                Parameter("guilt", None, None, int(bearing[2]), _PARALLEL))  # fmt: skip
    if kept.any():
        weights[kept], covariance[np.ix_(kept, kept)] = logit(stacked._replace(features=stacked.features[:, kept]))
    precision = _precision(weights, covariance, int(bearing[0]))
    ratios = (_ratio(name, weights, covariance, at, int(bearing[at])) for at, name in ((1, "envy"), (2, "guilt")))
    envy, guilt = ratios
    return precision, envy, guilt


def risk(decisions: Sequence[Decision]) -> tuple[Parameter, Parameter]:
    """Aversion to risk (0 is neutral, above it averse) and precision of one subject; payoffs must not be negative."""
    own = np.array([outcome.own for decision in decisions for option in decision.options for outcome in option])
    if len(own) and own.min() < 0:
        raise InvalidRecord(
            "log-invalid", f"a payoff of {own.min():g}: risk is told from payoffs that are not negative"
        )
    bearing = sum(_risky(decision) for decision in decisions)
    if bearing < ENOUGH:
        return _untold("risk-aversion", bearing), _untold("precision", bearing)
    low, high = R_RANGE
    grid = np.linspace(low, high if own.min() > 0 else 0.95, 121)
    logs = _of_aversions(decisions, grid)
    posterior = np.exp(logs - logs.max())
    posterior /= posterior.sum()
    averse = _on_grid("risk-aversion", grid, posterior.sum(axis=1), bearing)
    return averse, _on_grid("precision", _PRECISIONS, posterior.sum(axis=0), bearing)


def conditional_cooperation(games: Sequence[Sequence[tuple[float, float]]]) -> tuple[Parameter, Parameter]:
    """Slope of own contribution on the others' of the round before, and what is given after nothing; shares 0 to 1.

    `games` hold rounds of (own, others' mean) contribution.
    """
    pairs = [(game[at - 1][1], game[at][0]) for game in games for at in range(1, len(game))]
    before, own = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
    if len(pairs) < ENOUGH or np.ptp(before) < 1e-9:
        return _untold("conditional-cooperation", len(pairs)), _untold("unconditional-giving", len(pairs))
    from scipy.special import stdtrit

    design = np.column_stack([before, np.ones(len(before))])
    inverse = np.linalg.inv(design.T @ design)
    weights = inverse @ design.T @ own
    left = len(own) - 2
    spread = float(((own - design @ weights) ** 2).sum()) / left
    reach = float(stdtrit(left, 0.975)) * np.sqrt(spread * np.diag(inverse))
    return (_linear("conditional-cooperation", weights[0], reach[0], len(own)),
            _linear("unconditional-giving", weights[1], reach[1], len(own)))  # fmt: skip


def logit(stacked: Stacked) -> tuple[Floats, Floats]:
    """Mode and covariance of the weights of a conditional logit under the wide prior; damped Newton steps."""
    spans = np.maximum.reduceat(stacked.features, stacked.starts) - np.minimum.reduceat(
        stacked.features, stacked.starts
    )
    scale = np.maximum(spans.max(axis=0), 1e-12)
    features = stacked.features / scale
    size = features.shape[1]
    weights, prior = np.zeros(size), np.eye(size) / _WIDE**2
    value = _value(stacked, features, weights)
    for _ in range(_STEPS):
        shares = stacked.shares(features @ weights)
        centred = features - np.add.reduceat(shares[:, None] * features, stacked.starts)[stacked.decision]
        slope = centred[stacked.chosen].sum(axis=0) - prior @ weights
        curvature = (centred * shares[:, None]).T @ centred + prior
        step = np.linalg.solve(curvature, slope)
        while (tried := _value(stacked, features, weights + step)) < value and np.abs(step).max() > 1e-12:
            step = step / 2
        weights, value = weights + step, tried
        if np.abs(step).max() < 1e-10:
            break
    return weights / scale, np.linalg.inv(curvature) / np.outer(scale, scale)


def _parallel(stacked: Stacked, kept: Booleans) -> bool:
    """Whether what is got and what the others get move together, so that no choice tells them apart."""
    over = (stacked.features - stacked.features[stacked.starts][stacked.decision])[:, kept]
    return int(np.linalg.matrix_rank(over, tol=1e-9 * max(np.abs(over).max(), 1.0) * len(over))) < int(kept.sum())


def _selfish(decision: Decision) -> Decision:
    alone = tuple(tuple(outcome._replace(others=()) for outcome in option) for option in decision.options)
    return Decision(alone, decision.chosen)


def _value(stacked: Stacked, features: Floats, weights: Floats) -> float:
    return float(stacked.likelihood(features @ weights)) - float(weights @ weights) / (2 * _WIDE**2)


def _felt(option: Sequence[Outcome]) -> tuple[float, float, float]:
    """Expected own payoff, less disadvantage, less advantage."""
    own = envy = guilt = 0.0
    for chance, mine, others in option:
        own += chance * mine
        if others:
            envy += chance * sum(max(other - mine, 0.0) for other in others) / len(others)
            guilt += chance * sum(max(mine - other, 0.0) for other in others) / len(others)
    return own, -envy, -guilt


def _precision(weights: Floats, covariance: Floats, bearing: int) -> Parameter:
    if bearing < ENOUGH:
        return _untold("precision", bearing)
    return _linear("precision", weights[0], _Z * sqrt(covariance[0, 0]), bearing)


def _ratio(name: str, weights: Floats, covariance: Floats, at: int, bearing: int) -> Parameter:
    """A weight over the precision, with Fieller's interval; none where the precision might be nought."""
    if bearing < ENOUGH:
        return _untold(name, bearing)
    square = _Z**2
    a = weights[0] ** 2 - square * covariance[0, 0]
    b = weights[0] * weights[at] - square * covariance[0, at]
    c = weights[at] ** 2 - square * covariance[at, at]
    if a <= 0 or weights[0] <= 0:
        return Parameter(
            name, None, None, bearing, "own payoff hardly moves the choices, so nothing can be weighed by it"
        )
    reach = sqrt(max(b * b - a * c, 0.0))
    return Parameter(name, float(weights[at] / weights[0]), (float((b - reach) / a), float((b + reach) / a)), bearing,
                     f"{bearing} decisions between options that differ in it")  # fmt: skip


def _risky(decision: Decision) -> bool:
    """Whether the options differ in more than what they give on average, and none gives one thing for certain alone."""
    spread = {tuple(sorted((outcome.own, outcome.probability) for outcome in option)) for option in decision.options}
    return len(spread) > 1 and any(len(option) > 1 for option in decision.options)


def _of_aversions(decisions: Sequence[Decision], grid: Floats) -> Floats:
    """(G, P) log likelihood for every aversion and precision."""
    options = [option for decision in decisions for option in decision.options]
    paid = np.array([outcome.own for option in options for outcome in option])
    chances = np.array([outcome.probability for option in options for outcome in option])
    starts = np.concatenate([[0], np.cumsum([len(option) for option in options])[:-1]])
    stacked = stack(decisions, np.zeros((len(options), 1)))
    decision = stacked.decision[np.repeat(np.arange(len(options)), np.diff([*starts, len(paid)]))]
    first = np.searchsorted(decision, np.arange(len(decisions)))
    worth = _worth(paid, grid)
    low, high = np.minimum.reduceat(worth, first)[decision], np.maximum.reduceat(worth, first)[decision]
    scaled = chances[:, None] * (worth - low) / np.maximum(high - low, 1e-300)
    expected = np.add.reduceat(scaled, starts)
    return np.array([stacked.likelihood(column[:, None] * _PRECISIONS) for column in expected.T])


def _worth(paid: Floats, aversions: Floats) -> Floats:
    """(N, G) what N payoffs are worth under G aversions."""
    rest = np.where(np.abs(1 - aversions) < 1e-9, 1e-6, 1 - aversions)  # next to 1, where it is the logarithm
    return np.asarray(paid[:, None] ** rest / rest)


def _on_grid(name: str, grid: Floats, posterior: Floats, bearing: int) -> Parameter:
    below = np.cumsum(posterior) - posterior / 2
    low, middle, high = np.interp((0.025, 0.5, 0.975), below, grid).tolist()
    if name == "risk-aversion" and high - low > _BLUNT * (R_RANGE[1] - R_RANGE[0]):
        return Parameter(
            name, None, None, bearing, "these decisions leave it open: nearly every attitude explains them"
        )
    return Parameter(name, middle, (low, high), bearing, f"{bearing} decisions between options of different risk")


def _linear(name: str, value: float, reach: float, bearing: int) -> Parameter:
    return Parameter(name, float(value), (float(value - reach), float(value + reach)), bearing,
                     f"{bearing} choices that bear on it")  # fmt: skip


def _untold(name: str, bearing: int) -> Parameter:
    return Parameter(name, None, None, bearing, f"only {bearing} choices bear on it, or all under the same condition; "
                     f"{ENOUGH} that differ are needed")  # fmt: skip
