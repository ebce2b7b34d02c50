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
_OPENING = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9) + (10,) * 10 + (11,)
_STAGE = (0,) * 10 + (1,) * 30 + (2,)  # class of a round by its index, after the first three
_STREAK = (0, 0, 1, 2, 2, 2, 3)  # class of the length of a streak
_FIFTHS = (2, 7, 13, 18)  # twentieths at which shares of defections are parted
SIZES = (21, 35, 20, 25, 16, 28, 64, 24, 80, 64, 64, 64, 50, 70, 55)
"""Situations per partition: recent rounds, provocation and peace, course, balance, own habit, own quarrel, replies;
opening, standing, three rounds, own rhythm, streaks, scores, provocation by own last move,
the other's first moves."""
STARTS = tuple(sum(SIZES[:index]) for index in range(len(SIZES)))
"""First situation of each partition."""
SITUATIONS = sum(SIZES)


Course = tuple[int, int, int, int, int, int, int, int, int, int]
"""Where a game stands: rounds played, own and other's defections, own and other's last six moves as bits (the last one
lowest), rounds since the other's and since the own last defection, the other's and the own defections in a row, the
other's first three moves as bits below a leading one."""
BEGIN: Course = (0, 0, 0, 0, 0, 0, 0, 0, 0, 1)


def play_on(course: Course, own: str, other: str) -> Course:
    """The course after one more executed round."""
    nth, mine, theirs, own_bits, other_bits, peace, quarrel, blows, sins, first = course
    bad, hit = int(own == "D"), int(other == "D")
    return (nth + 1, mine + bad, theirs + hit, (2 * own_bits + bad) & 63, (2 * other_bits + hit) & 63,
            0 if hit else peace + 1, 0 if bad else quarrel + 1, hit * (blows + 1), bad * (sins + 1),
            2 * first + hit if nth < 3 else first)  # fmt: skip


