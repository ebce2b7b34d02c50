"""Budgets burn, alerts fire, are told once, acknowledged, end and come back; silence and lag are seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ethogram.objectives import (
    COOLDOWN,
    OBJECTIVES,
    WINDOWS,
    Alert,
    Condition,
    Measure,
    Regression,
    Standing,
    follow,
    present_conditions,
    standing,
)

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
DOWN = Condition("ServiceDown", "judge", "page", "judge is away")
AVAILABILITY = OBJECTIVES[0]


def _standing(bad_per_mille: Mapping[str, int], count: int = 100_000) -> Standing:
    measured = {window: Measure(count, count * bad_per_mille.get(window, 0) // 1_000) for window in WINDOWS}
    return standing(AVAILABILITY, measured)


def _names(kept: Standing) -> list[str]:
    return [found.name for found in present_conditions([kept], {}, [], [], {})]


@pytest.mark.parametrize(
    ("bad", "alert"),
    [
        ({"5m": 20, "1h": 20}, ["BudgetBurnsFast"]),
        ({"5m": 0, "1h": 20}, []),  # it is over
        ({"5m": 20, "1h": 1}, []),  # it does not matter yet
        ({"30m": 10, "6h": 10}, ["BudgetBurns"]),
        ({"6h": 2, "3d": 2}, ["BudgetBurnsSlowly"]),
        ({"5m": 20, "1h": 20, "30m": 20, "6h": 20, "3d": 20}, ["BudgetBurnsFast"]),  # the most pressing alone
        ({}, []),
    ],
)
def test_a_budget_that_burns_is_told_by_how_fast(bad: dict[str, int], alert: list[str]) -> None:
    assert _names(_standing(bad)) == alert


def test_a_few_failures_are_no_trend() -> None:
    assert _names(_standing({"5m": 250, "1h": 250}, count=16)) == []


def test_what_is_left_of_a_budget() -> None:
    assert _standing({"30d": 1}).budget_left == pytest.approx(0)
    assert _standing({}).budget_left == 1 and _standing({}).good_share == 1
    assert standing(AVAILABILITY, {window: Measure() for window in WINDOWS}).good_share is None


def test_silence_trouble_lag_memory_slowness_and_dead_letters_are_seen() -> None:
    lately = {
        ("judge", "ready"): Measure(6, 6),
        ("auditor", "ready"): Measure(6, 1),
        ("auditor", "lag"): Measure(6, 0, 6 * 2_000),
        ("auditor", "memory"): Measure(1, 0, 6e8),
    }
    slower = Regression("judge", "settle", "mean", 0.01, 0.05)
    found = present_conditions([], lately, ["auditor", "gateway", "judge"], [slower], {"judge": 2})
    assert sorted((each.name, each.subject) for each in found) == [
        ("DeadLettersUnforeseen", "judge"), ("LagGrows", "auditor"), ("MemoryHigh", "auditor"),
        ("PerformanceRegressed", "judge/settle"), ("ServiceDown", "gateway"), ("ServiceNotReady", "judge"),
    ]  # fmt: skip


def _only(changed: list[Alert]) -> Alert:
    (alert,) = changed
    return replace(alert, id=1)


def test_an_alert_is_told_once_and_again_after_a_while() -> None:
    changed, told = follow([], [DOWN], NOW)
    alert = _only(changed)
    assert told == changed and alert.state == "firing" and alert.runbook.endswith("runbook.md#servicedown")
    later = _only(follow([alert], [DOWN], NOW + timedelta(minutes=30))[0])
    assert later.told_at == NOW and later.seen_at > NOW and later.since == NOW
    assert follow([later], [DOWN], NOW + timedelta(hours=1))[1]


def test_an_acknowledged_alert_is_told_no_more() -> None:
    alert = replace(_only(follow([], [DOWN], NOW)[0]), acknowledged_at=NOW, acknowledged_by="ann")
    changed, told = follow([alert], [DOWN], NOW + timedelta(hours=9))
    assert told == [] and _only(changed).state == "acknowledged"


def test_an_alert_that_flaps_is_one_alert_and_one_that_comes_back_later_is_new() -> None:
    alert = _only(follow([], [DOWN], NOW)[0])
    ended = _only(follow([alert], [], NOW + timedelta(minutes=1))[0])
    assert ended.state == "resolved"
    back, told = follow([ended], [DOWN], NOW + timedelta(minutes=2))
    assert told == [] and _only(back).since == NOW and _only(back).state == "firing"
    new, told = follow([ended], [DOWN], NOW + timedelta(minutes=2) + COOLDOWN)
    assert told == new and new[0].id is None
    assert follow([ended], [], NOW + timedelta(minutes=3)) == ([], [])
