"""Contradictions: what an agent claims against what it does, principles that pull apart, and one principle that holds
here and not there; each with how severe it is and the case that shows it best.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ethogram.events.canonical import quantise
from ethogram.events.principles import Claim, Contradiction, Lineage, Principle
from ethogram.principles.lineage import opportunities_of
from ethogram.principles.pages import Pages
from ethogram.principles.stances import WHOLE, Stances
from ethogram.principles.stances import Tension as Pulled

LEAST = 0.05
"""Severity below which nothing is said."""
OFTEN = 3
"""Acts in which two principles have to part."""
SHARE = 0.2
"""Share of their common acts in which they have to part."""
MOST = 20
"""Contradictions that are told, the most severe ones."""


def claims_of(stances: Stances, principles: Mapping[str, Principle]) -> tuple[Claim, ...]:
    """Every claim beside the conduct."""
    return tuple(
        Claim(
            principle=name, stated=claim.stated, kept=claim.kept, broken=claim.broken,
            enacted=principles[name].strength if name in principles else None,
            interval=principles[name].interval if name in principles else None,
        )
        for name, claim in sorted(stances.claims.items())
    )  # fmt: skip


def contradictions(
    stances: Stances, principles: Mapping[str, Principle], opposed: Sequence[Contradiction] = ()
) -> tuple[Contradiction, ...]:
    """All contradictions, the most severe first; `opposed` are those that were read from a story."""
    found = [*_claimed(stances), *_pulling(stances, principles), *opposed]
    told = [one for one in found if one.severity >= LEAST]
    return tuple(sorted(told, key=lambda one: (-one.severity, one.kind, one.between))[:MOST])


def _claimed(stances: Stances) -> Iterator[Contradiction]:
    for name, claim in stances.claims.items():
        if not claim.broken:
            continue
        at_stake = claim.kept + claim.broken
        weight, game, turn, edge = claim.edge
        yield Contradiction(
            kind="claim", between=(f"claims {name}", f"breaks {name}"), game=_game(game), turn=turn, edge=edge or None,
            severity=quantise(claim.broken / at_stake * weight / WHOLE),
            words=f"claimed {name} in {_times(claim.stated)}; where it was at stake it broke it in {claim.broken} of "
                  f"{at_stake} acts",
        )  # fmt: skip


def _pulling(stances: Stances, principles: Mapping[str, Principle]) -> Iterator[Contradiction]:
    for place, pulled in stances.tensions.items():
        one, other = place.split("|")
        if one not in principles or other not in principles or not _parts(pulled):
            continue
        if not (_lived(principles[one]) and _lived(principles[other])):
            continue
        apart = pulled.first + pulled.second
        weight, game, turn, edge = pulled.edge
        strength = min(principles[one].strength, principles[other].strength)
        yield Contradiction(
            kind="principles", between=(one, other), game=_game(game), turn=turn, edge=edge or None,
            severity=quantise(apart / pulled.joint * strength * weight / WHOLE),
            words=f"lives by both, but they part in {apart} of {pulled.joint} acts: it kept {one} in {pulled.first} "
                  f"and {other} in {pulled.second}",
        )  # fmt: skip


def _parts(pulled: Pulled) -> bool:
    apart = pulled.first + pulled.second
    return apart >= OFTEN and apart >= SHARE * pulled.joint


def _lived(principle: Principle) -> bool:
    return principle.identifiable and principle.interval[0] > 0.5


def opposed_branches(lineage: Lineage, pages: Pages) -> Iterator[Contradiction]:
    """Branches that live on either side of indifference."""
    chances = {each.name: each for each in opportunities_of(pages)}
    branches: dict[str, list[tuple[str, float]]] = {}
    for node in lineage.tree:
        if node.parent is not None and node.died is None:
            branches.setdefault(node.parent, []).append((node.name, node.strength))
    for name, sides in branches.items():
        (high, strong), (low, weak) = sorted(sides, key=lambda side: -side[1])
        if not strong > 0.5 > weak:
            continue
        setting = pages.settings.index(low.removeprefix(f"{name} "))
        breaks = np.flatnonzero(chances[name].where & ~chances[name].kept & (pages.setting == setting))
        if not len(breaks):
            continue
        game, turn = pages.place(int(breaks[-1]))
        yield Contradiction(
            kind="circumstances", between=(high, low), severity=quantise(strong - weak), game=game, turn=turn,
            words=f"{high} {strong:.2f}, {low} {weak:.2f}",
        )  # fmt: skip


def _game(name: str) -> str:
    return name.partition("#")[0]


def _times(count: int) -> str:
    return f"{count} act{'s' * (count != 1)}"
