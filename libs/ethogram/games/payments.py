"""Rules that pay: what a round of a game with amounts earns, where no table can say it or one would be too large."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from ethogram.events import Option, quantise

FINED = "abcdefghij"
"""Symbols of fining the player with this place."""
Paid = tuple[tuple[float, ...], float]
"""Payoff per seat, and what is left in common."""
Acts = Sequence[Mapping[int, Option]]
"""What was executed in a round: per stage, the option of each seat that moved."""
Pay = Callable[[Mapping[str, float], int, Acts, float], Paid]
"""`(knobs, players, acts, stock) -> what it pays`."""


class Payment(NamedTuple):
    """One rule."""

    pay: Pay
    stock: str = ""
    """Knob that says how much there is in common at first; empty where rounds do not hang together."""


def degree(option: Option) -> float:
    """How much of the most an option gives."""
    return option.degree or 0.0


def _public_goods(
    knobs: Mapping[str, float], players: int, acts: Acts, stock: float
) -> tuple[tuple[float, ...], float]:
    given = [knobs["endowment"] * degree(acts[0][seat]) for seat in range(players)]
    share = knobs["multiplier"] * sum(given) / players
    earned = [knobs["endowment"] - mine + share for mine in given]
    for seat, option in acts[1].items() if len(acts) > 1 else ():
        if option.id in FINED:
            earned[seat] -= knobs["fee"]
            earned[FINED.index(option.id)] -= knobs["fine"]
    return tuple(map(quantise, earned)), stock


def _commons(knobs: Mapping[str, float], players: int, acts: Acts, stock: float) -> Paid:
    wanted = [knobs["most"] * (1 - degree(acts[0][seat])) for seat in range(players)]
    total = sum(wanted)
    share = min(1.0, stock / total) if total else 1.0
    left = max(0.0, stock - total)
    return tuple(quantise(mine * share) for mine in wanted), quantise(min(knobs["capacity"], left * knobs["growth"]))


def _trust(knobs: Mapping[str, float], players: int, acts: Acts, stock: float) -> Paid:
    sent = knobs["endowment"] * degree(acts[0][0])
    grown = sent * knobs["multiplier"]
    back = grown * degree(acts[1][1])
    return (quantise(knobs["endowment"] - sent + back), quantise(grown - back)), stock


def _ultimatum(knobs: Mapping[str, float], players: int, acts: Acts, stock: float) -> Paid:
    offered = knobs["pot"] * degree(acts[0][0])
    accepted = degree(acts[1][1])
    return (quantise((knobs["pot"] - offered) * accepted), quantise(offered * accepted)), stock


def _stag_hunt(knobs: Mapping[str, float], players: int, acts: Acts, stock: float) -> Paid:
    together = all(option.id == "C" for option in acts[0].values())
    hunted = knobs["stag"] if together else knobs["alone"]
    return tuple(hunted if acts[0][seat].id == "C" else knobs["hare"] for seat in range(players)), stock


PAYMENTS: Mapping[str, Payment] = MappingProxyType({
    "public-goods": Payment(_public_goods),
    "commons": Payment(_commons, stock="stock"),
    "trust": Payment(_trust),
    "ultimatum": Payment(_ultimatum),
    "stag-hunt": Payment(_stag_hunt),
})  # fmt: skip
"""By name."""
