"""Players of our own that are written like programs: modes of conduct, and rules by which one passes into another.

In each mode a player answers the last joint move in a fixed way (or in proportion to how the other has cooperated). A
rule compares one statistic of the game so far with a threshold and names the mode that follows, so triggers, probers,
counters, judges of the other's record and phases of the game all occur, in mixtures that nobody thought of.
Thousands play at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ethogram.principles.automata import Floats

Draw = np.random.Generator
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

MODES, RULES = 4, 2
_SOME = (0.05, 0.1, 0.2, 0.3, 0.5)
THRESHOLDS: dict[str, tuple[float, ...]] = {
    "round": (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 25, 30, 50, 75, 100),
    "time in mode": (1, 1, 1, 2, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30),
    "other's last": (1,), "own last": (1,), "other's last two": (1, 2, 2), "other's last three": (1, 2, 3, 3),
    "other's last six": (1, 2, 3, 4, 5, 6), "own last six": (1, 2, 3, 4, 5),
    "other's defections": (1, 1, 1, 2, 2, 3, 4, 5, 7, 10, 15, 20), "own defections": (1, 2, 3, 5, 10, 20),
    "share of other's": (10, 20, 25, 30, 40, 50, 50, 60, 70, 75, 80, 90), "own share": (10, 25, 40, 50, 60, 75, 90),
    "peace": (1, 2, 3, 4, 5, 8, 10, 20), "other's streak": (1, 2, 2, 3, 3, 4, 5, 8), "own streak": (1, 2, 3, 5, 10),
    "surplus": (-10, -5, -3, -2, -1, 0, 1, 2, 3, 5, 10), "quarrel": (1, 2, 3, 4, 5, 10),
    "since mode, other's": (1, 1, 1, 2, 2, 3, 4, 5, 8), "chance": _SOME,
    "other's after own defection": (25, 40, 50, 60, 75), "other's after own cooperation": (10, 25, 50, 75),
    "difference of these": (-25, 0, 25, 50, 75), "turnings": (2, 4, 8, 16),
}  # fmt: skip
"""Statistics that rules compare, each with the thresholds that may be drawn; shares in hundredths."""
NAMES = tuple(THRESHOLDS)
_OFTEN = ("time in mode", "other's last", "other's last two", "other's defections", "since mode, other's",
          "share of other's", "peace", "round")  # fmt: skip
_ANSWERS = {
    "C": (1, 1, 1, 1, 1), "D": (0, 0, 0, 0, 0), "tft": (1, 1, 0, 1, 0), "wsls": (1, 1, 0, 0, 1),
    "anti": (1, 0, 1, 0, 1), "alternate": (1, 0, 0, 1, 1), "grim-like": (1, 1, 0, 0, 0), "lax": (1, 1, 1, 1, 0),
    "repeat": (1, 1, 1, 0, 0), "stft": (0, 1, 0, 1, 0),
}  # fmt: skip
"""Probability of C at the start and after CC, CD, DC, DD."""
_WEIGHTS = (0.24, 0.24, 0.28, 0.05, 0.03, 0.04, 0.03, 0.02, 0.02, 0.05)


class Programs(NamedTuple):
    """P players of up to M modes with R rules each."""

    answers: Floats
    """(P, M, 5) probability of C at the start and after each joint move."""
    mirror: Floats
    """(P, M) share of the answer that follows the other's share of cooperation instead."""
    statistic: Integers
    """(P, M, R) what a rule looks at."""
    threshold: Floats
    """(P, M, R); a rule that never fires has infinity."""
    below: Flags
    """(P, M, R) whether it fires below its threshold, instead of at or above it."""
    target: Integers
    """(P, M, R) the mode that follows."""
    slip: Floats
    """(P,) how often the opposite is done."""

    def part(self, which: Flags) -> Programs:
        """Some of the players."""
        return Programs(self.answers[which], self.mirror[which], self.statistic[which], self.threshold[which],
                        self.below[which], self.target[which], self.slip[which])  # fmt: skip

    def stochastic(self) -> Flags:
        """(P,) whether a player decides by chance anywhere."""
        drawn = ((self.answers > 0) & (self.answers < 1)).any(axis=(1, 2)) | (self.mirror > 0).any(axis=1)
        drawn |= ((self.statistic == NAMES.index("chance")) & np.isfinite(self.threshold)).any(axis=(1, 2))
        return np.asarray(drawn | (self.slip > 0))


