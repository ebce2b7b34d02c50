"""One provider as it is called: cache, then breaker, limits and retries around the wire; every call is recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from ethogram.models.breaker import Breaker
from ethogram.models.cache import Tiers
from ethogram.models.call import (
    Calls,
    ModelCall,
    Prompt,
    Provider,
    ProviderRefused,
    ProviderTrouble,
    RateLimited,
    Reply,
    request_digest,
)
from ethogram.models.limits import Limits
from ethogram.models.prices import Prices
from ethogram.models.retries import insist

CHARACTERS_PER_TOKEN = 4
"""A cautious guess, for limits only; what is recorded is what the provider counted."""
LONGEST_REPLY = 2_000_000
"""Characters; a longer one would not fit into a record."""


class Caller:
    """Calls one provider. A failure is never kept, and never recorded as a reply."""

    def __init__(
        self,
        provider: Provider,
        breaker: Breaker,
        limits: Limits,
        cache: Tiers,
        prices: Prices,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.provider, self.breaker, self.cache = provider, breaker, cache
        self._limits, self._prices, self._clock, self._sleep = limits, prices, clock, sleep

    async def call(self, prompt: Prompt, calls: Calls, seed: str, timeout_s: float) -> Reply:
        """The reply, which is also put into `calls`. Raises ProviderTrouble or ProviderRefused.

        The same request with another seed is another sample, and is not taken from the cache.
        """
        began = self._clock()
        request = self.provider.request(prompt)
        key = request_digest(f"{self.provider.name}#{seed}", request)
        kept = await asyncio.to_thread(self.cache.get, key)
        cached, cost = kept is not None, 0
        reply, attempts = (kept, 0) if kept else await self._fresh(request, prompt, key, timeout_s)
        if not cached:
            cost = self._prices.cost_micros(prompt.model, reply.tokens_in, reply.tokens_out)
        latency_ms = 1_000 * (self._clock() - began)
        calls.made.append(ModelCall(self.provider.name, request, reply, cost, latency_ms, attempts, cached))
        return reply

    async def _fresh(self, request: dict[str, Any], prompt: Prompt, key: str, timeout_s: float) -> tuple[Reply, int]:
        reply, attempts = await insist(lambda: self._once(request, prompt, timeout_s), key, self._sleep)
        await asyncio.to_thread(self.cache.put, key, reply)
        return reply, attempts

    async def _once(self, request: dict[str, Any], prompt: Prompt, timeout_s: float) -> Reply:
        async with self._limits.place(_estimate(prompt)) as spent:
            ticket = self.breaker.admit()
            try:
                reply = await self.provider.send(request, timeout_s)
            except ProviderRefused:
                self.breaker.succeeded(ticket)  # it is well: it is the request that is not
                raise
            except RateLimited:
                self.breaker.abandoned(ticket)
                raise
            except ProviderTrouble:
                self.breaker.failed(ticket)
                raise
            except BaseException:
                self.breaker.abandoned(ticket)
                raise
            self.breaker.succeeded(ticket)
            spent.tokens = reply.tokens_in + reply.tokens_out
            if len(reply.raw) > LONGEST_REPLY:
                raise ProviderRefused("reply-too-long", f"the reply has more than {LONGEST_REPLY} characters")
            return reply


def _estimate(prompt: Prompt) -> int:
    said = len(prompt.system) + sum(len(message.text) for message in prompt.messages)
    return said // CHARACTERS_PER_TOKEN + prompt.most_tokens
