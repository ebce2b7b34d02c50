"""Service level objectives: what is promised over thirty days, what is left of the error budget, how fast it burns.

The multipliers and pairs of windows are those of the chapter on alerting in The Site Reliability Workbook (2018): 14.4
spends 2 % of a month's budget in an hour, 6 spends 5 % in six hours, 1 spends all of it in the month.
infra/prometheus/rules/slo.yml says the same for Prometheus.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from ethogram.objectives.measures import Measure

WINDOWS: Mapping[str, timedelta] = {
    "5m": timedelta(minutes=5), "30m": timedelta(minutes=30), "1h": timedelta(hours=1), "6h": timedelta(hours=6),
    "3d": timedelta(days=3), "30d": timedelta(days=30),
}  # fmt: skip
LONGEST = "30d"


@dataclass(frozen=True, slots=True)
class Objective:
    """One promise."""

    name: str
    about: str
    figure: str
    """Of which figure, summed over all services."""
    target: float
    """Share that has to be good."""
    within_s: float | None = None
    """Good is what took no longer; none: good is what did not fail."""

    @property
    def budget(self) -> float:
        """Share that may be bad."""
        return 1.0 - self.target

    def bad(self, measured: Measure) -> int:
        """How many broke the promise."""
        return measured.bad if self.within_s is None else measured.slower_than(self.within_s)


OBJECTIVES = (
    Objective("api-availability", "99.9 % of answers are not 5xx", "answers", 0.999),
    Objective("api-latency", "95 % of answers begin within 50 ms", "answers", 0.95, within_s=0.05),
    Objective("freshness", "99 % of records are settled within 1 s of reaching Kafka", "age", 0.99, within_s=1.0),
    Objective("sessions", "99.5 % of the sessions that end are completed", "sessions", 0.995),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a promise is kept."""

    objective: Objective
    count: Mapping[str, int]
    """How many there were, by window."""
    bad: Mapping[str, int]
    """How many of them were bad."""

    def burn(self, window: str) -> float:
        """How many times faster than allowed the budget goes; 1 spends it exactly."""
        count = self.count[window]
        return self.bad[window] / count / self.objective.budget if count else 0.0

    @property
    def good_share(self) -> float | None:
        """Of the thirty days; none while nothing was measured."""
        count = self.count[LONGEST]
        return 1 - self.bad[LONGEST] / count if count else None

    @property
    def budget_left(self) -> float:
        """Share of the thirty days' error budget that is left; below 0: the promise is broken."""
        return 1.0 - self.burn(LONGEST)


def standing(objective: Objective, measured: Mapping[str, Measure]) -> Standing:
    """How it is kept, from what its figure came to in each of WINDOWS."""
    return Standing(
        objective,
        {window: measured[window].count for window in WINDOWS},
        {window: objective.bad(measured[window]) for window in WINDOWS},
    )
