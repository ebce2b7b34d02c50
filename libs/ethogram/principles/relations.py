"""Relations: how an agent stands with each counterpart, and which of them it stands with alike (DBSCAN)."""

from __future__ import annotations

import numpy as np

from ethogram.events.canonical import quantise
from ethogram.events.principles import Relation
from ethogram.principles.automata import Floats
from ethogram.principles.clusters import dbscan
from ethogram.principles.pages import Pages

REACH = 0.2
"""Distance between shares of cooperation, given and received, below which two relations are alike."""
LEAST = 5
"""Turns with a counterpart below which nothing is said of it."""
SHOWN = 12
"""Counterparts that are named in one relation."""


def relations(pages: Pages) -> tuple[Relation, ...]:
    """Kinds of relations, the most lived first; empty where counterparts are not told."""
    names, given, received, turns = _shares(pages)
    if not names:
        return ()
    points = np.stack([given, received], axis=1)
    distances = np.round(np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2)), 6)
    labels = dbscan(distances, REACH, 1)
    told = []
    for label in range(int(labels.max()) + 1):
        here = np.flatnonzero(labels == label)
        many = turns[here].sum()
        gave, got = float((given[here] * turns[here]).sum() / many), float((received[here] * turns[here]).sum() / many)
        told.append(Relation(
            kind=_kind(gave, got), counterparts=tuple(names[at] for at in here.tolist())[:SHOWN], count=len(here),
            turns=int(many), given=quantise(gave), received=quantise(got),
        ))  # fmt: skip
    return tuple(sorted(told, key=lambda relation: (-relation.turns, relation.counterparts)))


def _shares(pages: Pages) -> tuple[list[str], Floats, Floats, Floats]:
    """Counterparts by name, how often each was given and gave cooperation (smoothed), turns with each."""
    known = sorted(set(filter(None, pages.counterparts)))
    if not known:
        return [], np.zeros(0), np.zeros(0), np.zeros(0)
    number = {name: place for place, name in enumerate(known)}
    of_game = np.array([number.get(name, -1) for name in pages.counterparts], dtype=np.int64)
    whom = of_game[pages.game]
    told = (whom >= 0) & pages.chosen
    turns = np.bincount(whom[told], minlength=len(known)).astype(np.float64)
    given = np.bincount(whom[told], weights=pages.meant[told] == 0, minlength=len(known))
    received = np.bincount(whom[told], weights=pages.met[told] == 0, minlength=len(known))
    enough = np.flatnonzero(turns >= LEAST)
    smooth = ((given + 0.5) / (turns + 1))[enough], ((received + 0.5) / (turns + 1))[enough]
    return [known[at] for at in enough.tolist()], *smooth, turns[enough]


def _kind(given: float, received: float) -> str:
    if min(given, received) >= 0.75:
        return "mutual cooperation"
    if max(given, received) <= 0.25:
        return "mutual defection"
    if given - received >= 0.3:
        return "gives more than it gets"
    if received - given >= 0.3:
        return "gets more than it gives"
    return "mixed"
