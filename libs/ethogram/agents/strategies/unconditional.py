"""Strategies that do not look at what the other does."""

from __future__ import annotations

from ethogram.agents.strategies.strategy import Strategy
from ethogram.events import Chance

AXELROD = "Axelrod, The Evolution of Cooperation (1984)"


def _alternate(own: str, _other: str, _chance: Chance) -> str:
    return "C" if own[-1:] in ("", "D") else "D"


FAMILY = (
    Strategy("always-cooperate", "cooperates, whatever happens", AXELROD, lambda *_: "C", ("ALLC",)),
    Strategy("always-defect", "defects, whatever happens", AXELROD, lambda *_: "D", ("ALLD",)),
    Strategy("alternator", "does the opposite of what it did last", AXELROD, _alternate),
    Strategy(
        "random", "cooperates every other time by chance", AXELROD,
        lambda _own, _other, chance: "C" if chance.flip(0.5) else "D", stochastic=True,
    ),
)  # fmt: skip
