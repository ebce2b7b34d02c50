"""Recovery of populations: shares and tremble of societies drawn by recipe, against what was put in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ethogram.principles.automata import JOINT, Automaton, Floats
from ethogram.principles.library import choose
from ethogram.principles.log import Log
from ethogram.principles.population import Shares, estimate

SUBJECTS, GAMES, ROUNDS = 100, 8, 8
"""Of each society; every subject meets a coin that cooperates in two rounds of three."""
KIND = 2 / 3


class Society(NamedTuple):
    """A log, and what is true of it."""

    log: Log
    shares: Floats
    """(S,) of each strategy among the subjects."""
    tremble: float


def recovery(societies: int = 20, resamples: int = 100, seed: int = 6) -> dict[str, object]:
    """Mean error of shares, largest one, error of the tremble, and how many 95 % intervals hold what is true.

    A share is that of the strategy from which the subjects were drawn: it is what the resampling of subjects speaks of.
    """
    automata = choose(["DF2011"])
    chance = np.random.Generator(np.random.PCG64(seed))
    errors, trembles, held = [], [], []
    for number in range(societies):
        society, drawn = _society(automata, chance)
        found = estimate(society.log, automata, resamples=resamples, seed=number)
        errors.append(np.abs(found.shares - society.shares))
        trembles.append(abs(found.tremble - society.tremble))
        held += _held(found, drawn)
    return {
        "societies": societies, "mean_error": round(float(np.mean(errors)), 4),
        "largest_error": round(float(np.max(errors)), 4), "tremble_error": round(float(np.mean(trembles)), 4),
        "coverage": round(float(np.mean(held)), 4), "n": len(held),
    }  # fmt: skip


def _held(found: Shares, drawn: Floats) -> list[bool]:
    return [low - 1e-9 <= share <= high + 1e-9 for (low, high), share in zip(found.intervals, drawn, strict=True)]


def _society(automata: list[Automaton], chance: np.random.Generator) -> tuple[Society, Floats]:
    """A society, and the shares that its subjects were drawn from."""
    drawn, tremble = chance.dirichlet(np.ones(len(automata))), float(chance.uniform(0.02, 0.15))
    kinds = chance.choice(len(automata), SUBJECTS, p=drawn)
    own, other = [], []
    for kind in kinds.tolist():
        for _ in range(GAMES):
            state = 0
            for _ in range(ROUNDS):
                bad = bool(chance.random() >= automata[kind].cooperates[state]) != bool(chance.random() < tremble)
                met = bool(chance.random() >= KIND)
                own.append(int(bad))
                other.append(int(met))
                state = int(automata[kind].successors[state][JOINT.index("CD"[bad] + "CD"[met])])
    games = SUBJECTS * GAMES
    log = Log(
        name="society", subjects=tuple(("", str(number)) for number in range(SUBJECTS)),
        game_names=tuple(map(str, range(games))), symbols=("C", "D"), own=np.array(own, dtype=np.int32),
        other=np.array(other, dtype=np.int32), rounds=np.tile(np.arange(ROUNDS, dtype=np.int32), games),
        games=np.arange(0, len(own) + 1, ROUNDS, dtype=np.int32),
        careers=np.arange(0, games + 1, GAMES, dtype=np.int32),
    )  # fmt: skip
    shares = np.bincount(kinds, minlength=len(automata)) / SUBJECTS
    return Society(log, shares, tremble), drawn
