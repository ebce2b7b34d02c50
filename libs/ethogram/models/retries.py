"""Three tries with short pauses; a provider that says when to come again is obeyed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from ethogram.events import Chance
from ethogram.models.breaker import BreakerOpen
from ethogram.models.call import ProviderTrouble

T = TypeVar("T")

TRIES = 3
FIRST_PAUSE_S = 0.1
JITTER = 0.25
"""Pauses are longer by up to this share, so that those who failed together do not come again together."""
LONGEST_PAUSE_S = 60.0
"""Whoever asks for more is not waited for."""

Sleep = Callable[[float], Awaitable[None]]


def pause(attempt: int, asked_s: float | None, chance: Chance) -> float:
    """Seconds after the failure of `attempt` (from 1): 100, 200, 400 ms and a little, or what was asked for."""
    ours: float = FIRST_PAUSE_S * 2 ** (attempt - 1)
    return max(ours, asked_s or 0.0) + ours * JITTER * chance.uniform()


@dataclass(slots=True)
class Tries:
    """How many tries were made; told also where none succeeded."""

    count: int = 0


async def insist(
    act: Callable[[], Awaitable[T]], seed: str, sleep: Sleep = asyncio.sleep, tries: Tries | None = None
) -> T:
    """What `act` gives, tried again where that may help; the last ProviderTrouble where all fail."""
    chance = Chance(seed, "pause")
    counted = tries or Tries()

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        return pause(state.attempt_number, error.retry_after_s if isinstance(error, ProviderTrouble) else None, chance)

    retrying = AsyncRetrying(
        stop=stop_after_attempt(TRIES), wait=wait, retry=retry_if_exception(_passes), sleep=sleep, reraise=True
    )

    async def once() -> T:
        counted.count += 1
        return await act()

    return await retrying(once)


def _passes(error: BaseException) -> bool:
    if not isinstance(error, ProviderTrouble) or isinstance(error, BreakerOpen):
        return False
    return (error.retry_after_s or 0.0) <= LONGEST_PAUSE_S
