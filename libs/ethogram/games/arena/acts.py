"""What may be done in the arena. What is forbidden can be done all the same: that is what accusations are for.

Symbols never are C or D, and amounts have symbols of their own, so that a history says what each of them was.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from ethogram.events import AgentId, Option
from ethogram.events.arena import Plea
from ethogram.games.amounts import steps
from ethogram.games.arena.ledger import Arena, Entry

FEWEST, MOST = 3, 20
"""Agents that an arena needs and takes."""
LIES, COPIES = "X", "W"
"""Entering what was not given; handing in the work of another."""
DIVERTS = "ABEFGHIJKLMNOPQRSTUV"
"""Paying the seat with this place what is entered."""
ACCUSES = "abcdefghijklmnopqrst"
"""Accusing the seat with this place."""
NOBODY = "."
"""Accusing nobody. It sorts before all others, as silence does among the answers."""
PLEAS: Mapping[str, Plea] = MappingProxyType({".": "silent", "w": "deny", "y": "admit"})
"""Answers to an accusation."""
SPARING = Option(id=NOBODY, text="Accuse nobody", leaning="C")
"""What nobody is harmed by."""
PLEADED: Mapping[Plea, str] = MappingProxyType({
    "silent": "Say nothing to it", "deny": "Deny it", "admit": "Admit it",
})  # fmt: skip


def contributions(arena: Arena, seat: int) -> tuple[Option, ...]:
    """What a seat may contribute, what is forbidden last."""
    plan = arena.plan
    shown = arena.of_round(arena.round)[-1:]
    copied = (_copying(shown[0].seat),) if shown else ()
    others = (_diverting(other, plan.endowment) for other in arena.alive if other != seat)
    return (*_giving(plan.levels, plan.endowment), *copied, *others)


@lru_cache
def _giving(levels: int, endowment: float) -> tuple[Option, ...]:
    lies = Option(id=LIES, text=f"Give nothing, and enter {endowment:g} in the book. Forbidden", leaning="D")
    return (*steps(levels, endowment, "Give {n}"), lies)


@lru_cache
def _copying(seat: int) -> Option:
    text = f"Give nothing, and hand in again what player {seat} did. Forbidden"
    return Option(id=COPIES, text=text, leaning="D")


@lru_cache
def _diverting(seat: int, endowment: float) -> Option:
    text = f"Pay {endowment:g} to player {seat}, and enter them as given. Forbidden"
    return Option(id=DIVERTS[seat], text=text, leaning="D")


def accusations(arena: Arena, seat: int) -> tuple[Option, ...]:
    """Whom a seat may accuse."""
    return (SPARING, *(_accusing(other, arena.agent(other)) for other in arena.alive if other != seat))


@lru_cache(maxsize=1_024)
def _accusing(seat: int, agent: AgentId) -> Option:
    return Option(id=ACCUSES[seat], text=f"Accuse player {seat} ({agent}) of cheating", leaning="")


@lru_cache
def answers() -> tuple[Option, ...]:
    """What an accused seat may answer."""
    return tuple(
        Option(id=symbol, text=PLEADED[plea], leaning="C" if plea == "silent" else "")
        for symbol, plea in PLEAS.items()
    )  # fmt: skip


def entry_of(arena: Arena, seat: int, symbol: str, turn: int) -> Entry:
    """What a contribution comes to: what is given, and what the book says of it."""
    plan = arena.plan
    made = Entry(round=arena.round, seat=seat, turn=turn)
    if symbol == LIES:
        return made.model_copy(update={"entered": plan.endowment})
    if symbol == COPIES:
        shown = arena.of_round(arena.round)[-1]
        return made.model_copy(update={"entered": shown.entered, "copied": shown.seat})
    if symbol in DIVERTS:
        return made.model_copy(update={"entered": plan.endowment, "paid_to": DIVERTS.index(symbol)})
    given = plan.endowment * int(symbol) / (plan.levels - 1)
    return made.model_copy(update={"gave": given, "entered": given})


def in_book(arena: Arena, entry: Entry) -> str:
    """The symbol of the amount that the book says: what others see of a contribution."""
    return str(round(entry.entered / arena.plan.endowment * (arena.plan.levels - 1)))
