"""The evidence of a recorded career, all acts at once: the same numbers as `fit`, act by act, but fast.

What only a running session needs (games that go on, the record of predictions made while it ran) stays empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from ethogram.behaviour.profiles import FIRST
from ethogram.events.ids import EventId
from ethogram.principles import strategy
from ethogram.principles.automata import JOINT
from ethogram.principles.dictionary import dictionary
from ethogram.principles.evidence import CITED, Cited, Evidence, Source
from ethogram.principles.log import Log
from ethogram.principles.marks import situations, tally
from ethogram.principles.mixture import walk
from ethogram.principles.opportunities import key
from ethogram.principles.stances import NO_EDGE, WHOLE, Stances, Tension
from ethogram.principles.switches import Trail, trace
from ethogram.principles.visible import Booleans, Integers

CONTEXTS = (FIRST, *JOINT)
"""Context of an act by its number: a start, or the turn before."""

_CHUNK = 500_000  # rows whose automata are followed at a time


def career(log: Log, subject: int) -> Evidence:
    """All evidence of one subject of a dilemma."""
    only = log.part([subject])
    tallies: dict[str, tuple[int, int]] = {}
    cited: dict[str, Cited] = {}
    stakes: dict[str, tuple[Booleans, Booleans]] = {}
    context = contexts(only)
    for principle, stratum, chosen, kept in _opportunities(only, context):
        told = principle != "consistency"  # that follows from what was returned and refused
        for number in np.unique(context[chosen]).tolist() if told else ():
            here = chosen & (context == number)
            place = key(principle, stratum or _stratum(principle, number), CONTEXTS[number])
            tallies[place] = (int((here & kept).sum()), int((here & ~kept).sum()))
        if told:
            stakes[principle] = chosen, kept
        if told and chosen.any():
            cited[principle] = (_last(only, chosen & kept), _last(only, chosen & ~kept))
    marks, trail = _marks(only)
    return Evidence(
        acts=len(only.own), marks=marks, trail=trail, visits=_visits(only), tallies=tallies, cited=cited,
        stances=Stances(tensions=dict(_tensions(only, stakes))),
    )  # fmt: skip


def _tensions(log: Log, stakes: dict[str, tuple[Booleans, Booleans]]) -> Iterator[tuple[str, Tension]]:
    """Pairs of principles that were at stake in the same acts, like `Stances.after` act by act."""
    for one, other in combinations(sorted(stakes), 2):
        (at_one, kept_one), (at_other, kept_other) = stakes[one], stakes[other]
        joint = at_one & at_other
        if not joint.any():
            continue
        first, second = joint & kept_one & ~kept_other, joint & ~kept_one & kept_other
        apart = np.flatnonzero(first | second)
        edge = (WHOLE, *_source(log, int(apart[-1]))) if len(apart) else NO_EDGE
        yield (
            f"{one}|{other}",
            Tension(joint=int(joint.sum()), first=int(first.sum()), second=int(second.sum()), edge=edge),
        )


def contexts(log: Log) -> Integers:
    """(N,) number of each act's context."""
    joint = 1 + 2 * log.own.astype(np.int64) + log.other
    found = np.zeros(len(joint), dtype=np.int64)
    found[1:] = joint[:-1]
    found[log.games[:-1]] = 0
    return found


def _stratum(principle: str, number: int) -> str:
    before = CONTEXTS[number]
    if principle == "reciprocity":
        return before[1:]
    return before if principle == "retaliation" else ""


def _opportunities(log: Log, context: Integers) -> Iterator[tuple[str, str, Booleans, Booleans]]:
    """Principle, stratum, which acts were opportunities, and which kept it."""
    kind = log.own == 0
    answered = context > 0
    conduct_kind = (context == 1) | (context == 3)
    returns = kind == conduct_kind
    provoked, spoiled = _earlier(log, log.other == 1), _earlier(log, ~kind)
    yield "cooperation", "", np.ones(len(kind), dtype=bool), kind
    yield "reciprocity", "", answered, returns
    mostly = _balance(context, returns)
    yield "consistency", "", answered & (mostly != 0), returns == (mostly > 0)
    yield "niceness", "", ~provoked & ~spoiled, kind
    yield "retaliation", "", (context == 1) | (context == 2), kind == (context == 1)
    yield "forgiveness", "", provoked & conduct_kind, kind
    yield "exploitation", "", answered & ~provoked, ~kind


def _earlier(log: Log, flags: Booleans) -> Booleans:
    """(N,) whether a flag was up earlier in the same game."""
    sums = np.concatenate([[0], np.cumsum(flags)])
    first = np.repeat(log.games[:-1], np.diff(log.games))
    return np.asarray(sums[:-1] > sums[first])


def _balance(context: Integers, returns: Booleans) -> Integers:
    """(N,) how often, before each act, the other's move was returned in the same context, less how often refused."""
    balance = np.zeros(len(context), dtype=np.int64)
    for number in range(1, len(CONTEXTS)):
        here = context == number
        sums = np.cumsum(np.where(returns[here], 1, -1))
        balance[here] = np.concatenate([[0], sums])[:-1]
    return balance


def _last(log: Log, which: Booleans) -> tuple[Source, ...]:
    rows = np.flatnonzero(which)[-CITED:]
    return tuple(_source(log, int(row)) for row in rows)


def _source(log: Log, row: int) -> Source:
    game = int(np.searchsorted(log.games, row, side="right")) - 1
    return f"{game:06d}", row - int(log.games[game]) + 1, cite(log, row)


def cite(log: Log, row: int) -> EventId:
    """A recorded choice is cited by its game and round."""
    game = int(np.searchsorted(log.games, row, side="right")) - 1
    return EventId(f"{log.game_names[game]}:{log.rounds[row]}")


def _marks(log: Log) -> tuple[tuple[int, ...], Trail]:
    """Marks of all choices, and the same by the round of the game."""
    cells = situations(log.games, log.own, log.other)
    counts = tally(cells, log.own, np.zeros(len(log.own), dtype=np.int64), 1)
    nth = np.arange(len(log.own)) - np.repeat(log.games[:-1], np.diff(log.games))
    return tuple(counts[0].tolist()), trace(nth, cells, log.own.astype(np.int64))


def _visits(log: Log) -> tuple[int, ...]:
    """(2Q,) intentions per state of each strategy, like `strategy.visit` one by one."""
    counts = np.zeros(len(strategy.blank()), dtype=np.int64)
    first = 0
    while first < len(log.games) - 1:
        end = max(int(np.searchsorted(log.games, log.games[first] + _CHUNK, side="right")) - 1, first + 1)
        rows = slice(int(log.games[first]), int(log.games[end]))
        states = walk(log.games[first : end + 1] - log.games[first], log.own[rows], log.other[rows], dictionary())
        counts += np.bincount((2 * states + log.own[rows, None]).ravel(), minlength=len(counts))
        first = end
    return tuple(counts.tolist())
