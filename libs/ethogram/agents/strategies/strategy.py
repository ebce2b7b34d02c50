"""What a strategy of the repeated prisoner's dilemma is: a name, a source and a rule of a few lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ethogram.events import Chance

Rule = Callable[[str, str, Chance], str]
"""`(own executed actions, the other's, chance of this turn) -> "C" or "D"`."""


class Strategy(NamedTuple):
    """One strategy."""

    name: str
    about: str
    """What it does, in a line."""
    source: str
    """Who described it."""
    rule: Rule
    aliases: tuple[str, ...] = ()
    """Other names in the literature."""
    stochastic: bool = False
    """Whether it draws chance."""
    nice: bool = True
    """Whether it cooperates as long as nobody has defected."""
    memory: int | None = 1
    """How many turns back it looks; None: to the first."""
