"""Players that change their strategy in mid-game, and ones that never do: drawn by recipe, and of the Axelrod library.

The second strategy watches the game from its start, as the first one does, and takes over at some turn. A pair counts
where the choices that both would make after that turn differ by .15 or more on average.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ethogram.events import Chance
from ethogram.testing.inference.axelrod_field import OPPONENTS as NAMES
from ethogram.testing.inference.axelrod_field import library, opponent, ordinary
from ethogram.testing.inference.players import draw_players
from ethogram.testing.inference.playing import OPPONENTS, Crowd, Machines, Moves, cast
from ethogram.testing.inference.programs import draw_programs

EARLIEST, LATEST = 60, 140
"""First and last turn after which a strategy may change, of 200."""
DIFFERENT = 0.15
LISTED = frozenset((
    "Cooperator", "Defector", "TitForTat", "Grudger", "WinStayLoseShift", "GTFT", "TitFor2Tats", "TwoTitsForTat",
    "Random", "Alternator", "SuspiciousTitForTat", "HardTitForTat", "AntiTitForTat", "Bully", "CyclerDC", "FirstByJoss",
    "ZDExtort2", "ZDGTFT2",
))  # fmt: skip
"""Strategies of the library that our dictionary lists as well."""

Games = tuple[Moves, Moves]
"""(P, turns) executed moves of the players and of their opponents; 1 is D."""


def drawn(players: int, noise: float, seed: int, *, moves: bool, programs: bool = False, turns: int = 200) -> Games:
    """Drawn players against one ordinary opponent each; if `moves`, only pairs that differ are kept."""
    chance = np.random.Generator(np.random.PCG64(seed))
    draw = draw_programs if programs else draw_players
    sides = [cast(draw(players, seed * 7 + each), 1, chance) for each in (0, 1)]
    field = Crowd(OPPONENTS)
    other_side = Machines(field, field.starts[chance.integers(0, len(OPPONENTS), players)][:, None])
    first, last = EARLIEST * turns // 200, LATEST * turns // 200
    at = chance.integers(first, last + 1, (players, 1)) if moves else np.full((players, 1), turns)
    own: list[Moves] = []
    other: list[Moves] = []
    differ = np.zeros((players, 1))
    for turn in range(turns):
        chances = [side.chances() for side in sides]
        differ += np.abs(chances[0] - chances[1]) * (turn >= at)
        wanted = chance.random((players, 1)) >= np.where(turn >= at, chances[1], chances[0])
        faced = chance.random((players, 1)) >= other_side.chances()
        moved = [(move ^ (chance.random((players, 1)) < noise)).astype(np.int8) for move in (wanted, faced)]
        for side in sides:
            side.moved(moved[0], moved[1])
        other_side.moved(moved[1], moved[0])
        own.append(moved[0])
        other.append(moved[1])
    kept = (differ / np.maximum(turns - at, 1))[:, 0] >= DIFFERENT if moves else np.ones(players, dtype=bool)
    return np.hstack(own)[kept], np.hstack(other)[kept]


def of_library(players: int, noise: float, seed: int, *, moves: bool, turns: int = 200) -> Games:
    """The same with strategies of the Axelrod library that our dictionary does not list."""
    warnings.filterwarnings("ignore")
    axl = library()
    known = [player for player in axl.strategies if ordinary(axl, player) and player.__name__ not in LISTED]
    own: list[list[int]] = []
    other: list[list[int]] = []
    number = 0
    while len(own) < players:
        chance = Chance(seed, "turncoat", number, moves)
        number += 1
        names = [chance.choice(known) for _ in range(2)]
        game, wishes, at = _game(axl, names, chance, noise, turns, moves)
        if not moves or _apart(game, wishes, at) >= DIFFERENT:
            own.append(game[0])
            other.append(game[1])
    return np.array(own, dtype=np.int8), np.array(other, dtype=np.int8)


def _game(axl: Any, pair: list[Any], chance: Chance, noise: float, turns: int,
          moves: bool) -> tuple[list[list[int]], list[list[int]], int]:  # fmt: skip
    """Executed moves of both sides, what each strategy of the player wished, and the turn of the change."""
    players = [strategy() for strategy in (pair if moves else pair[:1])]
    foe = opponent(axl, chance.choice(NAMES))
    for player in (*players, foe):
        player.set_seed(chance.below(2**31))
        player.set_match_attributes(length=float("inf"), game=axl.Game(), noise=noise)
    at = EARLIEST + chance.below(LATEST - EARLIEST + 1) if moves else turns
    game: list[list[int]] = [[], []]
    wishes: list[list[int]] = [[] for _ in players]
    for turn in range(turns):
        meant, answer = [player.strategy(foe) for player in players], foe.strategy(players[0])
        for wish, move in zip(wishes, meant, strict=True):
            wish.append(int(move == axl.Action.D))
        done = [move.flip() if chance.flip(noise) else move for move in (meant[turn >= at], answer)]
        for player in players:
            player.update_history(done[0], done[1])
        foe.update_history(done[1], done[0])
        for moved, move in zip(game, done, strict=True):
            moved.append(int(move == axl.Action.D))
    return game, wishes, at


def _apart(game: list[list[int]], wishes: list[list[int]], at: int) -> float:
    """How far apart the choices of two strategies are after a turn: per last joint move; single ones blur."""
    after = slice(at, None)
    last = (2 * np.array(game[0]) + np.array(game[1]))[at - 1 : -1]
    one, two = (np.array(wish)[after] for wish in wishes)
    return float(sum(abs(one[last == joint].mean() - two[last == joint].mean()) * (last == joint).mean()
                     for joint in np.unique(last)))  # fmt: skip