def draw_programs(count: int, seed: int) -> Programs:
    """Programs of one to four modes."""
    chance = np.random.Generator(np.random.PCG64(seed))
    modes = chance.choice([1, 2, 3, 4], count, p=[0.1, 0.4, 0.35, 0.15])
    shape = (count, MODES, RULES)
    answers = np.array([[_answer(chance, mode) for mode in range(MODES)] for _ in range(count)])
    mirror = np.where(chance.random(shape[:2]) < 0.03, chance.choice([0.5, 1.0], shape[:2]), 0.0)
    statistic, threshold = np.zeros(shape, dtype=np.int64), np.full(shape, np.inf)
    below = chance.random(shape) < 0.2
    target = chance.integers(0, modes[:, None, None], shape)
    own = np.arange(MODES)[None, :, None]
    target = np.where(target == own, (target + 1) % modes[:, None, None], target)
    used = (chance.random(shape) < np.array([0.85, 0.4])) & (modes[:, None, None] > 1)
    for place in np.argwhere(used):
        name = str(chance.choice(_OFTEN)) if chance.random() < 0.6 else NAMES[int(chance.integers(len(NAMES)))]
        statistic[tuple(place)] = NAMES.index(name)
        threshold[tuple(place)] = chance.choice(THRESHOLDS[name])
        below[tuple(place)] &= name not in ("time in mode", "chance", "round", "since mode, other's")
    slip = np.where(chance.random(count) < 0.06, chance.choice([0.01, 0.05, 0.1, 0.25], count), 0.0)
    flipped = chance.random(count) < 0.04
    answers[flipped] = 1 - answers[flipped]
    return Programs(answers, mirror, statistic, threshold, below, target, slip)


def _answer(chance: Draw, mode: int) -> Floats:
    style = chance.random()
    if style < 0.06:
        return np.full(5, chance.beta(0.7, 0.7))
    if style < 0.10:
        return np.asarray(chance.beta(0.5, 0.5, 5))
    names = list(_ANSWERS)
    answer = np.array(_ANSWERS[names[int(chance.choice(len(names), p=_WEIGHTS))]], dtype=float)
    if mode == 0 and chance.random() < 0.5:
        answer = np.array(_ANSWERS["C" if chance.random() < 0.5 else "tft"], dtype=float)
    if chance.random() < 0.08:
        answer = (
            np.maximum(answer, chance.choice(_SOME)) if chance.random() < 0.5 else answer * chance.choice([0.9, 0.8])
        )
    return np.asarray(answer)


