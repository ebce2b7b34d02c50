"""Three tries with growing pauses; whoever says when to come again is obeyed."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from ethogram.models.call import ProviderRefused, ProviderTrouble, RateLimited
from ethogram.models.retries import insist


def run(*outcomes: Exception | str) -> tuple[object, list[float]]:
    pauses: list[float] = []
    left = list(outcomes)

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async def act() -> str:
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    try:
        return asyncio.run(insist(act, "seed", sleep)), pauses
    except Exception as error:
        return error, pauses


def trouble() -> ProviderTrouble:
    return ProviderTrouble("x", "y")


def test_the_third_try_may_succeed() -> None:
    result, pauses = run(trouble(), trouble(), "C")
    assert result == "C" and len(pauses) == 2
    assert 0.1 <= pauses[0] <= 0.125 and 0.2 <= pauses[1] <= 0.25


def test_after_three_tries_the_last_reason_is_told() -> None:
    last = trouble()
    result, pauses = run(trouble(), trouble(), last, "never")
    assert result is last and len(pauses) == 2 and all(a < b for a, b in pairwise(pauses))


def test_what_was_asked_for_is_waited() -> None:
    result, pauses = run(RateLimited("r", "r", 7.0), "C")
    assert result == "C" and 7.0 <= pauses[0] < 7.1


@pytest.mark.parametrize("error", [ProviderRefused("a", "b"), RateLimited("r", "r", 3_600.0), KeyError("bug")])
def test_some_things_are_not_tried_again(error: Exception) -> None:
    assert run(error, "never") == (error, [])
