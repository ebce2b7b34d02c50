"""One provider as it is called: cache, then breaker, limits and retries around the wire; every call is recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from ethogram.events import EthogramError
from ethogram.models.breaker import Breaker
from ethogram.models.cache import Tiers
from ethogram.models.call import (
    Calls,
    ModelCall,
    Prompt,
    Provider,
    ProviderRefused,
    Reply,
    request_digest,
)
from ethogram.models.limits import Limits
from ethogram.models.prices import Prices
from ethogram.models.retries import Tries, insist
from ethogram.models.watch import watched
from ethogram.runtime import telemetry

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
        telemetry.MODEL_CACHE.labels("hit" if cached else "miss").inc()
        tries = Tries()
        try:
            reply = kept or await self._fresh(request, prompt, key, timeout_s, calls, tries)
        except EthogramError as error:
            self._record(calls, request, _nothing(prompt), 0, began, tries, False, str(error))
            raise
        if not cached:
            cost = self._prices.cost_micros(prompt.model, reply.tokens_in, reply.tokens_out)
        self._record(calls, request, reply, cost, began, tries, cached, None)
        return reply

    def _record(
        self, calls: Calls, request: dict[str, Any], reply: Reply, cost: int, began: float, tries: Tries, cached: bool,
        error: str | None,
    ) -> None:  # fmt: skip
        latency_ms = 1_000 * (self._clock() - began)
        name = self.provider.name
        calls.made.append(ModelCall(name, request, reply, cost, latency_ms, tries.count, cached, error))
        telemetry.MODEL_CALLS.labels(name, "failed" if error else "cached" if cached else "replied").inc()
        if not cached:
            telemetry.MODEL_TOKENS.labels(name).inc(reply.tokens_in + reply.tokens_out)
            telemetry.MODEL_COST.labels(name).inc(cost / 1e6)

    async def _fresh(
        self, request: dict[str, Any], prompt: Prompt, key: str, timeout_s: float, calls: Calls, tries: Tries
    ) -> Reply:
        reply = await insist(lambda: self._once(request, prompt, timeout_s, calls), key, self._sleep, tries)
        await asyncio.to_thread(self.cache.put, key, reply)
        return reply

    async def _once(self, request: dict[str, Any], prompt: Prompt, timeout_s: float, calls: Calls) -> Reply:
        async with self._limits.place(_estimate(prompt)) as spent:
            reply = await watched(self.breaker, calls, lambda: self.provider.send(request, timeout_s))
            spent.tokens = reply.tokens_in + reply.tokens_out
            if len(reply.raw) > LONGEST_REPLY:
                raise ProviderRefused("reply-too-long", f"the reply has more than {LONGEST_REPLY} characters")
            return reply


def _estimate(prompt: Prompt) -> int:
    said = len(prompt.system) + sum(len(message.text) for message in prompt.messages)
    return said // CHARACTERS_PER_TOKEN + prompt.most_tokens


def _nothing(prompt: Prompt) -> Reply:
    return Reply(text="", model=prompt.model, raw="")
