"""Strategies that change course once something has happened."""

from __future__ import annotations

from ethogram.agents.strategies.strategy import Strategy
from ethogram.events import Chance


def _grim(_own: str, other: str, _chance: Chance) -> str:
    return "D" if "D" in other else "C"


def _win_stay_lose_shift(own: str, other: str, _chance: Chance) -> str:
    mine = own[-1:] or "C"  # in a first scenario the other has moved already, to what counts as good faith
    won = not other.endswith("D")
    return mine if won else ("D" if mine == "C" else "C")


FAMILY = (
    Strategy(
        "grim-trigger", "cooperates until the other defects, then never again", "Friedman (1971)", _grim, ("GRIM",),
        memory=None,
    ),
    Strategy(
        "win-stay-lose-shift", "stays with what was met with cooperation, else shifts", "Nowak and Sigmund (1993)",
        _win_stay_lose_shift, ("WSLS", "pavlov"),
    ),
)  # fmt: skip
