"""Patterns: courses of play that come again and again, found by dynamic time warping over sliding windows.

A window is ten turns of one game, every five turns, as a curve: own and other's action of a turn make one number.
Distances are those of dtaidistance's C code (Sakoe and Chiba 1978, band of two turns), between the most frequent
distinct windows only, one matrix per update, kept for when the same windows come again. DBSCAN clusters them, each
counted as often as it occurred.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from itertools import pairwise

import numpy as np

from ethogram.events.canonical import quantise
from ethogram.events.principles import Pattern, Span
from ethogram.principles.automata import JOINT, Floats
from ethogram.principles.clusters import dbscan
from ethogram.principles.pages import Pages

LENGTH = 10
"""Turns of a window."""
STRIDE = 5
"""Turns from one window to the next."""
DISTINCT = 60
"""Most frequent distinct windows that are compared."""
SHOWN = 5
"""Patterns that are told."""

_LEVELS = np.array([1.5, 0.5, -0.5, -1.5])  # of CC, CD, DC, DD: own action weighs twice the other's
_REACH = 1.5
_BAND = 2
_LEAST = 0.1  # share of the windows from which a cluster is a pattern

Shape = tuple[int, ...]
"""Number of the joint action in each turn."""


def patterns(pages: Pages) -> tuple[Pattern, ...]:
    """The patterns of an agent's games, the most frequent first."""
    seen = _windows(pages)
    if sum(map(len, seen.values())) < 3:
        return ()
    common = sorted(seen, key=lambda shape: (-len(seen[shape]), shape))[:DISTINCT]
    total = sum(map(len, seen.values()))
    weights = np.array([len(seen[shape]) for shape in common], dtype=np.float64)
    labels = dbscan(warped(tuple(common)), _REACH, max(3.0, _LEAST * total), weights)
    clusters: dict[int, list[Shape]] = defaultdict(list)
    for shape, label in zip(common, labels.tolist(), strict=True):
        if label >= 0:
            clusters[label].append(shape)
    told = [_pattern(pages, shapes, seen, total) for shapes in clusters.values()]
    return tuple(sorted(told, key=lambda pattern: (-pattern.occurrences, pattern.shape))[:SHOWN])


@lru_cache(maxsize=256)
def warped(shapes: tuple[Shape, ...]) -> Floats:
    """(M, M) distance of each two windows."""
    from dtaidistance import dtw

    curves = [_LEVELS[list(shape)] for shape in shapes]
    if len(curves) == 1:
        return np.zeros((1, 1))
    upper = np.asarray(dtw.distance_matrix_fast(curves, window=_BAND + 1, only_triu=True))
    upper = np.where(np.isfinite(upper), upper, 0.0)
    return np.asarray(np.round(np.maximum(upper, upper.T), 6))


def _windows(pages: Pages) -> dict[Shape, list[int]]:
    """Where each distinct window begins; of games only, not of scenarios."""
    joint = 2 * pages.done + pages.met
    found: dict[Shape, list[int]] = defaultdict(list)
    for first, end in zip(pages.games[:-1].tolist(), pages.games[1:].tolist(), strict=True):
        if end - first < LENGTH or pages.context[first] > 4:
            continue
        moves = joint[first:end].tolist()
        for at in range(0, end - first - LENGTH + 1, STRIDE):
            found[tuple(moves[at : at + LENGTH])].append(first + at)
    return found


def _pattern(pages: Pages, shapes: list[Shape], seen: dict[Shape, list[int]], total: int) -> Pattern:
    """A cluster, shown by its most frequent window."""
    medoid = shapes[0]
    starts = sorted(at for shape in shapes for at in seen[shape])
    games = {pages.place(at)[0] for at in starts}
    game, first = pages.place(seen[medoid][0])
    return Pattern(
        shape=" ".join(JOINT[joint] for joint in medoid), occurrences=len(starts), share=quantise(len(starts) / total),
        games=len(games), words=_words(medoid),
        example=Span(game=game, round=first, last_game=game, last_round=first + LENGTH - 1, acts=LENGTH),
    )  # fmt: skip


def _words(shape: Shape) -> str:
    joint, times = Counter(shape).most_common(1)[0]
    settled = {
        0: "mutual cooperation",
        1: "cooperating with a defector",
        2: "exploiting a cooperator",
        3: "mutual defection",
    }
    if times >= LENGTH - 1:
        return settled[joint]
    swings = sum(one != other for one, other in pairwise(shape))
    own = [joint >> 1 for joint in shape]
    kind = "alternation" if swings >= LENGTH - 2 else "from defection to cooperation" if _turns(own, 1) else \
        "from cooperation to defection" if _turns(own, 0) else "mixed play"  # fmt: skip
    return f"{kind}, mostly {settled[joint]}" if times >= LENGTH // 2 else kind


def _turns(own: list[int], before: int) -> bool:
    """Whether it moved once, from one action to the other."""
    changes = [at for at in range(1, len(own)) if own[at] != own[at - 1]]
    return len(changes) == 1 and own[0] == before
