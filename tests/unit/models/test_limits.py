"""Calls wait until they fit into the minute."""

from __future__ import annotations

import asyncio

from ethogram.models.limits import Limits


class World:
    def __init__(self) -> None:
        self.now = 0.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    def limits(self, **given: int) -> Limits:
        return Limits(lambda: self.now, sleep=self.sleep, **given)


def starts(limits: Limits, world: World, *tokens: int) -> list[float]:
    async def scene() -> list[float]:
        begun = []
        for count in tokens:
            async with limits.place(count):
                begun.append(world.now)
        return begun

    return asyncio.run(scene())


def test_more_calls_than_fit_wait_for_the_next_minute() -> None:
    world = World()
    assert starts(world.limits(per_minute=2), world, 1, 1, 1, 1, 1) == [0, 0, 60, 60, 120]


def test_tokens_count_too_and_a_call_that_never_fits_goes_alone() -> None:
    world = World()
    assert starts(world.limits(tokens_per_minute=100), world, 60, 40, 1, 500, 1) == [0, 0, 60, 120, 180]


def test_what_was_really_spent_replaces_the_estimate() -> None:
    world = World()
    limits = world.limits(tokens_per_minute=100)

    async def scene() -> None:
        async with limits.place(90) as spent:
            spent.tokens = 10
        async with limits.place(90):
            assert world.now == 0

    asyncio.run(scene())


def test_never_more_at_once_than_allowed() -> None:
    world, running, most = World(), 0, 0
    limits = world.limits(at_once=3)

    async def call() -> None:
        nonlocal running, most
        async with limits.place(1):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1

    async def scene() -> None:
        await asyncio.gather(*(call() for _ in range(20)))

    asyncio.run(scene())
    assert most == 3
