"""Marks of conduct: how often a player chose C and D in each of some hundred situations, whatever its strategy is.

Each act falls into one situation of every partition: what both did in the last two rounds, how long the other has
cooperated after how many defections, how either fared so far, what the player itself did last. From these counts the
labels are told. They are integers, and one more act changes as many of them as there are partitions.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ethogram.principles.automata import Floats
from ethogram.principles.log import Numbers

Cells = NDArray[np.int64]

_RUN = (0, 1, 2, 3, 4, 4, 4, 5, 5, 5, 5, 5, 5, 6)  # class of a run by its length, the last one for all longer ones
_MANY = (0, 1, 2, 2, 3, 3, 3, 3, 3, 3, 4)  # class of a number of defections
_TIME = (0,) * 5 + (1,) * 15 + (2,) * 40 + (3,)  # class of a round by its index
_FIFTHS = (2, 7, 13, 18)  # twentieths at which shares of defections are parted
SIZES = (21, 35, 20, 25, 16, 28, 64)
"""Situations per partition: recent rounds, provocation and peace, course, balance, own habit, own quarrel, replies."""
_STARTS = tuple(sum(SIZES[:index]) for index in range(len(SIZES)))
SITUATIONS = sum(SIZES)


Course = tuple[int, int, int, int, int, int, int]
"""Where a game stands: rounds played, own and other's defections, own and other's last four moves as bits (the last
one lowest), rounds since the other's and since the own last defection."""
BEGIN: Course = (0, 0, 0, 0, 0, 0, 0)


def play_on(course: Course, own: str, other: str) -> Course:
    """The course after one more executed round."""
    nth, mine, theirs, own_bits, other_bits, peace, quarrel = course
    bad, hit = int(own == "D"), int(other == "D")
    return (nth + 1, mine + bad, theirs + hit, (2 * own_bits + bad) & 15, (2 * other_bits + hit) & 15,
            0 if hit else peace + 1, 0 if bad else quarrel + 1)  # fmt: skip


