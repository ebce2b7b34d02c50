"""Weights of declared effects are recovered, with intervals that cover them."""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np
import pytest

from ethogram.events import Chance
from ethogram.principles.preferences import Preferences

NAMES = ("fairness", "honesty", "loyalty", "prudence", "thrift")


def normal(chance: Chance) -> float:
    return float(sqrt(-2 * log(1 - chance.uniform())) * np.cos(2 * np.pi * chance.uniform()))


def recovered(seed: int, decisions: int) -> tuple[list[float], Preferences]:
    """An agent with weights N(0, 1.5) decides between four options with uniform effects on five principles."""
    chance = Chance(seed, "preferences")
    weights = [1.5 * normal(chance) for _ in NAMES]
    found = Preferences()
    for _ in range(decisions):
        effects = {f"o{i}": {name: 2 * chance.uniform() - 1 for name in NAMES} for i in range(4)}
        shares = [exp(sum(w * e[n] for w, n in zip(weights, NAMES, strict=True))) for e in effects.values()]
        drawn = chance.uniform() * sum(shares)
        chosen = next(i for i in range(4) if drawn < sum(shares[: i + 1]) or i == 3)
        found = found.after(effects, f"o{chosen}")
    return weights, found


def test_weights_are_recovered_from_a_hundred_decisions() -> None:
    truth, means, covered = [], [], 0
    for seed in range(20):
        weights, found = recovered(seed, 100)
        marginals = found.marginals()
        for name, weight in zip(NAMES, weights, strict=True):
            mean, variance, tested = marginals[name]
            truth.append(weight)
            means.append(mean)
            covered += abs(weight - mean) < 1.96 * sqrt(variance)
            assert tested == 100
    assert np.corrcoef(truth, means)[0, 1] >= 0.95
    assert 0.88 <= covered / len(truth) <= 1.0


def test_a_principle_that_appears_late_starts_from_the_prior() -> None:
    found = Preferences().after({"a": {"loyalty": 1}, "b": {"loyalty": -1}}, "a")
    found = found.after({"a": {"honesty": 0.0}, "b": {}}, "a")
    mean, variance, tested = found.marginals()["honesty"]
    assert (mean, tested) == (0.0, 0)
    assert variance == pytest.approx(2.25, abs=1e-4)


def test_a_choice_that_was_no_choice_changes_nothing() -> None:
    assert Preferences().after({"a": {"loyalty": 1}}, "a") == Preferences()
    assert Preferences().after({"a": {"loyalty": 1}, "b": {}}, "c") == Preferences()
