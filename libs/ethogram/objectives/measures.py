"""A measure: how often something was done, how often badly, and how long it took, as counts that add up."""

from __future__ import annotations

from dataclasses import dataclass

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0, 120.0)
"""Seconds: upper ends of the buckets; one more bucket takes what is longer."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What one figure came to in one span of time."""

    count: int = 0
    bad: int = 0
    """How many of them failed."""
    total: float = 0.0
    """Sum of the values: seconds where the figure is a duration."""
    buckets: tuple[int, ...] = ()
    """How many fell into each bucket of BOUNDS; none: the figure is no duration."""

    def __add__(self, other: Measure) -> Measure:
        """Both together."""
        return Measure(
            self.count + other.count, self.bad + other.bad, self.total + other.total,
            _added(self.buckets, other.buckets),
        )  # fmt: skip

    def __sub__(self, earlier: Measure) -> Measure:
        """What came after `earlier`; all of this where it began anew."""
        if self.count < earlier.count:
            return self
        return self + Measure(-earlier.count, -earlier.bad, -earlier.total, tuple(-each for each in earlier.buckets))

    @property
    def mean(self) -> float | None:
        """Mean value; none without any."""
        return self.total / self.count if self.count else None

    def percentile(self, share: float) -> float | None:
        """Seconds within which `share` of them ended, by linear interpolation in the bucket; none without any."""
        found = self._place(share)
        return found[0] + (found[1] - found[0]) * found[2] if found else None

    def at_least(self, share: float) -> float | None:
        """The lower end of the percentile's bucket: what it certainly is not below."""
        found = self._place(share)
        return found[0] if found else None

    def _place(self, share: float) -> tuple[float, float, float] | None:
        """Lower and upper end of the percentile's bucket, and how far into it."""
        counted = sum(self.buckets)
        wanted, passed, below = share * counted, 0, 0.0
        for bound, count in zip((*BOUNDS, BOUNDS[-1]), self.buckets, strict=False):
            if count and passed + count >= wanted:
                return below, bound, (wanted - passed) / count
            passed, below = passed + count, bound
        return None

    def slower_than(self, seconds: float) -> int:
        """How many took longer than one of BOUNDS."""
        return sum(self.buckets[BOUNDS.index(seconds) + 1 :])


NOTHING = Measure()


def _added(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[int, ...]:
    if not left or not right:
        return left or right
    return tuple(one + other for one, other in zip(left, right, strict=True))
