"""Agents: how they are reached (adapters), what they see and answer, and the built-in strategies."""

from ethogram.agents.adapter import Adapter, AdapterType, Request
from ethogram.agents.observation import Answer, NoAnswer, Observation, answer_from, observe
from ethogram.agents.registry import BUILTIN, Listed, catalogue_of_agents, checks, load, names
from ethogram.agents.strategies import STRATEGIES, Strategy


def builtin_strategies() -> dict[str, str]:
    """What each built-in strategy does, in a line, by name."""
    return {name: f"{strategy.about} ({strategy.source})" for name, strategy in STRATEGIES.items()}


__all__ = [
    "BUILTIN", "STRATEGIES", "Adapter", "AdapterType", "Answer", "Listed", "NoAnswer", "Observation", "Request",
    "Strategy", "answer_from", "builtin_strategies", "catalogue_of_agents", "checks", "load", "names",
    "observe",
]  # fmt: skip
