"""Measures add up, and their percentiles lie where the values lay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethogram.objectives import BOUNDS, NOTHING, Measure, regressed

DURATIONS = st.lists(st.floats(0.0, 100.0), min_size=1, max_size=30)


def measured(seconds: list[float], bad: int = 0) -> Measure:
    """What these durations come to."""
    counts = [0] * (len(BOUNDS) + 1)
    for each in seconds:
        counts[sum(each > bound for bound in BOUNDS)] += 1
    return Measure(len(seconds), bad, sum(seconds), tuple(counts))


@given(DURATIONS, st.sampled_from((0.5, 0.95, 0.99)))
def test_a_percentile_lies_in_the_bucket_of_the_true_one(seconds: list[float], share: float) -> None:
    found = measured(seconds).percentile(share)
    true = sorted(seconds)[max(0, -int(-share * len(seconds) // 1) - 1)]
    assert found is not None
    below = max((bound for bound in BOUNDS if bound < true), default=0.0)
    above = min((bound for bound in BOUNDS if bound >= true), default=BOUNDS[-1])
    assert below - 1e-9 <= found <= above + 1e-9


@given(DURATIONS, DURATIONS)
def test_adding_measures_is_measuring_together(one: list[float], other: list[float]) -> None:
    both = measured(one) + measured(other)
    assert both.buckets == measured(one + other).buckets and both.count == len(one) + len(other)
    assert (both - measured(one)).buckets == measured(other).buckets
    assert NOTHING + both == both


def test_a_process_that_began_anew_is_not_subtracted() -> None:
    assert measured([0.1]) - measured([0.1] * 5) == measured([0.1])


def test_how_many_were_slower() -> None:
    assert measured([0.04, 0.05, 0.06, 300.0]).slower_than(0.05) == 2


def test_nothing_has_no_percentile() -> None:
    assert NOTHING.percentile(0.5) is None and NOTHING.mean is None


@pytest.mark.parametrize(
    ("before_s", "now_s", "statistic"),
    [(0.010, 0.011, None), (0.010, 0.030, "mean"), (0.030, 0.010, None)],
)
def test_what_became_half_as_slow_again_is_found(before_s: float, now_s: float, statistic: str | None) -> None:
    found = regressed("judge", "settle", [measured([before_s] * 60) for _ in range(12)], measured([now_s] * 60))
    assert (found.statistic if found else None) == statistic


def test_a_tail_that_grows_under_the_same_mean_is_found() -> None:
    usual = measured([0.02] * 100)
    tail = measured([0.01] * 90 + [0.11] * 10)
    found = regressed("gateway", "answers", [usual] * 12, tail)
    assert found and found.statistic == "p95" and tail.mean == pytest.approx(usual.mean)


def test_what_always_varied_is_no_regression() -> None:
    before = [measured([0.01 * (1 + hour % 4)] * 60) for hour in range(24)]
    assert regressed("judge", "settle", before, measured([0.045] * 60)) is None


def test_too_little_says_nothing() -> None:
    usual = measured([0.01] * 60)
    assert regressed("judge", "settle", [usual] * 5, measured([1.0] * 60)) is None
    assert regressed("judge", "settle", [usual] * 12, measured([1.0] * 49)) is None
