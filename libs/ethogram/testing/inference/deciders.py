"""Synthetic agents that weigh declared effects of options, and how well their weights are recovered."""

from __future__ import annotations

from math import cos, exp, log, pi, sqrt

import numpy as np

from ethogram.events import Chance
from ethogram.principles.preferences import PRIOR_SD, Preferences

NAMES = ("fairness", "honesty", "loyalty", "prudence", "thrift")
OPTIONS = 4


def weights(agents: int, decisions: int, *, seed: int) -> dict[str, object]:
    """Correlation of posterior means with the true weights, and how often 95 % intervals hold these."""
    truth, means, held = [], [], 0
    for number in range(agents):
        true, found = decider(seed, number, decisions)
        for (mean, variance, _), weight in zip((found[name] for name in NAMES), true, strict=True):
            truth.append(weight)
            means.append(mean)
            held += abs(weight - mean) < 1.959964 * sqrt(variance)
    correlation = float(np.asarray(np.corrcoef(truth, means))[0, 1])
    return {"weights": len(truth), "correlation": round(correlation, 4), "covered": round(held / len(truth), 4)}


def decider(seed: int, number: int, decisions: int) -> tuple[list[float], dict[str, tuple[float, float, int]]]:
    """Weights of one agent, N(0, 1.5), and what is inferred from its choices between options with uniform effects."""
    chance = Chance(seed, "deciders", number)
    true, found = [PRIOR_SD * _normal(chance) for _ in NAMES], Preferences()
    for _ in range(decisions):
        effects = {f"o{one}": {name: 2 * chance.uniform() - 1 for name in NAMES} for one in range(OPTIONS)}
        shares = [exp(sum(w * of[name] for w, name in zip(true, NAMES, strict=True))) for of in effects.values()]
        drawn = chance.uniform() * sum(shares)
        chosen = next((one for one in range(OPTIONS) if drawn < sum(shares[: one + 1])), OPTIONS - 1)
        found = found.after(effects, f"o{chosen}")
    return true, found.marginals()


def _normal(chance: Chance) -> float:
    return sqrt(-2 * log(1 - chance.uniform())) * cos(2 * pi * chance.uniform())
