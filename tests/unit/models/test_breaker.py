"""A provider that fails three times running is left alone, and tried carefully afterwards."""

from __future__ import annotations

import pytest

from ethogram.models.breaker import Breaker, BreakerOpen


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def opened(clock: Clock) -> Breaker:
    breaker = Breaker("p", clock)
    for _ in range(3):
        breaker.failed(breaker.admit())
    return breaker


def test_two_failures_and_a_success_do_not_open_it(clock: Clock) -> None:
    breaker = Breaker("p", clock)
    for outcome in (breaker.failed, breaker.failed, breaker.succeeded, breaker.failed, breaker.failed):
        outcome(breaker.admit())
    assert breaker.state == "closed"


def test_open_it_sends_nothing_for_half_a_minute_and_says_how_long(clock: Clock) -> None:
    breaker = opened(clock)
    clock.now += 29
    with pytest.raises(BreakerOpen) as caught:
        breaker.admit()
    assert caught.value.retry_after_s == pytest.approx(1) and breaker.statistics.turned_away == 1


def test_two_trials_that_succeed_close_it(clock: Clock) -> None:
    breaker = opened(clock)
    clock.now += 30
    first, second = breaker.admit(), breaker.admit()
    with pytest.raises(BreakerOpen):
        breaker.admit()
    breaker.succeeded(first)
    assert breaker.state == "half-open"
    breaker.succeeded(second)
    assert breaker.state == "closed"


def test_a_trial_that_fails_opens_it_anew_and_the_other_one_no_longer_counts(clock: Clock) -> None:
    breaker = opened(clock)
    clock.now += 30
    first, second = breaker.admit(), breaker.admit()
    breaker.failed(first)
    breaker.succeeded(second)
    assert breaker.state == "open" and breaker.statistics.opened == 2


def test_a_trial_that_was_broken_off_gives_its_place_back(clock: Clock) -> None:
    breaker = opened(clock)
    clock.now += 30
    breaker.abandoned(breaker.admit())
    breaker.succeeded(breaker.admit())
    breaker.succeeded(breaker.admit())
    assert breaker.state == "closed"
