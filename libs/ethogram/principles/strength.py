"""Strength of a principle: Beta posteriors of the share of opportunities that were used, stratified where need be."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, pi, sqrt
from typing import NamedTuple

_PRIOR = 0.5  # Jeffreys: intervals cover close to their level even for few opportunities (Brown, Cai, DasGupta 2001)
_Z = 1.959964  # 97.5 % point of the normal distribution

Counts = tuple[float, float]
"""Opportunities that were used, and that were not."""


class Strength(NamedTuple):
    """A posterior on [0, 1] by its first two moments."""

    mean: float
    variance: float

    def interval(self) -> tuple[float, float]:
        """Central 95 % interval of the Beta distribution with these moments (exact for a single stratum)."""
        from scipy.special import betaincinv  # here, so that rooms that only need the dictionary load no scipy

        weight = self.mean * (1 - self.mean) / self.variance - 1
        kept, broken = self.mean * weight, (1 - self.mean) * weight
        return float(betaincinv(kept, broken, 0.025)), float(betaincinv(kept, broken, 0.975))


def of_counts(counts: Counts) -> Strength:
    """Posterior of a share after these counts under a Beta(1/2, 1/2) prior."""
    kept, broken = counts[0] + _PRIOR, counts[1] + _PRIOR
    total = kept + broken
    return Strength(kept / total, kept * broken / (total * total * (total + 1)))


def of_strata(strata: Sequence[Counts]) -> Strength:
    """Posterior of the unweighted mean of the strata's shares: how often each arose does not matter."""
    parts = [of_counts(counts) for counts in strata]
    size = len(parts)
    return Strength(sum(part.mean for part in parts) / size, sum(part.variance for part in parts) / (size * size))


def of_logit(mean: float, variance: float) -> Strength:
    """Posterior of logistic(w) for w ~ N(mean, variance); probit approximation (MacKay 1992), delta method.

    The variance never exceeds what a share of that mean can have.
    """
    centre = logistic(mean / sqrt(1 + pi * variance / 8))
    slope = centre * (1 - centre)
    return Strength(centre, min(slope * slope * variance, 0.5 * slope))


def pooled(parts: Sequence[tuple[Strength, int]]) -> Strength:
    """Posterior of the mean of several strengths, each weighted by its number of opportunities."""
    total = sum(weight for _, weight in parts)
    mean = sum(part.mean * weight for part, weight in parts) / total
    return Strength(mean, sum(part.variance * weight * weight for part, weight in parts) / (total * total))


def logit_interval(mean: float, variance: float) -> tuple[float, float]:
    """Central 95 % interval of logistic(w) for w ~ N(mean, variance)."""
    reach = _Z * sqrt(variance)
    return logistic(mean - reach), logistic(mean + reach)


def logistic(value: float) -> float:
    """1 / (1 + exp(-value)), without overflow."""
    return 1 / (1 + exp(-value)) if value >= 0 else exp(value) / (1 + exp(value))
