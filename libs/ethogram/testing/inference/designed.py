"""Games that we choose to tell labels by: sixteen of 100 turns, the same budget as eight ordinary ones of 200.

Short, so that a player begins anew before every provocation; after few and many defections, early and late, in a row
and by turns; and against reactive opponents. No script equals one that defines the labels (`probes.SCRIPTS`), nor does
it share the first 60 turns of one.
"""

from __future__ import annotations

import numpy as np

from ethogram.testing.inference.players import Player
from ethogram.testing.inference.playing import OPPONENTS

TURNS = 100
SCRIPTS = {
    "late-defection": "C" * 50 + "D" + "C" * 49,
    "defection-at-11": "C" * 10 + "D" + "C" * 89,
    "defection-at-6": "C" * 5 + "D" + "C" * 94,
    "defection-at-31": "C" * 30 + "D" + "C" * 69,
    "hostile-start": "D" + "C" * 99,
    "three-at-11": "C" * 10 + "DDD" + "C" * 87,
    "three-at-41": "C" * 40 + "DDD" + "C" * 57,
    "two-at-21": "C" * 20 + "DD" + "C" * 78,
    "turned-hostile": "C" + "D" * 99,
    "turned-kind": "D" * 50 + "C" * 50,
    "pairs": "DDCC" * 25,
    "threes": "CCCDDD" * 16 + "CCCD",
}
"""Moves of the scripted opponents."""
REACTIVE = (("TitForTat", 4), ("Grudger", 5), ("WinStayLoseShift", 6), ("Random", 2))
"""The others: name in the Axelrod library, place among the ordinary opponents."""


def _script(name: str, moves: str) -> Player:
    size = len(moves)
    after = np.minimum(np.arange(size) + 1, size - 1)[:, None].repeat(4, axis=1)
    return Player(name, np.array([float(move == "C") for move in moves]), after)


DESIGNED = (*(_script(name, moves) for name, moves in SCRIPTS.items()), *(OPPONENTS[place] for _, place in REACTIVE))
"""The sixteen opponents as automata."""
