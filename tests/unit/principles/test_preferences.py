"""Weights of declared effects are recovered, with intervals that cover them."""

from __future__ import annotations

import pytest

from ethogram.principles.preferences import Preferences
from ethogram.testing.inference.deciders import decider, weights


def test_weights_are_recovered_from_a_hundred_decisions() -> None:
    found = weights(20, 100, seed=2)
    assert found["weights"] == 100
    assert found["correlation"] >= 0.95  # type: ignore[operator]
    assert 0.88 <= found["covered"] <= 1.0  # type: ignore[operator]


def test_every_decision_between_options_that_differ_in_a_principle_counts() -> None:
    _, marginals = decider(2, 0, 10)
    assert [tested for _, _, tested in marginals.values()] == [10] * 5


def test_a_principle_that_appears_late_starts_from_the_prior() -> None:
    found = Preferences().after({"a": {"loyalty": 1}, "b": {"loyalty": -1}}, "a")
    found = found.after({"a": {"honesty": 0.0}, "b": {}}, "a")
    mean, variance, tested = found.marginals()["honesty"]
    assert (mean, tested) == (0.0, 0)
    assert variance == pytest.approx(2.25, abs=1e-4)


def test_a_choice_that_was_no_choice_changes_nothing() -> None:
    assert Preferences().after({"a": {"loyalty": 1}}, "a") == Preferences()
    assert Preferences().after({"a": {"loyalty": 1}, "b": {}}, "c") == Preferences()
