"""How much may be asked of a provider: calls at once, calls and tokens per minute."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

MINUTE_S = 60.0
AT_ONCE = 16
"""Calls to one provider at the same time, in one process."""


@dataclass(slots=True)
class Spent:
    """Tokens of one call: what was estimated, then what it was."""

    at: float
    tokens: int


class Limits:
    """Waits, in order of arrival, until a call fits."""

    def __init__(
        self,
        clock: Callable[[], float],
        at_once: int = AT_ONCE,
        per_minute: int = 600,
        tokens_per_minute: int = 1_000_000,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._per_minute, self._tokens_per_minute = per_minute, tokens_per_minute
        self._places = asyncio.Semaphore(at_once)
        self._turn = asyncio.Lock()
        self._lately: deque[Spent] = deque()

    @asynccontextmanager
    async def place(self, tokens: int) -> AsyncIterator[Spent]:
        """A place for one call of about so many tokens; write what it really took into what is given."""
        async with self._places:
            async with self._turn:
                while (wait := self._wait(tokens)) > 0:
                    await self._sleep(wait)
                spent = Spent(self._clock(), tokens)
                self._lately.append(spent)
            yield spent

    def _wait(self, tokens: int) -> float:
        """Seconds until enough of the last minute is forgotten; a call that never fits goes when nothing else is."""
        now = self._clock()
        while self._lately and self._lately[0].at + MINUTE_S <= now:
            self._lately.popleft()
        count, total, until = len(self._lately), tokens + sum(one.tokens for one in self._lately), now
        for one in self._lately:
            if count < self._per_minute and total <= self._tokens_per_minute:
                break
            count, total, until = count - 1, total - one.tokens, one.at + MINUTE_S
        return until - now
