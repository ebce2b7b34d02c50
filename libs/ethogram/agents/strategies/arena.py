"""Strategies for the arena: who gives and accuses on evidence, who cheats in one of several ways, who slanders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ethogram.agents.observation import Answer, Observation
from ethogram.agents.strategies.general import GeneralStrategy
from ethogram.events import ArenaView, Chance, Sighting, Speech
from ethogram.events.explanation import suggestion
from ethogram.games.arena.acts import ACCUSES, COPIES, DIVERTS, LIES

CHEATS = ("lie", "copy", "collude", "ride")
"""Ways to cheat: to enter what was not given, to hand in another's work, to pay a partner, to give nothing."""

SINCE = 3
"""Round from which a cheat cheats."""


def _honest(seen: Observation, chance: Chance, config: Mapping[str, Any]) -> str | Answer:
    """Gives everything; accuses whomever it saw cheating in this round, and cites what it saw; denies what it did not
    do."""
    if seen.view is None or seen.view.stage == "contribute":
        return _most(seen)
    if seen.view.stage == "accuse":
        return _accusing(seen, seen.view)
    return Answer(option="w", speech=Speech(aloud="The book says what I gave."))


def _cheat(seen: Observation, chance: Chance, config: Mapping[str, Any]) -> str | Answer:
    """Cheats in the way that `cheat` names, from round `since` on (the third), with `partner` if that takes one, and
    denies it."""
    if seen.view is None or (seen.view.stage == "contribute" and seen.view.round < config.get("since", SINCE)):
        return _most(seen)
    if seen.view.stage == "contribute":
        offered = [option.id for option in seen.options]
        wanted = {
            "lie": LIES, "copy": COPIES, "ride": "0", "collude": _partner(seen, str(config.get("partner", ""))),
        }.get(str(config["cheat"]), LIES)  # fmt: skip
        return wanted if wanted in offered else _most(seen)
    if seen.view.stage == "accuse":
        return seen.options[0].id
    return Answer(option="w", speech=Speech(aloud="Whoever says so is lying. Judges: approve nothing against me."))


def _slanderer(seen: Observation, chance: Chance, config: Mapping[str, Any]) -> str | Answer:
    """Gives everything, and in each round accuses whoever has most points, whatever it saw."""
    if seen.view is None or seen.view.stage == "contribute":
        return _most(seen)
    if seen.view.stage == "accuse":
        others = [each for each in seen.view.contenders if each.seat != seen.seat]
        first = max(others, key=lambda each: (each.points, -each.seat))
        return Answer(option=ACCUSES[first.seat], speech=Speech(aloud=f"{first.agent_id} must be cheating."))
    return "w"


def _most(seen: Observation) -> str:
    """The most that can be given; where nothing can, the first option."""
    return max(seen.options, key=lambda option: (option.degree or 0.0, -seen.options.index(option))).id


def _accusing(seen: Observation, view: ArenaView) -> str | Answer:
    """Against the first that it saw cheating in this round, if any."""
    for saw in view.saw:
        target = ACCUSES[saw.seat]
        if saw.round == view.round and _is_foul(saw) and target in [option.id for option in seen.options]:
            words = f"I saw player {saw.seat} give {saw.gave:g} and enter {saw.entered:g}."
            return Answer(option=target, speech=Speech(aloud=words, cites=(saw.event_id,)))
    return seen.options[0].id


def _is_foul(saw: Sighting) -> bool:
    return saw.entered > saw.gave or saw.copied


def _partner(seen: Observation, name: str) -> str:
    seats = [each.seat for each in (seen.view.contenders if seen.view else ()) if each.agent_id == name]
    return DIVERTS[seats[0]] if seats else LIES


def _wrong(config: Mapping[str, Any]) -> list[str]:
    cheat, since = config["cheat"], config.get("since", SINCE)
    found = [] if cheat in CHEATS else [f"cheat {cheat!r} is not known{suggestion(cheat, CHEATS)}"]
    if cheat == "collude" and not isinstance(config.get("partner"), str):
        found.append("partner is missing; who colludes needs the id of another agent")
    if isinstance(since, bool) or not isinstance(since, int) or since < 1:
        found.append(f"since is {since!r}; expected the number of a round, from 1")
    return found


FAMILY = (
    GeneralStrategy(
        "arena-honest", "gives everything; accuses whomever it saw cheating, with what it saw as evidence", "-", _honest
    ),
    GeneralStrategy(
        "arena-cheat", f"cheats from the third round on: `{{strategy: arena-cheat, cheat: {'|'.join(CHEATS)}}}`", "-",
        _cheat, keys=("cheat",), may=("partner", "since"), wrong=_wrong,
    ),
    GeneralStrategy(
        "arena-slanderer", "gives everything, and accuses whoever has most points, without evidence", "-", _slanderer
    ),
)  # fmt: skip