def situation(course: Course) -> tuple[int, ...]:
    """(P,) what `situations` says, for one act."""
    nth, mine, theirs, own, other, peace, quarrel = course
    joint = [2 * (own >> step & 1) + (other >> step & 1) for step in (0, 1)]
    recent = 0 if nth == 0 else 1 + joint[0] if nth == 1 else 5 + 4 * joint[1] + joint[0]
    share_theirs, share_mine = (bisect_right(_FIFTHS, (many + 1) * 20 // (nth + 2)) for many in (theirs, mine))
    parts = (
        recent,
        7 * _MANY[min(theirs, len(_MANY) - 1)] + _RUN[min(peace, len(_RUN) - 1)],
        5 * _TIME[min(nth, len(_TIME) - 1)] + share_theirs,
        5 * share_mine + share_theirs,
        own,
        14 * (mine > theirs) + 2 * _RUN[min(quarrel, len(_RUN) - 1)] + (other & 1),
        16 * (own & 3) + other,
    )
    return tuple(start + part for start, part in zip(_STARTS, parts, strict=True))


def mark(counts: Sequence[int], course: Course, intended: str) -> tuple[int, ...]:
    """The counts after one choice."""
    made = list(counts)
    side = SITUATIONS * (intended == "D")
    for place in situation(course):
        made[side + place] += 1
    return tuple(made)


def blank() -> tuple[int, ...]:
    """(2 * SITUATIONS,) nothing was seen."""
    return (0,) * (2 * SITUATIONS)


def situations(games: Numbers, own: Numbers, other: Numbers) -> Cells:
    """(P, N) situation of every act in every partition, numbered through. `games`: first row of each game, and N."""
    first = np.repeat(games[:-1], np.diff(games)).astype(np.int64)
    nth = np.arange(len(own)) - first
    back = [[_lag(moves, steps, nth) for steps in (1, 2, 3, 4)] for moves in (own, other)]
    mine, theirs = _before(own, first), _before(other, first)
    joint = [2 * back[0][step] + back[1][step] for step in range(2)]
    recent = np.where(nth == 0, 0, np.where(nth == 1, 1 + joint[0], 5 + 4 * joint[1] + joint[0]))
    peace, quarrel = _since(other, nth, theirs), _since(own, nth, mine)
    share_theirs, share_mine = _share(theirs, nth), _share(mine, nth)
    parts = (
        recent,
        7 * _class(theirs, _MANY) + _class(peace, _RUN),
        5 * _class(nth, _TIME) + share_theirs,
        5 * share_mine + share_theirs,
        8 * back[0][3] + 4 * back[0][2] + 2 * back[0][1] + back[0][0],
        14 * (mine > theirs) + 2 * _class(quarrel, _RUN) + back[1][0],
        32 * back[0][1] + 16 * back[0][0] + 8 * back[1][3] + 4 * back[1][2] + 2 * back[1][1] + back[1][0],
    )
    return np.stack([start + part for start, part in zip(_STARTS, parts, strict=True)])


def tally(cells: Cells, own: Numbers, owner: Cells, people: int) -> Cells:
    """(people, 2 * SITUATIONS) choices of C, then of D, per situation."""
    place = owner * (2 * SITUATIONS) + own * SITUATIONS
    counts = np.zeros(people * 2 * SITUATIONS, dtype=np.int64)
    for row in cells:
        counts += np.bincount(place + row, minlength=len(counts))
    return counts.reshape(people, 2 * SITUATIONS)


def features(counts: Cells) -> Floats:
    """(people, F) what a model of labels sees: rates of D shrunk to a half, how sure they are, and how regular."""
    kind, bad = counts[:, :SITUATIONS].astype(np.float64), counts[:, SITUATIONS:].astype(np.float64)
    many = kind + bad
    rate = (bad + 0.5) / (many + 1)
    sure = np.log1p(many) / 5
    pull = (2 * rate - 1) * many / (many + 2)
    doubt = -(rate * np.log(rate) + (1 - rate) * np.log(1 - rate)) * many
    regular = np.stack([
        doubt[:, start : start + size].sum(axis=1) / np.maximum(many[:, start : start + size].sum(axis=1), 1)
        for start, size in zip(_STARTS, SIZES, strict=True)
    ], axis=1)  # fmt: skip
    best = regular.min(axis=1, keepdims=True)
    total = many[:, : SIZES[0]].sum(axis=1, keepdims=True)
    return np.hstack([pull, sure, 2 * regular, 2 * best, np.log1p(total) / 5])


def _lag(moves: Numbers, steps: int, nth: Cells) -> Cells:
    shifted = np.zeros(len(moves), dtype=np.int64)
    shifted[steps:] = moves[:-steps] if steps < len(moves) else 0
    return np.where(nth >= steps, shifted, 0)


def _before(moves: Numbers, first: Cells) -> Cells:
    sums = np.concatenate([[0], np.cumsum(moves, dtype=np.int64)])
    return np.asarray(sums[:-1] - sums[first])


def _since(moves: Numbers, nth: Cells, before: Cells) -> Cells:
    """(N,) rounds since the last D before each act; since the start of the game if there was none."""
    place = np.arange(len(moves))
    last = np.maximum.accumulate(np.where(moves == 1, place, -1))
    last = np.concatenate([[-1], last[:-1]]) if len(last) else last
    return np.where(before > 0, place - 1 - last, nth)


def _share(before: Cells, nth: Cells) -> Cells:
    """(N,) in which fifth of its range a share of defections lies, with one imagined C and D each."""
    share = (before + 1) * 20 // (nth + 2)
    return np.searchsorted(np.array(_FIFTHS), share, side="right")


def _class(values: Cells, table: tuple[int, ...]) -> Cells:
    return np.array(table)[np.minimum(values, len(table) - 1)]
