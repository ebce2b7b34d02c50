"""The ceiling of telling which strategy it is: an oracle that owns the strategies themselves.

Every candidate is led through the games as they were executed and asked in each turn what it would do; the likelihood
of the moves under noise is taken from its answers, of one that draws lots from several passes. Nothing that works from
the moves alone can be right more often, but for chance and for the number of passes.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ethogram.events import Chance
from ethogram.principles.automata import Floats
from ethogram.testing.inference.axelrod_field import Field, Moves, library

PASSES = 6
"""Of a strategy that draws lots."""


def ceiling(field: Field, noise: float = 0.05) -> dict[str, object]:
    """How often the likeliest candidate is the player itself, among the field's own names."""
    warnings.filterwarnings("ignore")
    axl = library()
    logs = np.column_stack([_likelihoods(axl, getattr(axl, name), field, noise) for name in field.names])
    found = logs.argmax(axis=1)
    wrong = [f"{field.names[at]} taken for {field.names[other]}" for at, other in enumerate(found) if at != other]
    return {"players": len(found), "top_1": round(1 - len(wrong) / len(found), 4), "wrong": wrong}


def _likelihoods(axl: Any, kind: Any, field: Field, noise: float) -> Floats:
    """(N,) log likelihood of every player's first repetition under one candidate."""
    passes = PASSES if axl.Classifiers["stochastic"](kind) else 1
    told = np.empty(len(field.names))
    for number in range(len(field.names)):
        total = 0.0
        for own, other in zip(field.own[number, 0], field.other[number, 0], strict=True):
            meant = np.mean([_prescribed(axl, kind, own, other, noise, at) for at in range(passes)], axis=0)
            meant = (meant * passes + 0.5 * (passes > 1)) / (passes + (passes > 1))
            chance = meant * (1 - noise) + (1 - meant) * noise
            total += float(np.log(np.where(own == 1, chance, 1 - chance)).sum())
        told[number] = total
    return told


def _prescribed(axl: Any, kind: Any, own: Moves, other: Moves, noise: float, seed: int) -> list[int]:
    """What a candidate would do in each turn of one game: 1 is D."""
    player, opponent = kind(), axl.Cooperator()
    for one in (player, opponent):
        one.set_match_attributes(length=float("inf"), game=axl.Game(), noise=noise)
    player.set_seed(Chance(seed, "oracle", kind.__name__).below(2**31))
    actions = (axl.Action.C, axl.Action.D)
    told = []
    for mine, theirs in zip(own.tolist(), other.tolist(), strict=True):
        told.append(int(player.strategy(opponent) == axl.Action.D))
        player.update_history(actions[mine], actions[theirs])
        opponent.update_history(actions[theirs], actions[mine])
    return told
