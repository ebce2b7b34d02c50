"""The repeated prisoner's dilemma, with the payoffs of Axelrod's tournaments (The Evolution of Cooperation, 1984)."""

from __future__ import annotations

from ethogram.events import Option
from ethogram.games.rules import Game

PRISONERS_DILEMMA = Game(
    name="prisoners-dilemma",
    about=(
        "You and the other player choose at the same time, without a word between you."
        " Both C: 3 points each. Both D: 1 point each. One D against one C: 5 points for the D, none for the C."
    ),
    options=(
        Option(id="C", text="Cooperate", leaning="C"),
        Option(id="D", text="Defect", leaning="D"),
    ),
    payoffs={"CC": (3, 3), "CD": (0, 5), "DC": (5, 0), "DD": (1, 1)},
    # Whatever the other does, C earns less than D: silence must not pay, and must harm nobody but the silent.
    default="C",
)
"""Temptation 5, reward 3, punishment 1, sucker's payoff 0."""
