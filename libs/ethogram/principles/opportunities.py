"""What an act is an opportunity for: which principles it could keep or break, and which it did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ethogram.principles.observation import Observation
from ethogram.principles.strength import Counts

STRATA: dict[str, tuple[str, ...]] = {
    "consistency": ("",),
    "cooperation": ("",),
    "exploitation": ("",),
    "forgiveness": ("",),
    "niceness": ("",),
    "reciprocity": ("C", "D"),
    "retaliation": ("CC", "CD"),
}
"""Principles of repeated games, and their strata: the other's last action, or own and other's last. The strength is the
mean over strata, so that a counterpart that mostly cooperates does not make an unconditional cooperator look
reciprocal, nor a defector by habit retaliatory: they come out at .5, as a coin does."""

MEANING = {
    "consistency": "does in a situation what it mostly did in it before",
    "cooperation": "chooses to cooperate",
    "exploitation": "defects on a counterpart that has not defected in this game",
    "forgiveness": "cooperates with a counterpart that defected earlier and now cooperates",
    "niceness": "is not the first to defect",
    "reciprocity": "returns cooperation for cooperation and defection for defection",
    "retaliation": "goes on cooperating where it was met with cooperation, and defects right after defection",
}

Tallies = Mapping[str, Counts]
"""Counts by `principle|stratum|context`."""


class Opportunity(NamedTuple):
    """A principle could be kept or broken here."""

    principle: str
    stratum: str
    kept: bool


class Past(NamedTuple):
    """What has happened in a live game so far, as executed by the other and intended by the agent."""

    provoked: bool = False
    """Whether the other has defected."""
    spoiled: bool = False
    """Whether the agent has meant to defect."""


def key(principle: str, stratum: str, context: str) -> str:
    """Where a tally is kept."""
    return f"{principle}|{stratum}|{context}"


def opportunities(act: Observation, past: Past, tallies: Tallies) -> Iterator[Opportunity]:
    """All opportunities of one chosen act; `tallies` are those before it."""
    cooperates = act.intended == "C"
    yield Opportunity("cooperation", "", cooperates)
    conduct = act.other if act.archetype else act.before[1:]
    if conduct in ("C", "D"):
        yield Opportunity("reciprocity", conduct, act.intended == conduct)
        yield from _consistent(act, conduct, tallies)
    if act.archetype is None and act.dyadic:
        yield from _in_game(act, past, cooperates)


def _in_game(act: Observation, past: Past, cooperates: bool) -> Iterator[Opportunity]:
    if not past.provoked and not past.spoiled:
        yield Opportunity("niceness", "", cooperates)
    if act.before in STRATA["retaliation"]:
        yield Opportunity("retaliation", act.before, cooperates == (act.before == "CC"))
    if past.provoked and act.before[1:] == "C":
        yield Opportunity("forgiveness", "", cooperates)
    if act.before and not past.provoked:
        yield Opportunity("exploitation", "", not cooperates)


def consistency(tallies: Tallies) -> dict[str, Counts]:
    """Counts of consistency, which follow from those of reciprocity: what was mostly done in a situation, and the rest.

    Computed from totals, so that games which run side by side may interleave as they like.
    """
    found: dict[str, Counts] = {}
    for place, (returned, refused) in tallies.items():
        principle, _, context = place.split("|", 2)
        if principle == "reciprocity":
            kept, broken = found.get(key("consistency", "", context), (0, 0))
            more, less = max(returned, refused), min(returned, refused)
            found[key("consistency", "", context)] = (kept + more, broken + less)
    return found


def _consistent(act: Observation, conduct: str, tallies: Tallies) -> Iterator[Opportunity]:
    returned, refused = tallies.get(key("reciprocity", conduct, act.context), (0, 0))
    if returned != refused:
        yield Opportunity("consistency", "", (act.intended == conduct) == (returned > refused))
