"""Strategies that do not look at what the other does."""

from __future__ import annotations

from ethogram.agents.strategies.strategy import Strategy
from ethogram.events import Chance

AXELROD = "Axelrod, The Evolution of Cooperation (1984)"


def _alternate(own: str, _other: str, _chance: Chance) -> str:
    return "C" if own[-1:] in ("", "D") else "D"


FAMILY = (
    Strategy("always-cooperate", "cooperates, whatever happens", AXELROD, lambda *_: "C", ("ALLC",), memory=0),
    Strategy("always-defect", "defects, whatever happens", AXELROD, lambda *_: "D", ("ALLD",), nice=False, memory=0),
    Strategy("alternator", "does the opposite of what it did last", AXELROD, _alternate, nice=False),
    Strategy(
        "random", "cooperates every other time by chance", AXELROD,
        lambda _own, _other, chance: "C" if chance.flip(0.5) else "D", stochastic=True, nice=False,
        memory=0,
    ),
)  # fmt: skip
