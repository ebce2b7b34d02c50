"""Built-in strategies of repeated games: pure functions, one family per file."""

from collections.abc import Mapping
from types import MappingProxyType

from ethogram.agents.strategies import arena, general, reciprocal, triggers, unconditional
from ethogram.agents.strategies.general import GeneralStrategy
from ethogram.agents.strategies.strategy import Strategy

STRATEGIES: Mapping[str, Strategy] = MappingProxyType({
    strategy.name: strategy
    for family in (unconditional, reciprocal, triggers)
    for strategy in family.FAMILY
})  # fmt: skip
"""By name."""

GENERAL: Mapping[str, GeneralStrategy] = MappingProxyType({
    strategy.name: strategy for family in (general, arena) for strategy in family.FAMILY
})  # fmt: skip
"""Strategies for any game, by name."""

_ALIASES = {alias.lower(): strategy for strategy in STRATEGIES.values() for alias in strategy.aliases}


def find(name: str) -> Strategy | None:
    """The strategy called so, by its name or one of its aliases in any case."""
    return STRATEGIES.get(name) or _ALIASES.get(name.lower())


__all__ = ["GENERAL", "STRATEGIES", "GeneralStrategy", "Strategy", "find"]
