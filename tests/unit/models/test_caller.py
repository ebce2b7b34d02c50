"""Every call is recorded, those that fail too; a breaker that opens or closes says so once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from ethogram.models.breaker import Breaker
from ethogram.models.cache import MemoryCache, Tiers
from ethogram.models.call import Calls, Message, Prompt, ProviderRefused, ProviderTrouble, Reply
from ethogram.models.caller import Caller
from ethogram.models.limits import Limits
from ethogram.models.prices import Price, Prices

PROMPT = Prompt(model="m", system="s", messages=(Message(role="user", text="?"),))
PRICE = Price.model_validate({"read": 1, "written": 2, "date": "2026-01-01", "source": "a page"})


class Script:
    """A provider that does what the script says."""

    name = "script"

    def __init__(self, *outcomes: Exception | str) -> None:
        self.left = list(outcomes)

    def request(self, prompt: Prompt) -> dict[str, Any]:
        return {"model": prompt.model, "system": prompt.system}

    async def send(self, request: dict[str, Any], timeout_s: float) -> Reply:
        outcome = self.left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return Reply(text=outcome, model="m-1", tokens_in=10, tokens_out=5, raw=outcome)

    async def close(self) -> None:
        pass


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def made(provider: Script, clock: Clock) -> Caller:
    async def sleep(seconds: float) -> None:
        clock.now += 0.001

    cache = Tiers((MemoryCache(),), clock)
    return Caller(provider, Breaker("script", clock), Limits(clock), cache, Prices(models={"m": PRICE}), clock, sleep)


def call(caller: Caller, seed: str = "1") -> Calls:
    calls = Calls()
    with suppress(ProviderTrouble, ProviderRefused):
        asyncio.run(caller.call(PROMPT, calls, seed, 5))
    return calls


def trouble() -> ProviderTrouble:
    return ProviderTrouble("provider-failed", "HTTP 500: oh")


def test_a_call_that_fails_for_good_is_recorded_with_its_request_and_reason() -> None:
    (failed,) = call(made(Script(trouble(), trouble(), trouble()), Clock())).made
    assert failed.error and "HTTP 500" in failed.error and failed.attempts == 3
    assert failed.request == {"model": "m", "system": "s"} and failed.reply.raw == "" and failed.cost_micros == 0
    (refused,) = call(made(Script(ProviderRefused("request-refused", "HTTP 401")), Clock())).made
    assert refused.error and refused.attempts == 1


def test_tokens_and_cost_are_those_that_were_paid_for() -> None:
    caller = made(Script("C"), Clock())
    assert (first := call(caller)).tokens == 15 and first.cost_micros == 20 and first.made[0].error is None
    assert (again := call(caller)).tokens == again.cost_micros == 0 and again.made[0].cached


def test_a_breaker_tells_that_it_opened_and_that_it_closed_once_each() -> None:
    clock = Clock()
    caller = made(Script(*(trouble() for _ in range(3)), "C", "C", "C"), clock)
    assert [(one.state, one.failed) for one in call(caller).changes] == [("open", 3)]
    turned_away = call(caller)
    assert turned_away.changes == [] and "breaker-open" in str(turned_away.made[0].error)
    clock.now += 31
    assert call(caller, "2").changes == []
    assert [one.state for one in call(caller, "3").changes] == ["closed"]
    assert call(caller, "4").changes == []


@pytest.mark.parametrize("outcome", [trouble(), ProviderRefused("a", "b")])
def test_failures_are_never_kept(outcome: Exception) -> None:
    provider = Script(*(outcome for _ in range(3)), "C")
    caller = made(provider, Clock())
    call(caller)
    provider.left[:] = ["C"]
    caller.breaker = Breaker("script", Clock())
    assert not call(caller).made[0].cached
