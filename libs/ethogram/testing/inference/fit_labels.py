"""Fit the parameters of labels on players drawn by recipe: `python -m ethogram.testing.inference.fit_labels`.

No strategy of the Axelrod library takes part, so that all of its families are held out when inference is measured on
it. Half of the players are machines, half programs. Three tenths play the eight ordinary opponents for 200 rounds at
noise .05, two for 50 rounds, two the designed games; the others play fewer rounds, with other noise, some of the
opponents and drawn ones; for a tenth what they meant is known. Same seed, same file (on one version of numpy).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
import orjson
from numpy.typing import NDArray

from ethogram.principles import labelling, marks
from ethogram.principles.probes import LABELS
from ethogram.testing.inference import designed
from ethogram.testing.inference.network import Singles, learn
from ethogram.testing.inference.players import Player, draw_players
from ethogram.testing.inference.playing import OPPONENTS, Moves, play, truth
from ethogram.testing.inference.programs import draw_programs

CHUNK = 500
SEED = 4
PLAYERS = 150_000


def count(own: Moves, other: Moves, meant: Moves | None = None) -> marks.Cells:
    """(P, 2 * SITUATIONS) marks of players by (P, games, turns) moves; `meant`: what they chose, if not `own`."""
    people, games, turns = own.shape
    executed, faced = own.ravel().astype(np.int32), other.ravel().astype(np.int32)
    starts = np.arange(0, people * games * turns + 1, turns, dtype=np.int32)
    cells = marks.situations(starts, executed, faced)
    chosen = executed if meant is None else meant.ravel().astype(np.int32)
    return marks.tally(cells, chosen, np.repeat(np.arange(people), games * turns), people)


def examples(players: int, seed: int) -> tuple[Singles, NDArray[np.bool_]]:
    """Features and labels of drawn players, under circumstances that differ from chunk to chunk."""
    shown, known = [], []
    for part in range(players // CHUNK):
        drawn = (draw_programs if part % 2 else draw_players)(CHUNK, seed * 1000 + part)
        known.append(truth(drawn, seed * 2000 + part))
        others, turns, noise = _circumstances(part, seed)
        own, other, meant = play(drawn, turns, noise, seed * 4000 + part, others)
        counts = count(own, other, meant if part // 2 % 10 == 9 else None)
        shown.append(labelling.traits(counts).astype(np.float32))
    return np.concatenate(shown), np.concatenate(known)


def _circumstances(part: int, seed: int) -> tuple[Sequence[Player], int, float]:
    """Opponents, turns and noise of a chunk."""
    style = part // 2 % 10
    if style < 5:
        return OPPONENTS, 200 if style < 3 else 50, 0.05
    if style < 7:
        return designed.DESIGNED, designed.TURNS, 0.05
    chance = np.random.Generator(np.random.PCG64([seed, part]))
    turns, noise = int(chance.choice([10, 25, 50, 100, 200])), float(chance.choice([0, 0, 0.02, 0.05, 0.05, 0.1]))
    others = [OPPONENTS[at] for at in chance.choice(8, int(chance.integers(2, 9)), replace=False)]
    return others + draw_players(int(chance.integers(0, 4)), seed * 3000 + part), turns, noise


def fit(players: int, seed: int = SEED) -> labelling.Network:
    """Fit the network on drawn players."""
    seen, known = examples(players, seed)
    return learn(seen, known.astype(np.float32), 0)


def write(network: labelling.Network, players: int) -> None:
    """Write the parameters where the package reads them."""
    kept = {
        "version": labelling.VERSION, "labels": list(LABELS), "situations": marks.SITUATIONS, "players": players,
        "seed": SEED, **{name: labelling.pack(getattr(network, name)) for name in labelling.Network._fields},
    }  # fmt: skip
    labelling.PARAMETERS.write_bytes(orjson.dumps(kept, option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else PLAYERS
    write(fit(number), number)
