"""Lineage: how the principles of an agent came, grew, split and went, told over the generations of its story.

The story is cut into up to twenty generations. A principle is *born* in the first one in which it stands clear above
indifference, *strengthened* or *weakened* when it moved by .15 or more since it was last told and chance does not
explain it, and it *died* when it stands clear below. When it holds in one circumstance (with one counterpart, under one
treatment) clearly more than in another it *forked* into two branches; these *diverged* when one stands above
indifference and the other below, and *merged* when lately they are alike again; while one branch lives, the principle
does. What is compared are posteriors of
shares (`strength`); as many comparisons are made, a difference has to be three standard deviations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import NamedTuple

import numpy as np

from ethogram.events.canonical import quantise
from ethogram.events.principles import Change, Lineage, LineageChange, LineageNode
from ethogram.principles.opportunities import STRATA
from ethogram.principles.pages import Codes, Flags, Pages
from ethogram.principles.strength import Strength, of_strata

GENERATIONS = 20
"""At most."""
GENERATION = 10
"""Acts of one, at least."""
CLEAR = 1.96
"""Standard deviations from indifference at which a principle is born, or dead."""
SURE = 3.0
"""Standard deviations between two strengths that are said to differ."""
STEP = 0.15
"""Least difference of strength that is told."""
ENOUGH = 5
"""Opportunities of each kind without which a strength is not compared."""
MOST_SETTINGS = 8
"""Circumstances that are looked at, the most frequent ones."""

Counted = list[list[int]]
"""(strata, 2) opportunities used and not."""
Table = list[list[Counted]]
"""(generations + 1, settings + 1) up to each generation; the last setting is all of them together."""


class Chances(NamedTuple):
    """Opportunities of one principle: which acts, of which stratum, and which of them kept it."""

    name: str
    where: Flags
    stratum: Codes
    kept: Flags


def lineage(pages: Pages) -> Lineage:
    """The lineage of all principles of conduct; empty for a story of less than three generations."""
    acts = len(pages.done)
    if acts < 3 * GENERATION:
        return Lineage()
    many = min(GENERATIONS, acts // GENERATION)
    generation = np.minimum(np.arange(acts) // (acts // many), many - 1)
    ends = [int(end) for end in np.flatnonzero(np.diff(generation, append=many)) + 1]
    settings = _settings(pages)
    changes: list[LineageChange] = []
    nodes: list[LineageNode] = []
    for chances in opportunities_of(pages):
        line = _Line(chances.name, [pages.settings[at] for at in settings])
        table = _table(chances, generation, many, pages.setting, settings)
        for number, end in enumerate(ends, 1):
            line.live(end, number, table)
        changes += line.changes
        nodes += line.nodes()
    return Lineage(changes=tuple(sorted(changes, key=lambda change: (change.act, change.principle))), tree=tuple(nodes))


def opportunities_of(pages: Pages) -> Iterator[Chances]:
    """The principles of conduct, those of consistency and of declared effects left out: they need more than a story."""
    chosen, kind, context = pages.chosen, pages.meant == 0, pages.context
    none = np.zeros(len(kind), dtype=np.int64)
    scenario = context > 4
    after_faith = (context == 1) | (context == 3) | (context == 5)
    answered = chosen & (context > 0)
    provoked = _earlier(pages, pages.met == 1)
    spoiled = _earlier(pages, pages.meant == 1)
    game = chosen & ~scenario
    yield Chances("cooperation", chosen, none, kind)
    yield Chances("exploitation", game & (context > 0) & ~provoked, none, ~kind)
    yield Chances("forgiveness", game & provoked & after_faith, none, kind)
    yield Chances("niceness", game & ~provoked & ~spoiled, none, kind)
    yield Chances("reciprocity", answered, np.where(after_faith, 0, 1), kind == after_faith)
    yield Chances("retaliation", game & ((context == 1) | (context == 2)), context - 1, kind == (context == 1))


def _earlier(pages: Pages, flags: Flags) -> Flags:
    """(N,) whether a flag was up earlier in the same game; of a cut game as far as it is kept."""
    sums = np.concatenate([[0], np.cumsum(flags)])
    first = np.repeat(pages.games[:-1], np.diff(pages.games))
    return np.asarray(sums[:-1] > sums[first])


def _settings(pages: Pages) -> list[int]:
    count = np.bincount(pages.setting, minlength=len(pages.settings))
    told = [at for at, name in enumerate(pages.settings) if name]
    return sorted(told, key=lambda at: (-int(count[at]), pages.settings[at]))[:MOST_SETTINGS]


def _table(chances: Chances, generation: Codes, many: int, setting: Codes, settings: Sequence[int]) -> Table:
    strata, places = len(STRATA[chances.name]), len(settings) + 1
    number = np.full(int(setting.max(initial=0)) + 1, places - 1)
    number[list(settings)] = np.arange(places - 1)
    here = np.flatnonzero(chances.where)
    cell = (generation[here] * places + number[setting[here]]) * strata + chances.stratum[here]
    counts = np.bincount(2 * cell + ~chances.kept[here], minlength=many * places * strata * 2)
    up_to = np.zeros((many + 1, places, strata, 2), dtype=np.int64)
    up_to[1:] = counts.reshape(many, places, strata, 2).cumsum(axis=0)
    up_to[:, -1] = up_to.sum(axis=1)
    table: Table = up_to.tolist()
    return table


@dataclass
class _Line:
    """One principle through the generations."""

    name: str
    settings: list[str]
    changes: list[LineageChange] = field(default_factory=list)
    born: int | None = None
    died: int | None = None
    told: Strength | None = None
    latest: Strength | None = None
    branches: tuple[int, int] | None = None
    forked: int | None = None
    merged: int | None = None
    diverged: bool = False
    sides: tuple[Strength, Strength] | None = None

    def live(self, act: int, number: int, table: Table) -> None:
        """One more generation, up to this number."""
        lately = _strength(_since(table, number, 2, -1))
        if lately is None:
            return
        self.latest = lately
        if self.born is None or self.died is not None:
            if _z(lately) > CLEAR:
                self.born, self.died, self.told = act, None, lately
                self._say(act, "born", lately)
            return
        self._split(act, number, table)
        if self.branches and self.sides and any(_z(side) > CLEAR for side in self.sides):
            return  # where it lives and where not is told by its branches, not by whom the agent met last
        if _z(lately) < -CLEAR:
            self.died, self.branches = act, None
            self._say(act, "died", lately)
            return
        if self.told is not None and _differ(lately, self.told, SURE):
            self._say(act, "strengthened" if lately.mean > self.told.mean else "weakened", lately)
            self.told = lately

    def _split(self, act: int, number: int, table: Table) -> None:
        """Forks by circumstance, and what becomes of them."""
        if self.branches is None:
            found = self._fork(table[number])
            if found:
                self.branches, self.forked, self.merged, self.diverged = found, act, None, False
                self._say(act, "forked", self.latest, found)
        if self.branches is None:
            return
        whole = [_strength(table[number][at]) for at in self.branches]
        if whole[0] and whole[1]:
            self.sides = whole[0], whole[1]
            if not self.diverged and _z(whole[0]) > CLEAR and _z(whole[1]) < -CLEAR:
                self.diverged = True
                self._say(act, "diverged", self.latest, self.branches)
        lately = [_strength(_since(table, number, 4, at)) for at in self.branches]
        if lately[0] and lately[1] and abs(lately[0].mean - lately[1].mean) < STEP:
            self._say(act, "merged", self.latest, self.branches)
            self.branches, self.merged = None, act

    def _fork(self, counts: list[Counted]) -> tuple[int, int] | None:
        """The circumstances in which it holds most and least, if these differ."""
        known = [(at, found) for at in range(len(self.settings)) if (found := _strength(counts[at]))]
        if len(known) < 2:
            return None
        high = max(known, key=lambda each: (each[1].mean, -each[0]))
        low = min(known, key=lambda each: (each[1].mean, each[0]))
        return (high[0], low[0]) if _differ(high[1], low[1], SURE, 2 * STEP) else None

    def _say(self, act: int, kind: Change, strength: Strength | None, branches: tuple[int, int] | None = None) -> None:
        into = tuple(f"{self.name} {self.settings[at]}" for at in branches) if branches else ()
        self.changes.append(LineageChange(
            act=act, change=kind, principle=self.name, strength=quantise(strength.mean) if strength else 0.0,
            branches=into,
        ))  # fmt: skip

    def nodes(self) -> Iterator[LineageNode]:
        """The principle, and its branches if it forked."""
        if self.born is None or self.latest is None:
            return
        yield LineageNode(
            name=self.name, born=self.born, died=self.died, strength=quantise(self.latest.mean)
        )  # fmt: skip
        if self.forked is None or self.sides is None:
            return
        names = self.changes[[change.change for change in self.changes].index("forked")].branches
        if self.branches:
            names = tuple(f"{self.name} {self.settings[at]}" for at in self.branches)
        for name, side in zip(names, self.sides, strict=True):
            yield LineageNode(
                name=name, parent=self.name, born=self.forked, died=self.merged or self.died,
                strength=quantise(side.mean),
            )  # fmt: skip


def _since(table: Table, number: int, generations: int, setting: int) -> Counted:
    """Counts of the last generations alone."""
    now, then = table[number][setting], table[max(0, number - generations)][setting]
    return [[kept - kept_then, broken - broken_then]
            for (kept, broken), (kept_then, broken_then) in zip(now, then, strict=True)]  # fmt: skip


def _strength(counts: Counted) -> Strength | None:
    """Of (strata, 2) counts; none where one stratum is hardly known."""
    if min(map(sum, counts)) < ENOUGH:
        return None
    return of_strata([(kept, broken) for kept, broken in counts])


def _z(strength: Strength) -> float:
    return (strength.mean - 0.5) / sqrt(strength.variance)


def _differ(one: Strength, other: Strength, sure: float, least: float = STEP) -> bool:
    gap = abs(one.mean - other.mean)
    return gap >= least and gap > sure * sqrt(one.variance + other.variance)