def situation(course: Course) -> tuple[int, ...]:
    """(P,) what `situations` says, for one act."""
    nth, mine, theirs, own, other, peace, quarrel, blows, sins, first = course
    joint = [2 * (own >> step & 1) + (other >> step & 1) for step in (0, 1, 2)]
    recent = 0 if nth == 0 else 1 + joint[0] if nth == 1 else 5 + 4 * joint[1] + joint[0]
    many_theirs = _MANY[min(theirs, len(_MANY) - 1)]
    share_theirs, share_mine = (bisect_right(_FIFTHS, (many + 1) * 20 // (nth + 2)) for many in (theirs, mine))
    parts = (
        recent,
        7 * many_theirs + _RUN[min(peace, len(_RUN) - 1)],
        5 * _TIME[min(nth, len(_TIME) - 1)] + share_theirs,
        5 * share_mine + share_theirs,
        own & 15,
        14 * (mine > theirs) + 2 * _RUN[min(quarrel, len(_RUN) - 1)] + (other & 1),
        16 * (own & 3) + (other & 15),
        2 * _OPENING[min(nth, len(_OPENING) - 1)] + (theirs > 0),
        20 * _TIME[min(nth, len(_TIME) - 1)] + 4 * share_theirs + joint[0],
        16 * joint[2] + 4 * joint[1] + joint[0],
        own,
        8 * _streak(peace, blows) + _streak(quarrel, sins),
        10 * many_theirs + 2 * _MANY[min(mine, len(_MANY) - 1)] + (other & 1),
        14 * many_theirs + 2 * _RUN[min(peace, len(_RUN) - 1)] + (own & 1),
        first - 1 if nth < 3 else 7 + 2 * (3 * (first - 8) + _STAGE[min(nth, len(_STAGE) - 1)]) + (other & 1),
    )
    return tuple(start + part for start, part in zip(STARTS, parts, strict=True))


def _streak(calm: int, blows: int) -> int:
    """Class of the moves that were alike just before: four of C by their number, then four of D."""
    return 4 + _STREAK[min(blows, len(_STREAK) - 1)] if blows else _STREAK[min(calm, len(_STREAK) - 1)]


def mark(counts: Sequence[int], places: Sequence[int], intended: str) -> tuple[int, ...]:
    """The counts after one choice in these situations."""
    made = list(counts)
    side = SITUATIONS * (intended == "D")
    for place in places:
        made[side + place] += 1
    return tuple(made)


def blank() -> tuple[int, ...]:
    """(2 * SITUATIONS,) nothing was seen."""
    return (0,) * (2 * SITUATIONS)


def situations(games: Numbers, own: Numbers, other: Numbers) -> Cells:
    """(P, N) situation of every act in every partition, numbered through. `games`: first row of each game, and N."""
    first = np.repeat(games[:-1], np.diff(games)).astype(np.int64)
    nth = np.arange(len(own)) - first
    back = [[_lag(moves, steps, nth) for steps in range(1, 7)] for moves in (own, other)]
    habit, replies = (sum(moves[step] << step for step in range(6)) for moves in back)
    mine, theirs = _before(own, first), _before(other, first)
    joint = [2 * back[0][step] + back[1][step] for step in range(3)]
    recent = np.where(nth == 0, 0, np.where(nth == 1, 1 + joint[0], 5 + 4 * joint[1] + joint[0]))
    peace, quarrel = _since(other, nth, theirs), _since(own, nth, mine)
    share_theirs, share_mine = _share(theirs, nth), _share(mine, nth)
    many_theirs = _class(theirs, _MANY)
    parts = (
        recent,
        7 * many_theirs + _class(peace, _RUN),
        5 * _class(nth, _TIME) + share_theirs,
        5 * share_mine + share_theirs,
        habit & 15,
        14 * (mine > theirs) + 2 * _class(quarrel, _RUN) + back[1][0],
        16 * (habit & 3) + (replies & 15),
        2 * _class(nth, _OPENING) + (theirs > 0),
        20 * _class(nth, _TIME) + 4 * share_theirs + joint[0],
        16 * joint[2] + 4 * joint[1] + joint[0],
        habit,
        8 * _streaks(other, peace, nth) + _streaks(own, quarrel, nth),
        10 * many_theirs + 2 * _class(mine, _MANY) + back[1][0],
        14 * many_theirs + 2 * _class(peace, _RUN) + back[0][0],
        _opened(other, nth, first, back[1][0]),
    )
    return np.stack([start + part for start, part in zip(STARTS, parts, strict=True)])


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
    pull = (2 * rate - 1) * many / (many + 2)
    doubt = -(rate * np.log(rate) + (1 - rate) * np.log(1 - rate)) * many
    regular = np.stack([
        doubt[:, start : start + size].sum(axis=1) / np.maximum(many[:, start : start + size].sum(axis=1), 1)
        for start, size in zip(STARTS, SIZES, strict=True)
    ], axis=1)  # fmt: skip
    best = regular.min(axis=1, keepdims=True)
    total = many[:, : SIZES[0]].sum(axis=1, keepdims=True)
    return np.hstack([pull, np.log1p(many) / 5, 2 * regular, 2 * best, np.log1p(total) / 5])


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


def _streaks(moves: Numbers, calm: Cells, nth: Cells) -> Cells:
    """(N,) class of the moves that were alike just before each act, as `_streak` says."""
    blows = _since(1 - moves, nth, nth - _before(moves, np.arange(len(moves)) - nth))
    hit = _lag(moves, 1, nth) == 1
    return np.where(hit, 4 + _class(blows, _STREAK), _class(calm, _STREAK))


def _opened(other: Numbers, nth: Cells, first: Cells, last: Cells) -> Cells:
    """(N,) the other's first moves, and the stage of the game with its last move once there are three."""
    opening = np.ones(len(other), dtype=np.int64)
    for step in range(3):
        seen = np.minimum(first + step, len(other) - 1)
        opening = np.where(nth > step, 2 * opening + other[seen], opening)
    return np.where(nth < 3, opening - 1, 7 + 2 * (3 * (opening - 8) + _class(nth, _STAGE)) + last)


def _share(before: Cells, nth: Cells) -> Cells:
    """(N,) in which fifth of its range a share of defections lies, with one imagined C and D each."""
    share = (before + 1) * 20 // (nth + 2)
    return np.searchsorted(np.array(_FIFTHS), share, side="right")


def _class(values: Cells, table: tuple[int, ...]) -> Cells:
    return np.array(table)[np.minimum(values, len(table) - 1)]
