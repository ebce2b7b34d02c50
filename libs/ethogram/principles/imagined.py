"""The probes that define labels, played in imagination by the conduct that a player's marks show.

A label says what a player would do against a script, seldom what was seen. So each of some partitions of `marks` is
taken for the whole truth about a player (its rate of D per situation), and the five scripts are followed exactly: a
script does not react, hence only the own last three moves are unknown and their distribution is carried from turn to
turn. Rates are given twice: as seen, and freed of the noise that the most regular partition leaves over. What the
definitions measure is then read off as if it had been seen: features for the network of labels.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ethogram.principles.automata import Floats
from ethogram.principles.marks import BEGIN, SITUATIONS, SIZES, STARTS, Cells, Course, play_on, situation
from ethogram.principles.probes import SCRIPTS, TURNS

MODELS = (0, 1, 2, 6, 7, 8, 9, 13, 14)
"""Partitions that speak of no more of the player's own past than its last three moves."""
_PASTS = 8  # the own last three moves as bits
_MOST_NOISE = 0.08
_STATISTICS = 12
_BLOCK = 64  # players at once: all turns of them are laid out in memory
WIDTH = 2 * (len(MODELS) + 1) * _STATISTICS
"""Features per player."""


def imagine(counts: Cells) -> Floats:
    """(P, WIDTH) features from (P, 2 * SITUATIONS) marks."""
    blocks = [_imagine(counts[start : start + _BLOCK]) for start in range(0, len(counts), _BLOCK)]
    return np.concatenate(blocks) if blocks else np.empty((0, WIDTH))


def _imagine(counts: Cells) -> Floats:
    kind, bad = counts[:, :SITUATIONS].astype(np.float64), counts[:, SITUATIONS:].astype(np.float64)
    many = kind + bad
    seen = kind / np.maximum(many, 1)
    noise = leftover(kind, bad)[:, None]
    freed = np.clip((seen - noise) / (1 - 2 * noise), 0, 1)
    both = _measure(_follow(np.concatenate([seen, freed]), np.concatenate([many, many])))
    return np.hstack(np.split(both, 2))


def leftover(kind: Floats, bad: Floats) -> Floats:
    """(P,) share of choices against the custom of their situation, in the partition where it is least."""
    against, total = np.minimum(kind, bad), np.maximum(kind + bad, 1e-9)
    shares = [against[:, start : start + size].sum(axis=1) / total[:, start : start + size].sum(axis=1)
              for start, size in zip(STARTS, SIZES, strict=True)]  # fmt: skip
    return np.asarray(np.minimum(np.min(shares, axis=0), _MOST_NOISE))


def _follow(rate: Floats, many: Floats) -> Floats:
    """(M + 1, 5, TURNS, P) probability of C for each model, and for all of them together, the surest counting most."""
    people, models, scripts = len(rate), len(MODELS), len(SCRIPTS)
    weight = ((2 * rate - 1) * many / (many + 2)) ** 2 + 1e-6
    doubt = 1 / (many + 1)
    weights, votes, own, doubts = (np.ascontiguousarray(each.T, dtype=np.float32)
                                   for each in (weight, weight * rate, (1 - doubt) * rate, doubt))  # fmt: skip
    cells = _cells()
    together = votes[cells].sum(axis=1) / weights[cells].sum(axis=1)
    chances = np.empty((TURNS, models + 1, scripts, _PASTS, people), dtype=np.float32)
    chances[:, :models] = own[cells] + doubts[cells] * together[:, None]
    chances[:, models] = together
    pasts = np.zeros(chances.shape[1:], dtype=np.float32)
    pasts[:, :, 0] = 1
    shown = np.empty((models + 1, scripts, TURNS, people), dtype=np.float32)
    for turn in range(TURNS):
        good = pasts * chances[turn]
        shown[:, :, turn] = good.sum(axis=2)
        pasts -= good
        worse = pasts[:, :, :4] + pasts[:, :, 4:]
        pasts[:, :, 0::2] = good[:, :, :4] + good[:, :, 4:]
        pasts[:, :, 1::2] = worse
    return np.asarray(shown, dtype=np.float64)


def _measure(shown: Floats) -> Floats:
    """(P, _STATISTICS * (M + 1)) what the definitions of labels measure, of each model."""
    kind, hostile, one, three, pairs = (shown[:, script] for script in range(shown.shape[1]))
    doubt = np.maximum(shown * (1 - shown), 0)
    away = (shown - shown.mean(axis=1, keepdims=True)) ** 2
    late = slice(TURNS - 50, TURNS)
    statistics = (
        np.exp(np.log(np.maximum(kind, 1e-3)).sum(axis=1)), kind.mean(axis=1), kind[:, late].mean(axis=1),
        np.sqrt(away).mean(axis=(1, 2)), np.sqrt(away + doubt / 30).mean(axis=(1, 2)),
        np.sqrt(doubt).mean(axis=2).max(axis=1),
        (kind - one)[:, 21:23].mean(axis=1), (kind - three)[:, 23:26].mean(axis=1),
        one[:, late].mean(axis=1), three[:, late].mean(axis=1),
        kind.mean(axis=1) - hostile.mean(axis=1), pairs.mean(axis=1),
    )  # fmt: skip
    return np.asarray(np.stack(statistics).reshape(-1, shown.shape[-1]).T, dtype=np.float64)


@lru_cache(maxsize=1)
def _cells() -> Cells:
    """(TURNS, M, 5, _PASTS) situation in each turn of each script, by the own last three moves."""
    found = np.zeros((TURNS, len(MODELS), len(SCRIPTS), _PASTS), dtype=np.int64)
    for number, script in enumerate(SCRIPTS.values()):
        course: Course = BEGIN
        for turn, other in enumerate(script):
            for past in range(_PASTS):
                place = situation((*course[:3], past, *course[4:]))
                found[turn, :, number, past] = [place[model] for model in MODELS]
            course = play_on(course, "C", other)
    return found
