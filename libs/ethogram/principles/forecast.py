"""How well choices were foreseen: each choice is predicted before it is seen.

Measured here is the prequential loss (Dawid 1984) over the most recent 30 % of an agent's choices: every prediction
uses all choices before it, also those within the 30 %. To find where the last 30 % begin without keeping all choices,
sums are remembered at marks 2 % apart, so the share that is measured lies between 30 and 32 % (or one choice more).
"""

from __future__ import annotations

from math import ceil, log

from ethogram.events.base import Value

CLIP = 0.001
"""Probabilities are kept within [CLIP, 1 - CLIP] before the logarithm is taken."""

_MICRO = 1_000_000
_SPACING = 1.02

Mark = tuple[int, int, int]
"""Choices, summed loss in millionths of a nat, hits."""


class Forecast(Value):
    """The track record of one agent's predictions."""

    total: Mark = (0, 0, 0)
    """Over all choices."""
    marks: tuple[Mark, ...] = ((0, 0, 0),)
    """Sums at earlier moments, ascending."""

    def after(self, chance: float, happened: bool) -> Forecast:
        """The record after one choice that was given `chance` to be C and was C if `happened`."""
        given = min(max(chance if happened else 1 - chance, CLIP), 1 - CLIP)
        count, loss, hits = self.total
        total = (count + 1, loss + round(-log(given) * _MICRO), hits + ((chance >= 0.5) == happened))
        marks = self.marks if total[0] < max(1, ceil(self.marks[-1][0] * _SPACING)) else (*self.marks, total)
        while len(marks) > 1 and 10 * marks[1][0] <= 7 * total[0]:
            marks = marks[1:]
        return Forecast.model_construct(total=total, marks=marks)

    def held_out(self) -> tuple[int, float, float] | None:
        """Choices, mean log loss in nats and accuracy over the last 30 %; none without any choice."""
        count = self.total[0] - self.marks[0][0]
        if not self.total[0]:
            return None
        loss, hits = self.total[1] - self.marks[0][1], self.total[2] - self.marks[0][2]
        return count, loss / _MICRO / count, hits / count
