"""Thousands of drawn players in games at once, and what the probes say of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ethogram.principles.automata import Floats
from ethogram.principles.probes import LABELS
from ethogram.testing.inference.players import Draw, Player
from ethogram.testing.inference.programs import Programs, Stage
from ethogram.testing.inference.truth import labels_shown, script_moves

Moves = NDArray[np.int8]


class Crowd:
    """Many automata as one."""

    def __init__(self, players: Sequence[Player]) -> None:
        sizes = [len(player.cooperates) for player in players]
        self.starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
        self.kind = np.concatenate([player.cooperates for player in players])
        self.after = np.concatenate([
            player.after + start for player, start in zip(players, self.starts.tolist(), strict=True)
        ])  # fmt: skip
        self.mixed = np.logical_or.reduceat((self.kind > 0) & (self.kind < 1), self.starts)


class Cast(Protocol):
    """Players in (P, W) games."""

    def chances(self) -> Floats:
        """(P, W) probability that each cooperates now."""

    def moved(self, own: Moves, other: Moves) -> None:
        """(P, W) what was executed; 1 is D."""


class Machines:
    """Automata in games: every player of a crowd in W of them, or W opponents for each of P players."""

    def __init__(self, crowd: Crowd, starts: NDArray[np.int64]) -> None:
        self._crowd, self._states = crowd, starts

    def chances(self) -> Floats:
        """(P, W) probability that each cooperates now."""
        return np.asarray(self._crowd.kind[self._states])

    def moved(self, own: Moves, other: Moves) -> None:
        """(P, W) what was executed; 1 is D."""
        self._states = self._crowd.after[self._states, 2 * own + other]


def cast(players: Sequence[Player] | Programs, width: int, chance: Draw) -> Cast:
    """Players of either kind at the start of `width` games each."""
    if isinstance(players, Programs):
        return Stage(players, width, chance)
    crowd = Crowd(players)
    return Machines(crowd, np.repeat(crowd.starts[:, None], width, axis=1))


OPPONENTS = (
    Player("C", np.array([1.0]), np.array([[0] * 4])), Player("D", np.array([0.0]), np.array([[0] * 4])),
    Player("random", np.array([0.5]), np.array([[0] * 4])),
    Player("alternator", np.array([1.0, 0.0]), np.array([[1] * 4, [0] * 4])),
    Player("tft", np.array([1.0, 0.0]), np.array([[0, 1, 0, 1]] * 2)),
    Player("grudger", np.array([1.0, 0.0]), np.array([[0, 1, 0, 1], [1] * 4])),
    Player("wsls", np.array([1.0, 0.0]), np.array([[0, 1, 1, 0]] * 2)),
    Player("gtft", np.array([1.0, 1 / 3]), np.array([[0, 1, 0, 1]] * 2)),
)  # fmt: skip
"""The eight ordinary opponents."""


def play(
    players: Sequence[Player] | Programs, turns: int, noise: float, seed: int, opponents: Sequence[Player] = OPPONENTS
) -> tuple[Moves, Moves, Moves]:
    """(P, opponents, turns) moves: executed by the players, by their opponents, and meant by the players; 1 is D."""
    chance = np.random.Generator(np.random.PCG64(seed))
    field = Crowd(opponents)
    mine = cast(players, len(opponents), chance)
    shape = (len(players.slip) if isinstance(players, Programs) else len(players), len(opponents))
    theirs = Machines(field, np.repeat(field.starts[None, :], shape[0], axis=0))
    own, other, meant = (np.empty((*shape, turns), dtype=np.int8) for _ in range(3))
    for turn in range(turns):
        wanted = [(chance.random(shape) >= side.chances()).astype(np.int8) for side in (mine, theirs)]
        moved = [move ^ (chance.random(shape) < noise) for move in wanted]
        meant[:, :, turn] = wanted[0]
        own[:, :, turn], other[:, :, turn] = moved
        mine.moved(moved[0], moved[1])
        theirs.moved(moved[1], moved[0])
    return own, other, meant


def truth(players: Sequence[Player] | Programs, seed: int) -> NDArray[np.bool_]:
    """(P, 8) labels by the probes: 24 seeds for stochastic players; for others one says it all."""
    if isinstance(players, Programs):
        mixed = players.stochastic()
        parts: list[Sequence[Player] | Programs] = [players.part(mixed), players.part(~mixed)]
    else:
        mixed = Crowd(players).mixed
        parts = [[player for player, one in zip(players, mixed, strict=True) if one == which]
                 for which in (True, False)]  # fmt: skip
    found = np.zeros((len(mixed), len(LABELS)), dtype=bool)
    for which, part, seeds in ((mixed, parts[0], 24), (~mixed, parts[1], 1)):
        if which.any():
            found[which] = [labels_shown(each) for each in _shown(part, seeds, seed)]
    return found


def _shown(players: Sequence[Player] | Programs, seeds: int, seed: int) -> Moves:
    """(P, scripts, seeds, turns): 1 where a player cooperated."""
    chance = np.random.Generator(np.random.PCG64(seed))
    scripts = script_moves()
    side = cast(players, len(scripts) * seeds, chance)
    bad = np.repeat(scripts == 0, seeds, axis=0).astype(np.int8)
    shown = []
    for turn in range(scripts.shape[1]):
        chances = side.chances()
        own = (chance.random(chances.shape) >= chances).astype(np.int8)
        shown.append(1 - own)
        side.moved(own, np.broadcast_to(bad[:, turn], own.shape))
    acts = np.stack(shown, axis=2)
    return acts.reshape(len(acts), len(scripts), seeds, len(shown))
