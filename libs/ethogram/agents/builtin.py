"""The builtin adapter: classic strategies, decided purely, so that a replay derives them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ethogram.agents.observation import Answer, NoAnswer, Observation
from ethogram.agents.strategies import GENERAL, STRATEGIES, find
from ethogram.events import Chance
from ethogram.events.explanation import suggestion


def check(config: Mapping[str, Any]) -> list[str]:
    """What is wrong with a configuration, in words."""
    name = config.get("strategy")
    general = GENERAL.get(name) if isinstance(name, str) else None
    keys = ["strategy", *(general.keys if general else ())]
    allowed = [*keys, *(general.may if general else ())]
    found = [f"unknown key {key!r}{suggestion(key, allowed)}" for key in config if key not in allowed]
    known = sorted([*STRATEGIES, *GENERAL])
    if not isinstance(name, str):
        return [*found, f"strategy is missing; valid: {', '.join(known)}"]
    if general is None and find(name) is None:
        return [*found, f"strategy {name!r} is not known{suggestion(name, known)}"]
    missing = [key for key in keys if not isinstance(config.get(key), str)]
    wrong = general.wrong(config) if general and not missing else []
    return [*found, *(f"{key} is missing; {name} needs it, as text" for key in missing), *wrong]


def decide(config: Mapping[str, Any], observation: Observation) -> Answer:
    """The option that the configured strategy chooses; NoAnswer if there is no such strategy."""
    if wrong := check(config):
        raise NoAnswer("failed", "; ".join(wrong))
    name = str(config["strategy"])
    chance = Chance(observation.seed, "turn", observation.turn)
    if name in GENERAL:
        chosen = GENERAL[name].rule(observation, chance, config)
        return chosen if isinstance(chosen, Answer) else Answer(option=chosen)
    strategy = find(name)
    assert strategy is not None, "checked above"
    return Answer(option=lean(strategy.rule(observation.own_kept, observation.other, chance), observation))


def lean(leaning: str, observation: Observation) -> str:
    """The option for a leaning: of amounts the most or the least, else the first by name that leans so.

    NoAnswer where no option leans at all: there is no C and D in this game.
    """
    amounts = {option.id: option.degree for option in observation.options if option.degree is not None}
    if amounts:
        return (max if leaning == "C" else min)(amounts, key=lambda option: (amounts[option], option))
    if not any(option.leaning for option in observation.options):
        offered = ", ".join(option.id for option in observation.options)
        raise NoAnswer("failed", f"strategies of dilemmas know C and D; none of {offered} is like that")
    options = sorted(observation.options, key=lambda option: option.name or option.id)
    return next((option for option in options if option.leaning == leaning), options[0]).id
