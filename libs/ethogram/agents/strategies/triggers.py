"""Strategies that change course once something has happened."""

from __future__ import annotations

from ethogram.agents.strategies.strategy import Strategy
from ethogram.events import Chance


def _grim(_own: str, other: str, _chance: Chance) -> str:
    return "D" if "D" in other else "C"


def _win_stay_lose_shift(own: str, other: str, _chance: Chance) -> str:
    if not own:
        return "C"
    won = other.endswith("C")
    return own[-1] if won else ("D" if own[-1] == "C" else "C")


FAMILY = (
    Strategy(
        "grim-trigger", "cooperates until the other defects, then never again", "Friedman (1971)", _grim, ("GRIM",)
    ),
    Strategy(
        "win-stay-lose-shift", "stays with what was met with cooperation, else shifts", "Nowak and Sigmund (1993)",
        _win_stay_lose_shift, ("WSLS", "pavlov"),
    ),
)  # fmt: skip