class Stage:
    """Programs in games: (P, W) of them go on at once."""

    def __init__(self, programs: Programs, width: int, chance: Draw) -> None:
        shape = (len(programs.slip), width)
        self._programs, self._chance = programs, chance
        self._who = np.arange(shape[0])[:, None]
        self._mode = np.zeros(shape, dtype=np.int64)
        self._round = 0
        self._seen = {name: np.zeros(shape) for name in (
            "mine", "theirs", "own", "other", "peace", "quarrel", "other's streak", "own streak", "entered",
            "theirs at entry", "after C", "C after C", "after D", "C after D", "turnings",
        )}  # fmt: skip
        self._own_bits, self._other_bits = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)

    def chances(self) -> Floats:
        """(P, W) probability of C; rules are followed first."""
        looked = self._statistics()
        flat = np.stack([np.broadcast_to(looked[name], self._mode.shape) for name in NAMES], axis=2)
        rules, moved = self._programs, np.zeros(self._mode.shape, dtype=bool)
        mode = self._mode
        for rule in range(RULES):
            here = rules.statistic[self._who, mode, rule]
            value = np.take_along_axis(flat, here[:, :, None], axis=2)[:, :, 0]
            edge = rules.threshold[self._who, mode, rule]
            coin = here == NAMES.index("chance")
            fires = np.where(rules.below[self._who, mode, rule] | coin, value < edge, value >= edge)
            fires &= np.isfinite(edge) & ~moved
            self._mode = np.where(fires, rules.target[self._who, mode, rule], self._mode)
            moved |= fires
        self._seen["entered"] = np.where(moved, self._round, self._seen["entered"])
        self._seen["theirs at entry"] = np.where(moved, self._seen["theirs"], self._seen["theirs at entry"])
        last = np.zeros(self._mode.shape, dtype=np.int64)
        if self._round:
            last = (1 + 2 * self._seen["own"] + self._seen["other"]).astype(np.int64)
        answer = rules.answers[self._who, self._mode, last]
        mirror = rules.mirror[self._who, self._mode]
        answer = answer * (1 - mirror) + mirror * (1 - looked["share of other's"] / 100)
        slip = rules.slip[:, None]
        return np.asarray(answer * (1 - slip) + (1 - answer) * slip)

    def moved(self, own: NDArray[np.int8], other: NDArray[np.int8]) -> None:
        """(P, W) moves that were executed; 1 is D."""
        seen, kind = self._seen, other == 0
        if self._round:
            good = seen["own"] == 0
            seen["after C"] = seen["after C"] + good
            seen["C after C"] = seen["C after C"] + (good & kind)
            seen["after D"] = seen["after D"] + ~good
            seen["C after D"] = seen["C after D"] + (~good & kind)
            seen["turnings"] = seen["turnings"] + (seen["other"] != other)
        for name, moves in (("mine", own), ("theirs", other)):
            seen[name] = seen[name] + moves
        seen["own"], seen["other"] = own.astype(float), other.astype(float)
        for calm, blows, moves in (("peace", "other's streak", other), ("quarrel", "own streak", own)):
            seen[calm] = np.where(moves == 1, 0, seen[calm] + 1)
            seen[blows] = np.where(moves == 1, seen[blows] + 1, 0)
        self._own_bits = (2 * self._own_bits + own) & 63
        self._other_bits = (2 * self._other_bits + other) & 63
        self._round += 1

    def _statistics(self) -> dict[str, Floats]:
        seen, rounds = self._seen, max(self._round, 1)
        after_d = 100 * (seen["C after D"] + 1) / (seen["after D"] + 2)
        after_c = 100 * (seen["C after C"] + 1) / (seen["after C"] + 2)
        return {
            "round": np.array(float(self._round)), "time in mode": self._round - seen["entered"],
            "other's last": seen["other"], "own last": seen["own"],
            "other's last two": _ones(self._other_bits & 3), "other's last three": _ones(self._other_bits & 7),
            "other's last six": _ones(self._other_bits), "own last six": _ones(self._own_bits),
            "other's defections": seen["theirs"], "own defections": seen["mine"],
            "share of other's": 100 * seen["theirs"] / rounds, "own share": 100 * seen["mine"] / rounds,
            "peace": seen["peace"], "quarrel": seen["quarrel"],
            "other's streak": seen["other's streak"], "own streak": seen["own streak"],
            "surplus": seen["mine"] - seen["theirs"], "since mode, other's": seen["theirs"] - seen["theirs at entry"],
            "chance": self._chance.random(self._mode.shape),
            "other's after own defection": after_d, "other's after own cooperation": after_c,
            "difference of these": after_c - after_d, "turnings": seen["turnings"],
        }  # fmt: skip


def _ones(bits: Integers) -> Floats:
    return np.asarray(np.bitwise_count(bits).astype(float))
