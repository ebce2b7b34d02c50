"""Strategies for any game: they read options and payoffs, not only C and D."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import product
from typing import Any, NamedTuple

from ethogram.agents.observation import Answer, NoAnswer, Observation
from ethogram.events import Chance
from ethogram.games.amounts import SYMBOLS
from ethogram.games.payments import FINED

Rule = Callable[[Observation, Chance, Mapping[str, Any]], str | Answer]
"""`(observation, chance of this turn, configuration) -> id of an option`, or an answer with words."""
AMOUNTS = "DC" + SYMBOLS
"""Symbols of amounts, the least first."""
UNTOLD = "-?"
"""Symbols that are no action."""


class GeneralStrategy(NamedTuple):
    """One strategy for any game."""

    name: str
    about: str
    """What it does, in a line."""
    source: str
    """Who described it."""
    rule: Rule
    keys: tuple[str, ...] = ()
    """What its configuration must hold beside the strategy."""
    may: tuple[str, ...] = ()
    """What it may hold besides."""
    wrong: Callable[[Mapping[str, Any]], list[str]] = lambda config: []
    """What is wrong with a configuration that holds this, in words."""


def _random(seen: Observation, chance: Chance, config: Mapping[str, Any]) -> str:
    return chance.choice([option.id for option in seen.options])


def _fixed(seen: Observation, chance: Chance, config: Mapping[str, Any]) -> str:
    """The same action in every turn; where it is not on offer (another stage, a scenario), the first one."""
    ids = [option.id for option in seen.options]
    return str(config["action"]) if config["action"] in ids else ids[0]


def _fictitious_play(seen: Observation, chance: Chance, config: Mapping[str, Any]) -> str:
    return _reply(seen, [Counter(symbol for symbol in other if symbol not in UNTOLD) for other in seen.others])


def _best_reply(seen: Observation, chance: Chance, config: Mapping[str, Any]) -> str:
    told = ["".join(symbol for symbol in other if symbol not in UNTOLD) for other in seen.others]
    return _reply(seen, [Counter(other[-1:]) for other in told])


def _reply(seen: Observation, beliefs: list[Counter[str]]) -> str:
    """What pays most against others who play independently, as often as counted; equals go by the order of options.

    Of a player whose actions it does not know yet, it thinks all equally likely.
    """
    if not seen.payoffs:
        raise NoAnswer("failed", "this strategy needs a table of payoffs, and this game has none")
    known = [set(column) for column in zip(*seen.payoffs, strict=True)]
    ids = [option.id for option in seen.options]
    if not set(ids) <= known[0]:
        raise NoAnswer("failed", "this strategy needs payoffs for each of its options")
    likely = [
        {symbol: counts[symbol] for symbol in sorted(symbols) if counts[symbol]} or dict.fromkeys(sorted(symbols), 1)
        for counts, symbols in zip(beliefs, known[1:], strict=True)
    ]

    def worth(mine: str) -> float:
        total = 0.0
        for joint in product(*likely):
            weight = 1
            for counts, symbol in zip(likely, joint, strict=True):
                weight *= counts[symbol]
            total += weight * seen.payoffs[mine + "".join(joint)][0]
        return round(total, 6)

    return max(ids, key=lambda mine: (worth(mine), -ids.index(mine)))


def _conditional(seen: Observation, chance: Chance, config: Mapping[str, Any]) -> str:
    """As much as the others gave on average when they last gave; everything as long as that is not known."""
    degrees = {option.id: kept for option in seen.options if (kept := seen.kept(option.id)) is not None}
    if not degrees:
        return seen.options[0].id  # nothing to give here: fining, say
    last = [_last_degree(seen, other) for other in seen.others]
    told = [degree for degree in last if degree is not None]
    aim = sum(told) / len(told) if told else 1.0
    return min(degrees, key=lambda symbol: (round(abs(degrees[symbol] - aim), 6), -degrees[symbol], symbol))


def _punisher(seen: Observation, chance: Chance, config: Mapping[str, Any]) -> str:
    """Everything where there is something to give; then points are taken from the one who has given least."""
    if any(option.degree is not None for option in seen.options):
        return max(seen.options, key=lambda option: option.degree or 0.0).id
    given = {seat: AMOUNTS.find(other[-1:]) for seat, other in zip(_seats_of_others(seen), seen.others, strict=True)}
    least = min(given, key=lambda seat: (given[seat], seat))
    target = FINED[least] if given[least] < AMOUNTS.find(seen.own[-1:]) else ""
    offered = [option.id for option in seen.options]
    return target if target in offered else offered[0]


def _seats_of_others(seen: Observation) -> list[int]:
    return [seat for seat in range(len(seen.others) + 1) if seat != seen.seat]


def _last_degree(seen: Observation, other: str) -> float | None:
    degrees = (seen.kept(symbol) for symbol in reversed(other))
    return next((degree for degree in degrees if degree is not None), None)


FAMILY = (
    GeneralStrategy("uniform", "any option, each equally likely", "-", _random),
    GeneralStrategy(
        "fixed", "always the same action: `config: {strategy: fixed, action: R}`", "-", _fixed, keys=("action",)
    ),
    GeneralStrategy("best-reply", "what would have paid most in the turn before", "Cournot (1838)", _best_reply),
    GeneralStrategy(
        "fictitious-play", "what pays most against how often others have played what", "Brown (1951)", _fictitious_play
    ),
    GeneralStrategy(
        "conditional-contributor", "gives as much as the others gave on average",
        "Fischbacher, Gächter and Fehr (2001)", _conditional,
    ),
    GeneralStrategy(
        "altruistic-punisher", "gives everything, and takes points from whoever gave least, if that was less",
        "Fehr and Gächter (2002)", _punisher,
    ),
)  # fmt: skip
