"""Regressions: a figure that lately takes longer than it used to, beyond what it always varied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from ethogram.objectives.measures import Measure

LEAST_SPANS = 6
"""Spans of time without which there is no habit to compare with."""
LEAST_COUNT = 50
"""Values in a span, lately as before, without which it says nothing."""
SLOWER = 1.5
"""How many times slower than usual is worth telling."""
DEVIATIONS = 4.0
"""How many deviations (median absolute, scaled to a normal one) beyond the usual."""
NORMAL = 1.4826


@dataclass(frozen=True, slots=True)
class Regression:
    """What became slower."""

    service: str
    figure: str
    statistic: str
    """mean or p95."""
    before_s: float
    """Median over earlier spans."""
    now_s: float
    """Of p95: at least."""


def regressed(service: str, figure: str, before: Sequence[Measure], lately: Measure) -> Regression | None:
    """The regression of one figure, the mean looked at first; none where it is as it was or too little is known."""
    spans = [measure for measure in before if measure.count >= LEAST_COUNT and measure.buckets]
    if len(spans) < LEAST_SPANS or lately.count < LEAST_COUNT or not lately.buckets:
        return None
    for statistic, of, certainly in _STATISTICS:
        usual, now = _known(map(of, spans)), certainly(lately)
        middle = median(usual)
        spread = NORMAL * median(abs(value - middle) for value in usual)
        if now is not None and now > max(SLOWER * middle, middle + DEVIATIONS * spread):
            return Regression(service, figure, statistic, middle, now)
    return None


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


Reading = Callable[[Measure], float | None]
_STATISTICS: tuple[tuple[str, Reading, Reading], ...] = (
    ("mean", lambda measure: measure.mean, lambda measure: measure.mean),
    ("p95", lambda measure: measure.percentile(0.95), lambda measure: measure.at_least(0.95)),
)
"""Of a percentile its bucket is known for certain, not its place there: one that slips over a bound is no news."""
