"""Whether, and when, a player changed its conduct: two conducts with a change point against one throughout.

Conduct is compared in two partitions of `marks` (recent rounds; provocation and peace): the evidence of a Beta(1/2,
1/2) rate per situation, of all choices together or of those before and after each remembered moment apart. The better
partition speaks on either side, so that a change that one of them explains without a switch is none. Moments are
remembered every ten choices, then ever more thinly, at most twenty: the state does not grow. Sources: Barry and
Hartigan 1992 (product partition models); Kass and Raftery 1995 (Bayes factors).
"""

from __future__ import annotations

from math import exp, inf, log

import numpy as np

from ethogram.events.base import Value
from ethogram.events.canonical import quantise
from ethogram.events.principles import Switch
from ethogram.principles.automata import JOINT, Floats
from ethogram.principles.marks import SITUATIONS, SIZES

STEP = 10
"""Choices between two remembered moments, at first."""
MOST = 20
"""Moments that are remembered."""
ODDS = 0.125
"""Prior odds of a switch: of players that never switch about one in twenty is then said to have done so."""
WIDTH = SIZES[0] + SIZES[1]

Moment = tuple[int, ...]
"""(2 * WIDTH,) counts of C, then of D, so far."""


class Trail(Value):
    """Counts at earlier moments."""

    step: int = STEP
    """Choices between two moments."""
    choices: int = 0
    """Choices so far."""
    moments: tuple[Moment, ...] = ()
    """Counts after every `step` choices."""

    def after(self, marks: tuple[int, ...]) -> Trail:
        """The trail after one more choice that led to these marks."""
        choices = self.choices + 1
        if choices % self.step:
            return Trail.model_construct(step=self.step, choices=choices, moments=self.moments)
        moments = (*self.moments, moment(marks))
        if len(moments) <= MOST:
            return Trail.model_construct(step=self.step, choices=choices, moments=moments)
        return Trail.model_construct(step=2 * self.step, choices=choices, moments=moments[1::2])


def moment(marks: tuple[int, ...]) -> Moment:
    """What is remembered of marks."""
    return (*marks[:WIDTH], *marks[SITUATIONS : SITUATIONS + WIDTH])


def step_after(choices: int) -> int:
    """The step of a trail of so many choices."""
    step = STEP
    while choices >= (MOST + 1) * step:
        step *= 2
    return step


def find_switch(trail: Trail, marks: tuple[int, ...]) -> tuple[Switch, ...]:
    """The most probable switch, if it is more probable than not."""
    factor = log_factor(trail, marks)
    posterior = 1 / (1 + exp(-min(factor + log(ODDS), 500.0))) if factor > -500 else 0.0
    if posterior <= 0.5:
        return ()
    before, total, gains = _gains(trail, marks)
    best = int(gains.argmax())
    return (Switch(round=(best + 1) * trail.step, posterior=quantise(posterior), before=_told(before[best]),
                   after=_told(total - before[best])),)  # fmt: skip


def log_factor(trail: Trail, marks: tuple[int, ...]) -> float:
    """Log Bayes factor of a switch at one of the remembered moments against none; minus infinity without moments."""
    gains = _gains(trail, marks)[2]
    if not len(gains):
        return -inf
    top = float(gains.max())
    return top + log(float(np.exp(gains - top).mean()))


def _gains(trail: Trail, marks: tuple[int, ...]) -> tuple[Floats, Floats, Floats]:
    """(M, 2 * WIDTH) counts before each moment, (2 * WIDTH,) of all, (M,) log evidence gained by parting there."""
    inside = [each for number, each in enumerate(trail.moments, 1) if number * trail.step < trail.choices]
    before = np.array(inside, dtype=np.float64).reshape(-1, 2 * WIDTH)
    total = np.array(moment(marks), dtype=np.float64)
    if not inside:
        return before, total, np.zeros(0)
    apart = (_evidence(before) + _evidence(total - before)).max(axis=1)
    return before, total, apart - _evidence(total[None, :]).max()


def _evidence(counts: Floats) -> Floats:
    """(M, 2) log evidence of one conduct in each of the two partitions."""
    from scipy.special import betaln

    kind, bad = counts[:, :WIDTH], counts[:, WIDTH:]
    each = betaln(kind + 0.5, bad + 0.5) - betaln(0.5, 0.5)
    return np.column_stack([each[:, : SIZES[0]].sum(axis=1), each[:, SIZES[0] :].sum(axis=1)])


def _told(counts: Floats) -> str:
    """A conduct in words: how often it cooperated in all, and after each joint move."""
    kind, bad = counts[: SIZES[0]], counts[WIDTH : WIDTH + SIZES[0]]
    parts = [f"cooperates {kind.sum() / max(kind.sum() + bad.sum(), 1):.0%}"]
    for number, joint in enumerate(JOINT):
        seen = [1 + number, *range(5 + number, SIZES[0], 4)]
        if many := kind[seen].sum() + bad[seen].sum():
            parts.append(f"after {joint} {kind[seen].sum() / many:.0%}")
    return ", ".join(parts)
