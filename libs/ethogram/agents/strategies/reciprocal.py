"""Strategies that answer in kind, at once or after some patience."""

from __future__ import annotations

from ethogram.agents.strategies.strategy import Strategy
from ethogram.events import Chance

GENEROSITY = 1 / 3
"""How often generous tit for tat forgives: 1/3 is optimal for the payoffs 3, 1, 0, 5 (Nowak and Sigmund 1992)."""


def _tit_for_tat(_own: str, other: str, _chance: Chance) -> str:
    return other[-1:] or "C"


def _generous(_own: str, other: str, chance: Chance) -> str:
    return "D" if other.endswith("D") and not chance.flip(GENEROSITY) else "C"


def _tit_for_two_tats(_own: str, other: str, _chance: Chance) -> str:
    return "D" if other.endswith("DD") else "C"


def _two_tits_for_tat(_own: str, other: str, _chance: Chance) -> str:
    return "D" if "D" in other[-2:] else "C"


FAMILY = (
    Strategy("tit-for-tat", "does what the other did last", "Rapoport, in Axelrod (1980)", _tit_for_tat, ("TFT",)),
    Strategy(
        "generous-tit-for-tat", "as tit for tat, but forgives a defection one time in three",
        "Nowak and Sigmund (1992)", _generous, ("GTFT",), stochastic=True,
    ),
    Strategy(
        "tit-for-two-tats", "defects after two defections in a row", "Axelrod (1984)", _tit_for_two_tats, ("TF2T",),
        memory=2,
    ),
    Strategy(
        "two-tits-for-tat", "answers a defection with two", "Axelrod (1984)", _two_tits_for_tat, ("2TFT",),
        memory=2,
    ),
)  # fmt: skip
