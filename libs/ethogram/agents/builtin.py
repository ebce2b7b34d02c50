"""The builtin adapter: classic strategies, decided purely, so that a replay derives them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ethogram.agents.observation import Answer, NoAnswer, Observation
from ethogram.agents.strategies import STRATEGIES, find
from ethogram.events import Chance
from ethogram.events.explanation import suggestion


def check(config: Mapping[str, Any]) -> list[str]:
    """What is wrong with a configuration, in words."""
    unknown = [f"unknown key {key!r}{suggestion(key, ['strategy'])}" for key in config if key != "strategy"]
    name = config.get("strategy")
    if not isinstance(name, str):
        return [*unknown, f"strategy is missing; valid: {', '.join(sorted(STRATEGIES))}"]
    if find(name) is None:
        return [*unknown, f"strategy {name!r} is not known{suggestion(name, STRATEGIES)}"]
    return unknown


def decide(config: Mapping[str, Any], observation: Observation) -> Answer:
    """The option that the configured strategy chooses; NoAnswer if there is no such strategy."""
    strategy = find(str(config.get("strategy")))
    if strategy is None:
        raise NoAnswer("failed", "; ".join(check(config)))
    chance = Chance(observation.seed, "turn", observation.turn)
    return Answer(option=lean(strategy.rule(observation.own, observation.other, chance), observation))


def lean(leaning: str, observation: Observation) -> str:
    """The option for a leaning: the first by name that leans so, or the first of all where none does."""
    options = sorted(observation.options, key=lambda option: option.name or option.id)
    return next((option for option in options if option.leaning == leaning), options[0]).id
