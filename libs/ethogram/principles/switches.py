"""Whether, and when, a player changed its conduct: two conducts with a change point against one throughout.

Choices are counted by the round of the game they were made in (all games together, so that games which run side by
side may interleave as they like), in at most twenty stages: the state does not grow. In each of three partitions of
`marks` (recent rounds; provocation and peace; three rounds) the evidence of a Beta(1/2, 1/2) rate per situation is
taken of all stages together, and of those before and after each moment apart. No single partition is right: a player
that counts, or that was provoked late, looks like one that changed. So what they gain by a change, and how well each
explains the player without and with one, go into a logistic regression that was fitted to players drawn by recipe
(`ethogram.testing.inference.fit_switches`). Sources: Barry and Hartigan 1992 (product partition models); Kass and
Raftery 1995 (Bayes factors); Wolpert 1992 (stacking).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import exp, inf, log
from pathlib import Path

import numpy as np
import orjson

from ethogram.events.base import Value
from ethogram.events.canonical import quantise
from ethogram.events.principles import Switch
from ethogram.principles.automata import JOINT, Floats
from ethogram.principles.marks import SIZES, STARTS, Cells

STEP = 10
"""Rounds of a stage, at first."""
MOST = 20
"""Stages that are told apart."""
ODDS = 0.25
"""Prior odds of a switch."""
PARTS = (0, 1, 9)
"""Partitions of marks that are watched."""
WIDTH = sum(SIZES[part] for part in PARTS)
VERSION = 1
"""Of the fitted weights; part of the file's name."""
WEIGHTS = Path(__file__).parent / f"switches-{VERSION}.json"

_OFFSETS = tuple(sum(SIZES[earlier] for earlier in PARTS[:index]) for index in range(len(PARTS)))
_CUTS = np.array(_OFFSETS)

Stage = tuple[int, ...]
"""(2 * WIDTH,) counts of C, then of D."""


class Trail(Value):
    """Counts by the round of the game."""

    step: int = STEP
    """Rounds per stage."""
    stages: tuple[Stage, ...] = ()
    """Choices in rounds 1 to `step`, in the next ones, and so on."""

    def after(self, nth: int, places: Sequence[int], intended: str) -> Trail:
        """The trail after one more choice, in the round with index `nth`, in these situations (one per partition)."""
        trail = self
        while nth >= MOST * trail.step:
            trail = trail.coarser()
        stages = list(trail.stages)
        stages += [(0,) * (2 * WIDTH)] * (nth // trail.step + 1 - len(stages))
        made = list(stages[nth // trail.step])
        side = WIDTH * (intended == "D")
        for part, offset in zip(PARTS, _OFFSETS, strict=True):
            made[side + offset + places[part] - STARTS[part]] += 1
        stages[nth // trail.step] = tuple(made)
        return Trail.model_construct(step=trail.step, stages=tuple(stages))

    def coarser(self) -> Trail:
        """The same with stages twice as long."""
        pairs = [self.stages[at : at + 2] for at in range(0, len(self.stages), 2)]
        merged = tuple(tuple(map(sum, zip(*pair, strict=True))) for pair in pairs)
        return Trail.model_construct(step=2 * self.step, stages=merged)


def trace(nth: Cells, cells: Cells, defects: Cells) -> Trail:
    """The trail of N choices at once: (N,) index of the round, (P, N) situations, (N,) 1 for D."""
    if not len(nth):
        return Trail()
    step = STEP
    while int(nth.max()) >= MOST * step:
        step *= 2
    stage = nth // step
    many = int(stage.max()) + 1
    counts = np.zeros((many, 2, WIDTH), dtype=np.int64)
    for part, offset in zip(PARTS, _OFFSETS, strict=True):
        np.add.at(counts, (stage, defects, cells[part] - STARTS[part] + offset), 1)
    return Trail(step=step, stages=tuple(tuple(row) for row in counts.reshape(many, -1).tolist()))


def find_switch(trail: Trail) -> tuple[Switch, ...]:
    """The most probable switch, if it is more probable than not."""
    factor = log_factor(trail)
    posterior = 1 / (1 + exp(-min(factor + log(ODDS), 500.0))) if factor > -500 else 0.0
    if posterior <= 0.5:
        return ()
    counts = _counts(trail)
    apart, _, whole = evidence(counts[None])
    best = int((apart.max(axis=2) - whole.max(axis=1)[:, None])[0].argmax())
    return (Switch(round=(best + 1) * trail.step, posterior=quantise(posterior), before=_told(counts[: best + 1]),
                   after=_told(counts[best + 1 :])),)  # fmt: skip


def log_factor(trail: Trail) -> float:
    """Log Bayes factor of a switch between two stages against none; minus infinity with fewer than two stages."""
    if len(trail.stages) < 2:
        return -inf
    seen = traits(_counts(trail)[None])[0]
    return float((seen * weights()[:-1]).sum() + weights()[-1])


def traits(counts: Floats) -> Floats:
    """(P, F) what the regression sees of P players, from (P, stages, 2, WIDTH) counts."""
    apart, gained, whole = evidence(counts)
    many = np.maximum(counts[..., : SIZES[PARTS[0]]].sum(axis=(1, 2, 3)), 1)[:, None]
    best = apart.max(axis=2) - whole.max(axis=1)[:, None]
    factors = [_average(gained), *(_average(each[:, :, None]) for each in
                                   (best, gained.mean(axis=2), gained.min(axis=2)))]  # fmt: skip
    return np.hstack([np.clip(np.hstack(factors) / 10, -5, 10), 3 * whole / many, 3 * apart.max(axis=1) / many,
                      np.log(many) / 5])  # fmt: skip


def evidence(counts: Floats) -> tuple[Floats, Floats, Floats]:
    """Log evidence per partition: (P, M, K) of parting at each of M moments, what it gains, (P, K) of no parting."""
    sums = counts.cumsum(axis=1)
    before, total = sums[:, :-1], sums[:, -1]
    whole = _of_one(total)
    apart = _of_one(before) + _of_one(total[:, None] - before)
    return apart, apart - whole[:, None], whole


def _of_one(counts: Floats) -> Floats:
    """(..., K) log evidence of one conduct in each partition."""
    from scipy.special import betaln

    each = betaln(counts[..., 0, :] + 0.5, counts[..., 1, :] + 0.5) - betaln(0.5, 0.5)
    return np.asarray(np.add.reduceat(each, _CUTS, axis=-1))


def _average(gains: Floats) -> Floats:
    """(P, K) log of the mean over moments."""
    top = gains.max(axis=1, keepdims=True)
    return np.asarray(top[:, 0] + np.log(np.exp(gains - top).mean(axis=1)))


def _counts(trail: Trail) -> Floats:
    return np.array(trail.stages, dtype=np.float64).reshape(-1, 2, WIDTH)


@lru_cache(maxsize=1)
def weights() -> Floats:
    """(F + 1,) shipped weights, the constant last."""
    return np.array(orjson.loads(WEIGHTS.read_bytes())["weights"])


def _told(stages: Floats) -> str:
    """A conduct in words: how often it cooperated in all, and after each joint move."""
    kind, bad = stages.sum(axis=0)[:, : SIZES[0]]
    parts = [f"cooperates {kind.sum() / max(kind.sum() + bad.sum(), 1):.0%}"]
    for number, joint in enumerate(JOINT):
        seen = [1 + number, *range(5 + number, SIZES[0], 4)]
        if many := kind[seen].sum() + bad[seen].sum():
            parts.append(f"after {joint} {kind[seen].sum() / many:.0%}")
    return ", ".join(parts)
