"""Conduct in one situation tells of conduct in others; small populations are foreseen no worse than by habit alone."""

from __future__ import annotations

import numpy as np
import pytest

from ethogram.principles.temperaments import CONTEXTS, kind_forecast
from ethogram.principles.visible import Split

RATES = {"defects": (0.95,) * 5, "returns": (0.05, 0.05, 0.9, 0.1, 0.9), "cooperates": (0.05,) * 5}


def _population(people: int, rounds: int, seed: int) -> tuple[Split, np.ndarray, np.ndarray]:
    """One game each; contexts fall at random, the last 30 % are held out."""
    chance = np.random.Generator(np.random.PCG64(seed))
    rates = np.array([list(RATES.values())[person % len(RATES)] for person in range(people)])
    subject = np.repeat(np.arange(people), rounds)
    context = chance.integers(0, CONTEXTS, len(subject))
    defects = chance.random(len(subject)) < rates[subject, context]
    held = np.tile(np.arange(rounds) >= 7 * rounds // 10, people)
    return Split(subject, subject, held), context, defects


def _loss(chances: np.ndarray, defects: np.ndarray) -> float:
    kept = np.clip(chances, 0.001, 0.999)
    return float(-np.log(np.where(defects, kept, 1 - kept)).mean())


def _habit(parts: Split, context: np.ndarray, defects: np.ndarray) -> np.ndarray:
    """Memory-one with 1 added to each count, learning as it goes."""
    counts = np.ones((int(parts.subject.max()) + 1, CONTEXTS, 2))
    told = []
    for who, where, bad in zip(parts.subject, context, defects.astype(int), strict=True):
        told.append(counts[who, where, 1] / counts[who, where].sum())
        counts[who, where, bad] += 1
    return np.array(told)


@pytest.mark.parametrize(("people", "rounds"), [(3, 20), (6, 20), (30, 10), (60, 40)])
def test_kinds_foresee_better_than_own_habit(people: int, rounds: int) -> None:
    gains = []
    for seed in range(5):
        parts, context, defects = _population(people, rounds, seed)
        held = parts.held
        ours, habit = (each(parts, context, defects)[held] for each in (kind_forecast, _habit))
        gains.append(_loss(habit, defects[held]) - _loss(ours, defects[held]))
    assert np.mean(gains) > 0.02


def test_held_out_choices_are_not_looked_at() -> None:
    parts, context, defects = _population(6, 20, 1)
    first = parts.held & np.concatenate([[False], ~parts.held[:-1]])
    changed = np.where(parts.held, ~defects, defects)
    assert kind_forecast(parts, context, defects)[first] == pytest.approx(kind_forecast(parts, context, changed)[first])
